import { Match, Show, Switch } from 'solid-js';
import { createOnline } from '../api/create-online.ts';
import { Notice } from '../shell/notice.tsx';
import type { Runner } from './create-runner.ts';
import { endText, runText } from './run-phase.ts';

/** What stands where the project's page would be: why it is not there, and what to do. */
export function RunEmpty(props: { runner: Runner }) {
  const online = createOnline();
  const view = () => props.runner.view();
  const elsewhere = () => {
    const state = props.runner.holder.state();
    return state.name === 'elsewhere' ? state : undefined;
  };
  const ended = () => (props.runner.phase() === 'ended' ? view()?.ended : undefined);
  const cause = () => (props.runner.phase() === 'starting' ? (view()?.report.cause ?? undefined) : undefined);
  return (
    <Switch fallback={<span>{runText(props.runner.phase(), view(), online())}</span>}>
      <Match when={elsewhere()}>
        {(state) => (
          <Show
            when={state().alive}
            fallback={
              <Notice
                tone="info"
                title="The other tab has left the project"
                text="Nothing runs. It can run in this tab."
                action={{ label: 'Run here', run: () => props.runner.holder.takeOver() }}
              />
            }
          >
            <Notice
              tone="info"
              title="The project is open in another tab"
              text="It runs there, or on another device. Taken over, it is stopped there and runs here."
              action={{ label: 'Run here', run: () => props.runner.holder.takeOver() }}
            />
          </Show>
        )}
      </Match>
      <Match when={props.runner.refusal()}>
        {(text) => (
          <Notice
            tone="error"
            title="The project does not run"
            text={text()}
            action={{ label: 'Run', run: () => props.runner.start() }}
          />
        )}
      </Match>
      <Match when={ended()}>
        {(end) => (
          <Notice
            tone="error"
            title={endText(end())}
            text={lastWords(view()?.report.cause ?? null) ?? 'What it printed is below, under “Run”.'}
            action={{ label: 'Run again', run: () => props.runner.start() }}
          />
        )}
      </Match>
      <Match when={cause()}>
        {(text) => (
          <Notice
            tone="error"
            title="It runs, but the preview cannot show it"
            text={text()}
            action={{ label: 'Run again', run: () => props.runner.start() }}
          />
        )}
      </Match>
    </Switch>
  );
}

/** The cause without its first line, which the title has. */
function lastWords(cause: string | null): string | undefined {
  const rest = cause?.split('\n').slice(1).join('\n') ?? '';
  return rest === '' ? undefined : rest;
}
