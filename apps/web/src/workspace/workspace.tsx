import type { Project, TreeEntry } from '@slipway/contracts';
import { createSignal, Match, onCleanup, Show, Switch } from 'solid-js';
import { useApi } from '../api/context.ts';
import { preloadEditor } from '../editor/file-body.tsx';
import { Notice } from '../shell/notice.tsx';
import type { ContainerState } from './container-state.ts';
import { createContainer } from './create-container.ts';
import { ReadyWorkspace } from './ready-workspace.tsx';

const PHASES: Record<Extract<ContainerState, { name: 'booting' }>['phase'], string> = {
  assets: 'Loading the runtime…',
  'file-system': 'Preparing the file system…',
  kernel: 'Starting the kernel…',
  node: 'Starting Node…',
  ready: 'Starting Node…',
  failed: 'Starting…',
  files: 'Putting your files in place…',
};

/** The editor's code is fetched while the container boots, so that both are there together. */
export function Workspace(props: { project: Project; entries: readonly TreeEntry[]; commit: string | null }) {
  const api = useApi();
  const { state, container, control, folder } = createContainer(api, props.project, props);
  preloadEditor();
  const booting = (): Extract<ContainerState, { name: 'booting' }> | undefined => {
    const current = state();
    return current.name === 'booting' ? current : undefined;
  };
  const failed = (): string | undefined => {
    const current = state();
    return current.name === 'failed' ? current.message : undefined;
  };
  return (
    <Switch>
      <Match when={failed()}>
        {(message) => (
          <main class="center">
            <Notice
              alone
              tone="error"
              title="The container is not running"
              text={message()}
              action={{ label: 'Reload', run: () => location.reload() }}
            />
          </main>
        )}
      </Match>
      <Match when={booting()}>
        {(current) => (
          <main class="center">
            <Booting text={PHASES[current().phase]} />
          </main>
        )}
      </Match>
      <Match when={container()}>
        {(ready) => (
          <Show when={ready()} keyed>
            {(booted) => (
              <ReadyWorkspace project={props.project} folder={folder()!} container={booted} control={control()} />
            )}
          </Show>
        )}
      </Match>
    </Switch>
  );
}

/** A cold start takes less; by then a tab of many may be starved, or the network slow. */
const SLOW_AFTER_MS = 8_000;

/** A reload is offered and not done: what is being loaded may be the last part of it. */
function Booting(props: { text: string }) {
  const [slow, setSlow] = createSignal(false);
  const timer = setTimeout(() => setSlow(true), SLOW_AFTER_MS);
  onCleanup(() => clearTimeout(timer));
  return (
    <div class="boot" role="status">
      <div class="spinner" aria-hidden="true" />
      <p>{props.text}</p>
      <Show when={slow()}>
        <p class="muted">This takes longer than usual.</p>
        <button onClick={() => location.reload()}>Reload</button>
      </Show>
    </div>
  );
}
