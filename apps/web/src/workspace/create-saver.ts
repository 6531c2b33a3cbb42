import { staleRevisionDetails, type Project, type Snapshot, type TreeEntry } from '@slipway/contracts';
import type { WebContainer } from '@webcontainer/api';
import { createSignal, onCleanup, type Accessor } from 'solid-js';
import { ApiError, messageOf } from '../api/api-error.ts';
import type { Api } from '../api/create-api.ts';
import { makeIgnore, scanTree } from './project-tree.ts';

/**
 * How far the server's copy is behind the container's files.
 *
 *   saved ──change──▶ pending ──▶ saving ──▶ saved
 *                        ▲          ├── failed   (tried again by itself until saved)
 *                        └──────────┴── conflict (another tab saved; the user chooses)
 */
export type SaveState =
  | { readonly name: 'saved' }
  | { readonly name: 'pending' }
  | { readonly name: 'saving' }
  | { readonly name: 'failed'; readonly message: string }
  | { readonly name: 'conflict'; readonly revision: number };

export interface Saver {
  readonly state: Accessor<SaveState>;
  /** Saves what is not saved yet; resolves with the newest snapshot. */
  flush(): Promise<string>;
  /** After a conflict: this tab's files win. */
  keepMine(): void;
  /** After a conflict: opens the project anew, with the other's files. */
  discardMine(): void;
  /** After a failure: tries at once. */
  retry(): void;
}

/** An edit becomes a server snapshot within 2 s: this much is waited for the next edit. */
const QUIET_MS = 700;
const RETRY_MS = 4_000;
const DEFAULT_MODE = 0o644;
const FOLDER_MODE = 0o755;

/** Follows every change of the project's files, whoever made it, and commits snapshots. */
export function createSaver(api: Api, project: Project, container: WebContainer, base: readonly TreeEntry[]): Saver {
  const [state, setState] = createSignal<SaveState>({ name: 'saved' });
  const modes = new Map(base.filter((entry) => entry.kind === 'file').map((entry) => [entry.path, entry.mode]));
  let revision = project.revision;
  let snapshotId = project.latestSnapshotId;
  let lastTree = treeKey(base);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | undefined;
  let changedMeanwhile = false;

  const saveSoon = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void save().catch((error: unknown) => console.error('Cannot save:', error)), ms);
  };

  const touched = (): void => {
    if (running !== undefined) changedMeanwhile = true;
    if (state().name === 'conflict') return;
    // A failure stays shown until a save succeeds; its retry takes this change along.
    setState((current) => (current.name === 'saved' ? { name: 'pending' } : current));
    // Not put off for ever: a program that writes all the time is saved as well.
    if (timer === undefined) saveSoon(QUIET_MS);
  };

  /** Two tabs often make the same files, such as a lockfile: that is no conflict. */
  const commitOrAdopt = async (entries: TreeEntry[], key: string): Promise<Snapshot> => {
    try {
      return (await api.commitSnapshot(project.id, { baseRevision: revision, entries })).snapshot;
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'STALE_REVISION') throw error;
      const latest = await api.latestTree(project.id);
      if (treeKey(latest.entries) !== key) throw error;
      return latest.snapshot;
    }
  };

  const commit = async (): Promise<void> => {
    const gitignore = await container.fs.readFile('.gitignore', 'utf8').catch(() => undefined);
    const tree = await container.export('.', { format: 'json', excludes: ['node_modules', 'dist', '.git', '**/node_modules'] });
    const { files, links, emptyFolders } = scanTree(tree, makeIgnore(gitignore));
    const hashed = await Promise.all(files.map(async ({ path, bytes }) => ({ path, bytes, sha256: await sha256(bytes) })));
    const entries: TreeEntry[] = [
      ...hashed.map(({ path, bytes, sha256 }) => ({ kind: 'file' as const, path, mode: modes.get(path) ?? DEFAULT_MODE, sha256, size: bytes.length })),
      ...links,
      ...emptyFolders.map((path) => ({ kind: 'dir' as const, path, mode: FOLDER_MODE })),
    ];
    const key = treeKey(entries);
    if (key === lastTree && snapshotId !== null) return;
    const { missing } = await api.missingBlobs([...new Set(hashed.map((file) => file.sha256))]);
    const bySha = new Map(hashed.map((file) => [file.sha256, file.bytes]));
    for (const sha of missing) {
      const bytes = bySha.get(sha);
      if (bytes !== undefined) await api.putBlob(sha, bytes);
    }
    const snapshot = await commitOrAdopt(entries, key);
    revision = snapshot.revision;
    snapshotId = snapshot.id;
    lastTree = key;
  };

  const save = async (): Promise<void> => {
    timer = undefined;
    while (running !== undefined) await running;
    changedMeanwhile = false;
    setState((current) => (current.name === 'failed' || current.name === 'conflict' ? current : { name: 'saving' }));
    running = commit().finally(() => (running = undefined));
    try {
      await running;
      setState({ name: 'saved' });
      if (changedMeanwhile) touched();
    } catch (error) {
      if (error instanceof ApiError && error.code === 'STALE_REVISION') {
        setState({ name: 'conflict', revision: staleRevisionDetails.parse(error.details).revision });
      } else {
        setState({ name: 'failed', message: messageOf(error) });
        saveSoon(RETRY_MS);
      }
      throw error;
    }
  };

  const watcher = container.fs.watch('.', { recursive: true }, (_event, name) => {
    const path = typeof name === 'string' ? name : new TextDecoder().decode(name);
    if (/(^|\/)(node_modules|dist|\.git)(\/|$)/.test(path)) return;
    touched();
  });
  onCleanup(() => {
    watcher.close();
    clearTimeout(timer);
  });
  let discarded = false;
  const leave = (event: BeforeUnloadEvent): void => {
    if (state().name !== 'saved' && !discarded) event.preventDefault();
  };
  addEventListener('beforeunload', leave);
  onCleanup(() => removeEventListener('beforeunload', leave));

  return {
    state,
    async flush() {
      clearTimeout(timer);
      await save();
      if (snapshotId === null) throw new Error('Cannot publish: the project has no files');
      return snapshotId;
    },
    keepMine() {
      const current = state();
      if (current.name !== 'conflict') return;
      revision = current.revision;
      saveSoon(0);
    },
    discardMine() {
      discarded = true;
      location.reload();
    },
    retry() {
      if (state().name === 'failed') saveSoon(0);
    },
  };
}

function treeKey(entries: readonly TreeEntry[]): string {
  return entries
    .map((entry) => (entry.kind === 'file' ? `f ${entry.path} ${entry.sha256}` : entry.kind === 'link' ? `l ${entry.path} ${entry.target}` : `d ${entry.path}`))
    .sort()
    .join('\n');
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
