import type { Project, TreeEntry } from '@slipway/contracts';
import { type ControlClient, listenForControl } from '@slipway/embed';
import { NOT_FOLLOWED } from '@slipway/history/tab';
import { type BootPhase, runtimeOrigin } from '@slipway/wire';
import { configureAPIKey, WebContainer } from '@webcontainer/api';
import { createSignal, onCleanup, type Accessor } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import type { Api } from '../api/create-api.ts';
import { missingNeed, readPageFacts } from '../errors/browser-needs.ts';
import type { ContainerState } from './container-state.ts';

export interface ProjectContainer {
  readonly state: Accessor<ContainerState>;
  /** Set while the state is `ready`. */
  readonly container: Accessor<WebContainer | undefined>;
  /** The container's control port; there once it boots. */
  readonly control: Accessor<ControlClient | undefined>;
  /** What changed after this was changed in the container: before, it holds what was mounted. */
  readonly cursor: Accessor<number>;
}

/** Nothing in the client's protocol ends a boot that hangs: this does. */
const BOOT_LIMIT_MS = 30_000;
const WORKDIR = 'project';
/** What a file and a folder get that nobody gave a mode. */
const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

/** Boots the project's container and mounts its newest snapshot. */
export function createContainer(api: Api, project: Project, entries: readonly TreeEntry[]): ProjectContainer {
  const [state, setState] = createSignal<ContainerState>({ name: 'booting', phase: 'assets' });
  const [container, setContainer] = createSignal<WebContainer>();
  const [control, setControl] = createSignal<ControlClient>();
  const [cursor, setCursor] = createSignal(0);
  let gone = false;

  const open = async (): Promise<void> => {
    const missing = missingNeed(readPageFacts());
    if (missing !== undefined) throw new Error(missing);
    const [config, capability] = await Promise.all([api.config(), api.capability(project.id)]);
    const origin = runtimeOrigin(config, project.containerId);
    // The client keeps its first frame for the life of the page. In it another project would run on this one's origin.
    if ('WEBCONTAINER_API_IFRAME_URL' in globalThis) return location.reload();
    Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: origin });
    configureAPIKey(capability);
    const stopListening = followBoot(
      origin,
      (phase, message) => {
        if (state().name === 'booting')
          setState(
            phase === 'failed'
              ? { name: 'failed', message: message ?? 'The runtime could not start' }
              : { name: 'booting', phase },
          );
      },
      (offered) => setControl(() => offered),
    );
    const boot = WebContainer.boot({ workdirName: WORKDIR, coep: 'require-corp', forwardPreviewErrors: true });
    const { latestSnapshotId } = project;
    const [booted, files] = await Promise.all([
      withLimit(boot, BOOT_LIMIT_MS),
      latestSnapshotId === null ? undefined : api.snapshotMount(project.id, latestSnapshotId),
    ]);
    stopListening();
    if (gone) return booted.teardown();
    booted.on('error', ({ message }) => setState({ name: 'failed', message }));
    setState({ name: 'booting', phase: 'files' });
    if (files !== undefined) await booted.mount(files);
    setCursor(await followFiles(control(), entries));
    setContainer(() => booted);
    setState({ name: 'ready' });
  };

  open().catch((error: unknown) => setState({ name: 'failed', message: messageOf(error) }));
  onCleanup(() => {
    gone = true;
    control()?.close();
    container()?.teardown();
  });
  return { state, container, control, cursor };
}

/**
 * What is mounted has no modes: gives them back, before any program can see it, and follows what changes from now on.
 */
async function followFiles(control: ControlClient | undefined, entries: readonly TreeEntry[]): Promise<number> {
  if (control === undefined) throw new Error('The runtime offers no control port. Reload the page');
  const odd = entries.flatMap((entry) =>
    entry.kind !== 'link' && entry.mode !== (entry.kind === 'dir' ? FOLDER_MODE : FILE_MODE)
      ? [{ kind: 'mode' as const, path: entry.path, mode: entry.mode }]
      : [],
  );
  await control.apply(0, odd);
  return (await control.changes({ skip: [...NOT_FOLLOWED] })).cursor;
}

/** Tells the phases of the boot that the container's page goes through, and hands its control port over. */
function followBoot(
  origin: string,
  onPhase: (phase: BootPhase, message: string | undefined) => void,
  onControl: (control: ControlClient) => void,
): () => void {
  return listenForControl(
    origin,
    (offered) => {
      offered.on('boot', ({ phase, message }) => onPhase(phase, message));
      onControl(offered);
    },
    { onRefused: ({ message }) => onPhase('failed', `${message}. Reload the page`) },
  );
}

function withLimit<T>(promise: Promise<T>, ms: number): Promise<T> {
  return Promise.race([
    promise,
    new Promise<never>((_, reject) =>
      setTimeout(
        () => reject(new Error(`The container did not start within ${ms / 1000} s. Reload the page to try again`)),
        ms,
      ),
    ),
  ]);
}
