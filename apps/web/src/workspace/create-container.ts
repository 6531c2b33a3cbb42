import type { Project, TreeEntry } from '@slipway/contracts';
import { type ControlClient, listenForControl } from '@slipway/embed';
import { NOT_FOLLOWED } from '@slipway/history/tab';
import { type BootPhase, runtimeOrigin } from '@slipway/wire';
import { configureAPIKey, WebContainer } from '@webcontainer/api';
import { createSignal, getOwner, onCleanup, runWithOwner, type Accessor } from 'solid-js';
import { ApiError, messageOf } from '../api/api-error.ts';
import type { Api } from '../api/create-api.ts';
import { missingNeed, readPageFacts } from '../errors/browser-needs.ts';
import { type KeptFolder, openKeptFolder } from '../folder/kept-folder.ts';
import { withLimit } from '../pace/with-limit.ts';
import type { ContainerState } from './container-state.ts';

/** Lives as long as its owner: when that goes, the container is torn down. */
export interface ProjectContainer {
  readonly state: Accessor<ContainerState>;
  /** Set while the state is `ready`. */
  readonly container: Accessor<WebContainer | undefined>;
  /** The container's control port; there once it boots. */
  readonly control: Accessor<ControlClient | undefined>;
  /** What the folder goes on from; there with the container. */
  readonly folder: Accessor<OpenedFolder | undefined>;
}

/** The container's folder, and which of the server's snapshots it is, or was made from. */
export interface OpenedFolder {
  readonly entries: readonly TreeEntry[];
  readonly commit: string | null;
  /** What changed after this was changed in the container. */
  readonly cursor: number;
  /** It was kept from before this container: its files may be others than `entries`, so all are looked at once. */
  readonly restored: boolean;
  /** There is a newer snapshot than `entries`. */
  readonly behind: boolean;
  /** Every file that was there at first. */
  readonly paths: readonly string[];
  /** Nobody could be asked what `entries` are: asks, and gives what the folder goes on from. */
  readonly late: (() => Promise<LateBase>) | undefined;
  readonly kept: KeptFolder;
}

/** What a folder goes on from that was opened while no server answered. */
export interface LateBase extends Newest {
  readonly behind: boolean;
  readonly project: Project;
}

/** Nothing in the client's protocol ends a boot that hangs: this does. */
const BOOT_LIMIT_MS = 60_000;
const LATE = `The container did not start within ${BOOT_LIMIT_MS / 1000} s. Reload the page to try again`;
const WORKDIR = 'project';
/** What a file and a folder get that nobody gave a mode. */
const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

/** `commit` is null where nothing was ever saved. */
export interface Newest {
  readonly entries: readonly TreeEntry[];
  readonly commit: string | null;
}

/** What a boot needs of the server; offline nobody gives a capability, without which the server refuses programs. */
async function readNeeds(api: Api, project: Project) {
  if (!api.isOffline()) {
    const [config, capability] = await Promise.all([api.config(), api.capability(project.id)]);
    return { config, capability };
  }
  const known = api.known.find(project.id);
  if (known === undefined) throw new Error('This browser does not know the project. Open it while the server answers');
  return { config: known.config, capability: undefined };
}

/** Boots the project's container. Its folder is the one that this browser keeps, else the newest snapshot. */
export function createContainer(api: Api, project: Project, newest: Newest): ProjectContainer {
  const owner = getOwner();
  const [state, setState] = createSignal<ContainerState>({ name: 'booting', phase: 'assets' });
  const [container, setContainer] = createSignal<WebContainer>();
  const [control, setControl] = createSignal<ControlClient>();
  const [folder, setFolder] = createSignal<OpenedFolder>();
  let gone = false;

  const open = async (): Promise<void> => {
    const missing = missingNeed(readPageFacts());
    if (missing !== undefined) throw new Error(missing);
    const offline = api.isOffline();
    const { config, capability } = await readNeeds(api, project);
    const origin = runtimeOrigin(config, project.containerId);
    // The client keeps its first frame for the life of the page. In it another project would run on this one's origin.
    if ('WEBCONTAINER_API_IFRAME_URL' in globalThis) return location.reload();
    Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: origin });
    if (capability !== undefined) configureAPIKey(capability);
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
      (offered) => {
        setControl(() => offered);
        // Before the container is built: this comes on its page's first port.
        offered.keep().catch((error: unknown) => console.warn('The files are not kept:', error));
      },
    );
    const boot = WebContainer.boot({ workdirName: WORKDIR, coep: 'require-corp', forwardPreviewErrors: true });
    const { latestSnapshotId } = project;
    const [booted, files] = await Promise.all([
      withLimit(boot, BOOT_LIMIT_MS, LATE),
      latestSnapshotId === null || offline ? undefined : api.snapshotMount(project.id, latestSnapshotId),
    ]);
    stopListening();
    if (gone) return booted.teardown();
    booted.on('error', ({ message }) => setState({ name: 'failed', message }));
    setState({ name: 'booting', phase: 'files' });
    const port = control();
    if (port === undefined) throw new Error('The runtime offers no control port. Reload the page');
    const kept = await runWithOwner(owner, () => openKeptFolder(port))!;
    if (kept.before !== undefined) {
      await forgetProcesses(booted);
      setFolder(await (offline ? takeUpOffline(api, project, port, kept) : takeUp(api, project, newest, port, kept)));
    } else if (offline) {
      throw new Error(
        kept.state().state === 'elsewhere'
          ? 'Its files are kept by another tab of this browser. Go on there, or close it and reload this one'
          : 'This browser keeps no files of the project. Reload the page when the server answers',
      );
    } else {
      // A tab that ended before its folder was complete has left no note.
      if (kept.restored) await emptyFolder(port);
      if (files !== undefined) await booted.mount(files);
      setFolder(await begin(project, newest, port, kept));
    }
    setContainer(() => booted);
    setState({ name: 'ready' });
  };

  open().catch((error: unknown) => setState({ name: 'failed', message: messageOf(error) }));
  onCleanup(() => {
    gone = true;
    control()?.close();
    container()?.teardown();
  });
  return { state, container, control, folder };
}

