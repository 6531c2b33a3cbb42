import { type Accessor, createSignal } from 'solid-js';

/** What became of the last press of a button that copies. */
export interface Copying {
  readonly state: Accessor<'idle' | 'copied' | 'refused'>;
  copy(text: string): Promise<void>;
  /** Back to the beginning. */
  forget(): void;
}

/** Said where a text was not copied. */
export const COPY_REFUSED = 'Could not copy: select the text and press Ctrl+C';

/** Without https there is no clipboard at all, and a browser's settings may refuse the one that is there. */
export function createCopying(
  write: (text: string) => Promise<void> = (text) => navigator.clipboard.writeText(text),
): Copying {
  const [state, setState] = createSignal<'idle' | 'copied' | 'refused'>('idle');
  return {
    state,
    async copy(text) {
      try {
        await write(text);
        setState('copied');
      } catch {
        setState('refused');
      }
    },
    forget: () => void setState('idle'),
  };
}
