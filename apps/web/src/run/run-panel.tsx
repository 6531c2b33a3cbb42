import { For, lazy, Show, Suspense } from 'solid-js';
import type { OutputChoice } from './create-output.ts';
import type { Runner } from './create-runner.ts';
import { isInstallDue } from './run-phase.ts';
import './run.css';

// Loaded beside the page, not before it; see terminal-feature.tsx.
const TerminalView = lazy(async () => ({ default: (await import('../terminal/terminal-view.tsx')).TerminalView }));

const CHOICES: readonly { readonly choice: OutputChoice; readonly label: string }[] = [
  { choice: 'all', label: 'All output' },
  { choice: 'stdout', label: 'Standard output' },
  { choice: 'stderr', label: 'Errors' },
];

/** What the project's programs print, its scripts, and the ports that are open. */
export function RunPanel(props: { runner: Runner }) {
  const view = () => props.runner.view();
  return (
    <div class="run-panel">
      <div class="run-tools">
        <select
          aria-label="Output to show"
          onChange={(event) => props.runner.output.choose(event.currentTarget.value as OutputChoice)}
        >
          <For each={CHOICES}>{({ choice, label }) => <option value={choice}>{label}</option>}</For>
        </select>
        <div class="run-scripts" role="group" aria-label="Scripts">
          <For each={view()?.scripts ?? []}>
            {(script) => (
              <button
                type="button"
                disabled={props.runner.phase() === 'elsewhere'}
                onClick={() => props.runner.runScript(script)}
              >
                {script}
              </button>
            )}
          </For>
        </div>
        <For each={view()?.tasks ?? []}>
          {({ id, script }) => (
            <button type="button" onClick={() => props.runner.stopScript(id)}>
              Stop {script}
            </button>
          )}
        </For>
        <ul class="run-ports" aria-label="Open ports">
          <For each={view()?.report.ports ?? []}>
            {({ port, url }) => (
              <li>
                <a href={url} target="_blank" rel="noreferrer">
                  Port {port}
                </a>
              </li>
            )}
          </For>
        </ul>
      </div>
      <Show when={isInstallDue(props.runner.phase(), view()?.need)}>
        <p class="run-need" role="status">
          What package.json and its lockfile say is not what was installed.{' '}
          <button onClick={() => props.runner.install()}>Install now</button>
        </p>
      </Show>
      <Suspense fallback={<p class="empty">The output is loading …</p>}>
        <TerminalView source={props.runner.output} label="Output of the project" />
      </Suspense>
    </div>
  );
}