/** Where tools write down which process of theirs works in the folder. */
const PROCESS_NOTES = ['node_modules/.vite/lock'];

/**
 * The folder has outlived its processes, and the notes of those that could not take them back. Numbers of processes
 * begin anew with each container: Vite 8.4 took a shell for the server that had gone with the page.
 */
async function forgetProcesses(container: WebContainer): Promise<void> {
  for (const path of PROCESS_NOTES) await container.fs.rm(path, { recursive: true, force: true });
}

async function emptyFolder(control: ControlClient): Promise<void> {
  const { paths } = await control.changes({ skip: [...NOT_FOLLOWED], whole: true });
  const tops = paths.filter((path) => !path.includes('/') && !NOT_FOLLOWED.some((name) => name === path));
  await control.apply(
    0,
    tops.map((path) => ({ kind: 'gone' as const, path })),
  );
}

/**
 * What is mounted has no modes: gives them back, before any program can see it, and follows what changes from now on.
 */
async function begin(
  project: Project,
  newest: Newest,
  control: ControlClient,
  kept: KeptFolder,
): Promise<OpenedFolder> {
  const odd = newest.entries.flatMap((entry) =>
    entry.kind !== 'link' && entry.mode !== (entry.kind === 'dir' ? FOLDER_MODE : FILE_MODE)
      ? [{ kind: 'mode' as const, path: entry.path, mode: entry.mode }]
      : [],
  );
  const { cursor: mounted } = await control.changes({ skip: [...NOT_FOLLOWED] });
  await control.apply(mounted, odd);
  const { cursor } = await control.changes();
  const { latestSnapshotId: snapshotId } = project;
  await kept.note({ base: snapshotId === null ? null : { snapshotId, commit: newest.commit }, installed: null });
  return { ...newest, cursor, restored: false, behind: false, kept, paths: pathsOf(newest.entries), late: undefined };
}

const pathsOf = (entries: readonly TreeEntry[]): string[] => entries.map(({ path }) => path);

/** The folder is there. What it was made from decides what in it is an edit, and what the server has beyond it. */
async function takeUp(
  api: Api,
  project: Project,
  newest: Newest,
  control: ControlClient,
  kept: KeptFolder,
): Promise<OpenedFolder> {
  const { cursor } = await control.changes({ skip: [...NOT_FOLLOWED] });
  const base = await baseOf(api, project, newest, kept);
  return { ...base, cursor, restored: true, kept, paths: pathsOf(newest.entries), late: undefined };
}

/** The same while no server answers: the files are there, what they are compared with comes with the first answer. */
async function takeUpOffline(
  api: Api,
  project: Project,
  control: ControlClient,
  kept: KeptFolder,
): Promise<OpenedFolder> {
  const { cursor } = await control.changes({ skip: [...NOT_FOLLOWED] });
  const { paths } = await control.changes({ whole: true });
  const late = async (): Promise<LateBase> => {
    const { project: now, ...newest } = await api.openProject(project.id);
    return { ...(await baseOf(api, now, newest, kept)), project: now };
  };
  return { entries: [], commit: null, cursor, restored: true, behind: false, kept, paths, late };
}

async function baseOf(
  api: Api,
  project: Project,
  newest: Newest,
  kept: KeptFolder,
): Promise<Omit<LateBase, 'project'>> {
  const base = kept.before?.base ?? null;
  const { entries, commit } = newest;
  if (base !== null && base.snapshotId === project.latestSnapshotId) return { entries, commit, behind: false };
  // Without its base every file is one that both sides have made: what differs is kept twice, and nothing is lost.
  const tree = base === null ? undefined : await baseTree(api, project, base.snapshotId);
  return {
    entries: tree?.entries ?? [],
    commit: tree?.snapshot.commit ?? null,
    behind: project.latestSnapshotId !== null,
  };
}

async function baseTree(api: Api, project: Project, snapshotId: string) {
  try {
    return await api.snapshotTree(project.id, snapshotId);
  } catch (error) {
    // Thinned out since.
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
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
