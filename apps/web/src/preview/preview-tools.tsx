import ArrowLeft from 'lucide-solid/icons/arrow-left';
import ArrowRight from 'lucide-solid/icons/arrow-right';
import ExternalLink from 'lucide-solid/icons/external-link';
import RotateCw from 'lucide-solid/icons/rotate-cw';
import { createEffect, createSignal, For, on, Show } from 'solid-js';
import { addressBelow, type FollowedPage } from './create-page.ts';
import { FRAME_SIZES } from './frame-sizes.ts';
import type { PreviewView } from './create-preview-view.ts';

/** All that it draws is in here; it asks nobody. */
export interface PreviewToolsProps {
  readonly page: FollowedPage;
  readonly view: PreviewView;
  /** Of the port that is shown. */
  readonly url: string | undefined;
  readonly ports: readonly { readonly port: number; readonly url: string }[];
}

/** Back, forward, reload, the address, the port, and how it is shown. */
export function PreviewTools(props: PreviewToolsProps) {
  const [typed, setTyped] = createSignal<string>();
  let field: HTMLInputElement | undefined;
  // A page that goes somewhere by itself takes nothing away from who is typing.
  createEffect(on(props.page.path, () => document.activeElement !== field && setTyped(undefined)));
  createEffect(
    on(
      () => props.url,
      () => setTyped(undefined),
    ),
  );
  const away = (): boolean => props.url === undefined;
  const submit = (event: Event): void => {
    event.preventDefault();
    props.page.go(typed() ?? props.page.path());
    setTyped(undefined);
  };
  return (
    <form class="preview-tools" onSubmit={submit}>
      <div class="preview-address">
        <button
          type="button"
          class="icon-button"
          aria-label="Back in the preview"
          title="Back"
          disabled={away() || !props.page.canGoBack()}
          onClick={() => props.page.back()}
        >
          <ArrowLeft size={16} />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label="Forward in the preview"
          title="Forward"
          disabled={away() || !props.page.canGoForward()}
          onClick={() => props.page.forward()}
        >
          <ArrowRight size={16} />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label="Reload the preview"
          title="Reload"
          disabled={away()}
          onClick={() => props.page.reload()}
        >
          <RotateCw size={15} />
        </button>
        <input
          ref={field}
          aria-label="Path"
          spellcheck={false}
          autocomplete="off"
          value={typed() ?? props.page.path()}
          disabled={away()}
          onInput={(event) => setTyped(event.currentTarget.value)}
          // What is selected is about to be written over: it stays selected.
          onSelect={(event) => setTyped(typed() ?? event.currentTarget.value)}
          onBlur={() => typed() === props.page.path() && setTyped(undefined)}
          onKeyDown={(event) => event.key === 'Escape' && setTyped(undefined)}
        />
        <Show when={props.url}>
          {(url) => (
            <a
              class="icon-button"
              href={addressBelow(url(), props.page.path())}
              aria-label="Open the preview in a tab of its own"
              target="_blank"
              rel="noreferrer"
              title="Open in a tab of its own"
            >
              <ExternalLink size={15} />
            </a>
          )}
        </Show>
      </div>
      <ViewChoices {...props} />
    </form>
  );
}

/** Sizes and colours are the panel's alone and are not kept: a project opens fitted to its panel. */
function ViewChoices(props: PreviewToolsProps) {
  const { view } = props;
  return (
    <div class="preview-choices">
      <Show when={props.ports.length > 0}>
        <select
          aria-label="Port to show"
          value={view.port() ?? ''}
          onChange={({ currentTarget: { value } }) => view.choosePort(value === '' ? undefined : Number(value))}
        >
          <option value="">Main page</option>
          <For each={props.ports}>{({ port }) => <option value={port}>Port {port}</option>}</For>
        </select>
      </Show>
      <select
        aria-label="Size of the page"
        value={view.size()?.id ?? ''}
        onChange={(event) => view.chooseSize(event.currentTarget.value)}
      >
        <option value="">Fit the panel</option>
        <For each={FRAME_SIZES}>{({ id, label }) => <option value={id}>{label}</option>}</For>
      </select>
      <Show when={view.size()}>
        <button type="button" aria-pressed={view.turned()} onClick={() => view.turn()}>
          Turn
        </button>
      </Show>
      <select
        aria-label="Colours that the page is asked for"
        value={view.colours()}
        onChange={(event) => view.chooseColours(event.currentTarget.value)}
      >
        <option value="">IDE colours</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
      <button
        type="button"
        class="preview-errors-button"
        aria-expanded={view.errorsShown()}
        aria-controls="preview-errors"
        onClick={() => view.showErrors(!view.errorsShown())}
      >
        Errors{' '}
        <Show when={view.errorCount() > 0}>
          <span class="preview-count">{view.errorCount()}</span>
        </Show>
      </button>
    </div>
  );
}
