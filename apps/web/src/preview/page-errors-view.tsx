import { For, Show } from 'solid-js';
import type { PageError, PageErrors } from './create-page-errors.ts';
import type { FilePlace } from './find-place.ts';

const KIND_NAMES: Record<PageError['kind'], string> = {
  exception: 'Exception',
  rejection: 'Rejected promise',
  console: 'console.error',
};

/** What the pages of the preview complain of; a place in the project opens there. */
export function PageErrorsView(props: { errors: PageErrors; onOpen: (place: FilePlace) => void }) {
  return (
    <section id="preview-errors" class="preview-errors" aria-label="Errors of the page">
      <header>
        <h2>Errors of the page</h2>
        <span class="grow" />
        <button disabled={props.errors.list().length === 0} onClick={() => props.errors.clear()}>
          Clear
        </button>
      </header>
      <Show when={props.errors.list().length > 0} fallback={<p class="muted">The page has reported none.</p>}>
        {/* It scrolls, and a keyboard has no other way to do that. */}
        <div class="preview-error-list" role="log" aria-label="Errors, the newest last" tabindex="0">
          <For each={props.errors.list()}>{(error) => <ErrorRow error={error} onOpen={props.onOpen} />}</For>
        </div>
      </Show>
    </section>
  );
}

/** Its place is shown only once it is found in the project; that of a package has none. */
function ErrorRow(props: { error: PageError; onOpen: (place: FilePlace) => void }) {
  return (
    <article>
      <p class="preview-error-head">
        <span class="preview-error-kind">{KIND_NAMES[props.error.kind]}</span>
        <span class="muted">{props.error.page}</span>
        <Show when={props.error.times > 1}>
          <span class="preview-count">{props.error.times} times</span>
        </Show>
        <Show when={props.error.place}>
          {(place) => (
            <button class="link" onClick={() => props.onOpen(place())}>
              {place().path}:{place().line}:{place().column}
            </button>
          )}
        </Show>
      </p>
      <pre>{props.error.text}</pre>
    </article>
  );
}
