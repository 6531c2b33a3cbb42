import { lazy, Match, Show, Suspense, Switch } from 'solid-js';
import { isAtWork, runText } from '../run/run-phase.ts';
import type { SharedRun } from './create-shared-run.ts';

const TerminalView = lazy(async () => ({ default: (await import('../terminal/terminal-view.tsx')).TerminalView }));

/** Beside the text of a share: what it serves, and what its programs print until then. */
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
  return (
    <section class="shared-run" aria-label="Run">
      <div class="shared-run-bar">
        <span class="muted grow" role="status" data-shared-run={props.run.phase()}>
          {text()}
        </span>
        <Show when={props.run.state().name === 'open'}>
          <Show
            when={isAtWork(props.run.phase())}
            fallback={<button onClick={() => props.run.start()}>Run again</button>}
          >
            <button onClick={() => props.run.stop()}>Stop</button>
          </Show>
        </Show>
        <Show when={props.run.state().name === 'failed'}>
          <button onClick={() => location.reload()}>Try again</button>
        </Show>
      </div>
      <Show when={failure() ?? props.run.refusal()}>{(message) => <p role="alert">{message()}</p>}</Show>
      <Switch
        fallback={
          <Suspense>
            <div class="shared-output">
              <TerminalView source={props.run.output} label={`Output of ${props.name}`} />
            </div>
          </Suspense>
        }
      >
        <Match when={url()}>
          {(address) => (
            <iframe
              src={address()}
              title={`Preview of ${props.name}`}
              // A stranger's page: it gets no more than it takes to run.
              allow="cross-origin-isolated"
            />
          )}
        </Match>
      </Switch>
    </section>
  );
}
