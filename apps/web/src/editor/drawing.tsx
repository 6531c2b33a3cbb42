import { createEffect, createSignal, onCleanup } from 'solid-js';
import type { LazyText } from './open-file.ts';

/** Typing is not followed more often: a large drawing takes a while. */
const FOLLOW_MS = 250;

/** The picture that a text in SVG draws, while it is typed. */
export function Drawing(props: {
  path: string;
  /** Changes at every edit. */
  turn: number;
  text: () => LazyText | undefined;
}) {
  const [url, setUrl] = createSignal<string>();
  const [broken, setBroken] = createSignal(false);
  let shown: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const draw = (): void => {
    timer = undefined;
    const next = URL.createObjectURL(new Blob([props.text()?.toString() ?? ''], { type: 'image/svg+xml' }));
    if (shown !== undefined) URL.revokeObjectURL(shown);
    setUrl((shown = next));
    setBroken(false);
  };
  createEffect(() => {
    void props.turn;
    timer ??= setTimeout(draw, shown === undefined ? 0 : FOLLOW_MS);
  });
  onCleanup(() => {
    clearTimeout(timer);
    if (shown !== undefined) URL.revokeObjectURL(shown);
  });
  return (
    <div class="drawing">
      <img
        src={url()}
        alt={`Picture of ${props.path}`}
        classList={{ broken: broken() }}
        onError={() => setBroken(true)}
      />
      <p class="muted" role="status">
        {broken() ? 'The text is no picture just now' : ''}
      </p>
    </div>
  );
}
