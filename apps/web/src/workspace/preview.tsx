import { createEffect, createSignal, on, Show } from 'solid-js';

/** The program's own page, in a frame of its preview host. */
export function Preview(props: { url: string | undefined; status: string }) {
  let frame: HTMLIFrameElement | undefined;
  const [path, setPath] = createSignal('/');
  const go = (): void => {
    if (frame !== undefined && props.url !== undefined) frame.src = new URL(path(), props.url).href;
  };
  createEffect(on(() => props.url, () => setPath('/')));
  return (
    <section class="preview" aria-label="Preview">
      <form
        class="address"
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        <button type="button" class="quiet" title="Reload the preview" aria-label="Reload the preview" disabled={props.url === undefined} onClick={go}>
          ⟳
        </button>
        <input aria-label="Path" value={path()} disabled={props.url === undefined} onInput={(event) => setPath(event.currentTarget.value)} />
        <Show when={props.url}>
          {(url) => (
            <a class="button quiet" href={url()} target="_blank" rel="noreferrer" title="Open in a tab of its own">
              ↗
            </a>
          )}
        </Show>
      </form>
      <Show when={props.url} fallback={<div class="preview-empty muted">{props.status}</div>}>
        {(url) => <iframe ref={frame} src={url()} title="Preview of the project" allow="cross-origin-isolated; clipboard-read; clipboard-write; fullscreen" />}
      </Show>
    </section>
  );
}
