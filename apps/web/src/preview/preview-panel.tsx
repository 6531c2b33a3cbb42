import { createMemo, createSignal, onCleanup, onMount, Show, type JSX } from 'solid-js';
import type { PreviewParts, Workbench } from '../workbench/feature.ts';
import { createPage, type FollowedPage } from './create-page.ts';
import { createPageErrors } from './create-page-errors.ts';
import { createPreviewView, type PreviewView } from './create-preview-view.ts';
import { scaleToFit } from './frame-sizes.ts';
import { PageErrorsView } from './page-errors-view.tsx';
import { PreviewTools } from './preview-tools.tsx';
import './preview.css';

/** The program's own page, with an address bar, in a frame of its preview host. */
export function PreviewPanel(props: { parts: PreviewParts; bench: Workbench }) {
  const { container } = props.bench;
  const ports = () => props.parts.ports?.() ?? [];
  // The chosen port counts while it is open.
  const url = createMemo(() => ports().find(({ port }) => port === view.port())?.url ?? props.parts.url());
  const page = createPage(url);
  /** By the port: an error may come from a page that is not the one in the frame. */
  const originOf = (port: number): string | undefined => {
    const shown = ports().find((each) => each.port === port)?.url ?? props.parts.url();
    return shown === undefined ? undefined : new URL(shown).origin;
  };
  const errors = createPageErrors(container, originOf, (target) =>
    url() !== undefined && new URL(url()!).origin === target.origin ? page.read(target) : Promise.resolve(undefined),
  );
  const view: PreviewView = createPreviewView(() => errors.list().length);
  return (
    <section class="preview" aria-label="Preview">
      <PreviewTools page={page} view={view} url={url()} ports={ports()} />
      <Show when={url()} fallback={<div class="preview-empty muted">{props.parts.empty({})}</div>}>
        {(address) => (
          <Stage view={view} page={page}>
            <iframe
              ref={(frame) => page.attach(frame)}
              src={address()}
              title="Preview of the project"
              allow="cross-origin-isolated; clipboard-read; clipboard-write; fullscreen"
              onLoad={() => page.loaded()}
              style={{ 'color-scheme': view.colours() || undefined }}
            />
          </Stage>
        )}
      </Show>
      <Show when={view.errorsShown()}>
        <PageErrorsView
          errors={errors}
          onOpen={({ path, line, column }) => props.bench.openFile(path, { line, column })}
        />
      </Show>
    </section>
  );
}

/** The room of the frame: all of it, or a screen of some size in its middle. */
function Stage(props: { view: PreviewView; page: FollowedPage; children: JSX.Element }) {
  let stage: HTMLDivElement | undefined;
  const [room, setRoom] = createSignal({ width: 0, height: 0 });
  onMount(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setRoom({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(stage!);
    onCleanup(() => observer.disconnect());
  });
  /** Scaled by a transform and not by its size: the page's own media queries see the screen that was chosen. */
  const screen = (): JSX.CSSProperties => {
    const size = props.view.size();
    if (size === undefined) return {};
    const scale = scaleToFit(size, room());
    return {
      width: `${size.width}px`,
      height: `${size.height}px`,
      transform: `scale(${scale})`,
      'margin-inline': `${(room().width - size.width) / 2}px`,
    };
  };
  const waiting = (): string | undefined => {
    const { name } = props.page.state();
    return name === 'waiting' ? 'Connecting to the page…' : name === 'loading' ? 'Loading the page…' : undefined;
  };
  return (
    <div class="preview-stage" classList={{ sized: props.view.size() !== undefined }} ref={stage}>
      <div class="preview-screen" style={screen()}>
        {props.children}
      </div>
      <p class="preview-sign" role="status" data-page={props.page.state().name}>
        {waiting()}
      </p>
    </div>
  );
}
