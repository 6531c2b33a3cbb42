import { Show } from 'solid-js';
import { COPY_REFUSED, createCopying } from '../shell/create-copying.ts';

/** How long the button says that it has copied. */
const SAID_MS = 1500;

/** Puts a text on the clipboard, and says so for a moment; a refusal stays said. */
export function CopyButton(props: { text: string; label: string }) {
  const copying = createCopying();
  const copy = async (): Promise<void> => {
    await copying.copy(props.text);
    if (copying.state() === 'copied') setTimeout(() => copying.forget(), SAID_MS);
  };
  return (
    <>
      <button type="button" onClick={() => void copy()}>
        {copying.state() === 'copied' ? 'Copied' : props.label}
      </button>
      <Show when={copying.state() === 'refused'}>
        <span class="error" role="alert">
          {COPY_REFUSED}
        </span>
      </Show>
    </>
  );
}
