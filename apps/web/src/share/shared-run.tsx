import { createEffect, createSignal, lazy, Show, Suspense } from 'solid-js';
import { isAtWork, runText } from '../run/run-phase.ts';
import type { SharedRun } from './create-shared-run.ts';

const TerminalView = lazy(async () => ({ default: (await import('../terminal/terminal-view.tsx')).TerminalView }));

/** Below it there is no room for a page and a terminal at once. */
const NARROW = '(max-width: 640px)';

/** Beside the text of a share: what it serves, and below that what its programs print. */
export function SharedRunView(props: { run: SharedRun; name: string }) {
  const url = (): string | undefined =>
    props.run.phase() === 'running' ? (props.run.view()?.report.previewUrl ?? undefined) : undefined;
  const failure = (): string | undefined => {
    const state = props.run.state();
    return state.name === 'failed' ? state.message : undefined;
  };
  const text = (): string => {
    switch (props.run.state().name) {
      case 'fetching':
        return 'Fetching the files…';
      case 'booting':
        return 'Starting a container in this tab…';
      case 'open':
        return runText(props.run.phase(), props.run.view());
      case 'failed':
        return 'It does not run';
    }
  };
  const [wanted, setWanted] = createSignal(!matchMedia(NARROW).matches);
  /** Without a page there is nothing else to be seen. */
  const printed = (): boolean => wanted() || url() === undefined;
  const [seen, setSeen] = createSignal(0);
  createEffect(() => {
    if (printed()) setSeen(props.run.complaints());
  });
  const unseen = (): boolean => props.run.complaints() > seen();
  const working = (): boolean => isAtWork(props.run.phase());
  return (
    <section class="shared-run" aria-label="Run">
      <div class="shared-run-bar">
        <span class="muted grow" role="status" data-shared-run={props.run.phase()}>
          {text()}
        </span>
        <Show when={url() !== undefined}>
          <button aria-expanded={wanted()} onClick={() => setWanted(!wanted())}>
            {unseen() ? 'Output: new errors' : 'Output'}
          </button>
        </Show>
        <Show when={props.run.state().name === 'open'}>
          {/* One button for both, which keeps the keyboard. */}
          <button onClick={() => (working() ? props.run.stop() : props.run.start())}>
            {working() ? 'Stop' : 'Run again'}
          </button>
        </Show>
        <Show when={props.run.state().name === 'failed'}>
          <button onClick={() => location.reload()}>Try again</button>
        </Show>
      </div>
      <Show when={failure() ?? props.run.refusal()}>{(message) => <p role="alert">{message()}</p>}</Show>
      <Show when={url()}>
        {(address) => (
          <iframe
            src={address()}
            title={`Preview of ${props.name}`}
            // A stranger's page: it gets no more than it takes to run.
            allow="cross-origin-isolated"
          />
        )}
      </Show>
      <Suspense>
        <div class="shared-output" classList={{ below: url() !== undefined }} hidden={!printed()}>
          <TerminalView source={props.run.output} label={`Output of ${props.name}`} />
        </div>
      </Suspense>
    </section>
  );
}
