import { createEffect, createSignal, on, Show, type JSX } from 'solid-js';

/** The program's own page, in a frame of its preview host. */
export function Preview(props: { url: string | undefined; children: JSX.Element }) {
  let frame: HTMLIFrameElement | undefined;
  const [path, setPath] = createSignal('/');
  /** The path below the preview's own origin, whatever was typed. */
  const address = (url: string): string => {
    const typed = URL.canParse(path(), url) ? new URL(path(), url) : new URL(url);
    return new URL(typed.pathname + typed.search + typed.hash, url).href;
  };
  const go = (): void => {
    if (frame !== undefined && props.url !== undefined) frame.src = address(props.url);
  };
  createEffect(
    on(
      () => props.url,
      () => setPath('/'),
    ),
  );
  return (
    <section class="preview" aria-label="Preview">
      <form
        class="address"
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        <button
          type="button"
          class="quiet"
          title="Reload the preview"
          aria-label="Reload the preview"
          disabled={props.url === undefined}
          onClick={go}
        >
          ⟳
        </button>
        <input
          aria-label="Path"
          value={path()}
          disabled={props.url === undefined}
          onInput={(event) => setPath(event.currentTarget.value)}
        />
        <Show when={props.url}>
          {(url) => (
            <a
              class="button quiet"
              href={address(url())}
              aria-label="Open the preview in a tab of its own"
              target="_blank"
              rel="noreferrer"
              title="Open in a tab of its own"
            >
              ↗
            </a>
          )}
        </Show>
      </form>
      <Show when={props.url} fallback={<div class="preview-empty muted">{props.children}</div>}>
        {(url) => (
          <iframe
            ref={frame}
            src={url()}
            title="Preview of the project"
            allow="cross-origin-isolated; clipboard-read; clipboard-write; fullscreen"
          />
        )}
      </Show>
    </section>
  );
}
