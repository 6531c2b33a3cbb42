import {
  missingContentDetails,
  type MergeConflict,
  type Project,
  type SaveResponse,
  type TreeEntry,
} from '@slipway/contracts';
import type { ControlClient } from '@slipway/embed';
import { encodeSave, makeSavedPaths, type SentChange } from '@slipway/history/tab';
import { ApiError } from '../api/api-error.ts';
import type { Api } from '../api/create-api.ts';
import type { LateBase } from './create-container.ts';
import { forEachBounded } from '../pace/for-each-bounded.ts';
import { type ChangedFile, gatherChanges, type GatheredChanges } from './gather-changes.ts';
import { applyMerged } from './apply-merged.ts';
import { SavedBytes } from './saved-bytes.ts';
import { SavedTree } from './saved-tree.ts';

/** Small files go with the save itself and are not counted. */
export interface UploadProgress {
  readonly sent: number;
  readonly total: number;
}

type OnProgress = (progress: UploadProgress) => void;

/** Hands what changed in the container to the server, each snapshot on top of the one before. */
export interface Committer {
  /** One snapshot of the files as they are now; none where they are what was committed last. */
  commit(onProgress: OnProgress): Promise<void>;
  /** The next commit goes on top of the newest snapshot, whatever is in it. */
  rebase(): void;
  /** The next commit brings what the server has beyond this revision, also where nothing changed here. */
  pull(revision: number): void;
  /** Whether there is a newer revision than the one in the folder. */
  isBehind(): boolean;
  /** The newest snapshot; null where there never were files. */
  snapshotId(): string | null;
}

/** `entries` and `commit` are what the server had when the folder was filled. */
export interface CommitterStart {
  entries: readonly TreeEntry[];
  commit: string | null;
  /** After which the container's files may be others than `entries`. */
  cursor: number;
  /** Stands in the names of files that are kept twice. */
  device: () => Promise<string>;
  onConflicts: (conflicts: readonly MergeConflict[]) => void;
  /** The folder may be another than `entries` anywhere: the first commit looks at all of it. */
  restored: boolean;
  /** What is sent must be in the folder that outlives the tab: it would else come back with an older text. */
  beforeSend: () => Promise<void>;
  /** Tells what `entries` and `commit` really are, where nobody could be asked before. */
  late?: (() => Promise<LateBase>) | undefined;
  /** The folder goes on from here. */
  onBase: (base: { snapshotId: string; commit: string | null }) => void;
}

/** An HTTP/1.1 host gets six connections: the event stream keeps one, another is left for the rest of the page. */
const UPLOADS_AT_ONCE = 4;
/** What does not fit into the request of a save is put as a blob before. */
const INLINE_FILE_BYTES = 256 * 1024;
const INLINE_BYTES = 4 * 1024 * 1024;

/** What changed, what is in it, and how others' changes get in. */
export type FilesPort = Pick<ControlClient, 'changes' | 'readPaths' | 'apply'>;

/**
 * Follows the file system's own journal: what did not change is neither read nor
 * hashed, and nothing is ever exported (HI-01).
 */
export function makeCommitter(api: Api, project: Project, files: FilesPort, start: CommitterStart): Committer {
  let tree = new SavedTree(start.entries);
  const bytes = new SavedBytes();
  let base = start.commit;
  let snapshotId = project.latestSnapshotId;
  let cursor = start.cursor;
  let saved: Promise<ReturnType<typeof makeSavedPaths>> | undefined;
  let late = start.late;
  /** The next commit looks at every path. */
  let whole = start.restored;
  let rebasing = false;
  /** Of the newest snapshot that is in the folder, and of the newest that is known of. */
  let revision = 0;
  let wanted = 0;

  /** The paths to look at, and the cursor that is behind all of them. */
  const changedPaths = async (): Promise<{ paths: string[]; next: number }> => {
    const changed = await files.changes({ since: cursor });
    const paths = new Set(changed.paths);
    const rules = paths.has('.gitignore') || changed.all;
    if (rules) saved = undefined;
    const takes = await (saved ??= readRules(files));
    // Other rules: what was not saved may be from now on.
    if (rules || whole)
      for (const path of (await files.changes({ whole: true })).paths)
        if (whole || changed.all || tree.get(path) === undefined) paths.add(path);
    if (whole || changed.all) for (const path of tree.paths()) paths.add(path);
    return { paths: [...paths].filter((path) => isTaken(path, tree, takes)), next: changed.cursor };
  };

  const send = async (gathered: GatheredChanges, onProgress: OnProgress): Promise<SaveResponse> => {
    const { inline, large } = share(gathered.files);
    await upload(api, large, onProgress);
    const known = large.map(({ whole: _whole, bytes: _bytes, ...file }) => ({
      ...file,
      content: { as: 'known' } as const,
    }));
    const changes: SentChange[] = [...gathered.gone, ...gathered.others, ...inline.map(sentOf), ...known];
    return await api.saveChanges(project.id, encodeSave({ base, device: await start.device(), merge: true }, changes));
  };

  /** The server may lack what a difference or a name stands on: then it gets the bytes. */
  const sendPatiently = async (gathered: GatheredChanges, onProgress: OnProgress): Promise<SaveResponse> => {
    try {
      return await send(gathered, onProgress);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'MISSING_CONTENT') throw error;
      const paths = new Set(missingContentDetails.parse(error.details).paths);
      const sent = gathered.files.map((file): ChangedFile =>
        paths.has(file.path) ? { ...file, content: { as: 'whole' }, bytes: file.whole } : file,
      );
      return await send({ ...gathered, files: sent }, onProgress);
    }
  };

  const remember = ({ gone, others, files: changed }: GatheredChanges): void => {
    for (const change of [...gone, ...others]) tree.apply(change);
    for (const { path } of gone) bytes.delete(path);
    for (const { path, mode, sha256, size, whole: content } of changed) {
      tree.apply({ kind: 'file', path, mode, sha256, size });
      bytes.set(path, content);
    }
  };

  return {
    snapshotId: () => snapshotId,
    rebase: () => (rebasing = whole = true),
    pull: (newer) => (wanted = Math.max(wanted, newer)),
    isBehind: () => wanted > revision,
    async commit(onProgress) {
      if (late !== undefined) {
        // It may be long until somebody answers.
        await start.beforeSend();
        const found = await late();
        [tree, base, snapshotId] = [new SavedTree(found.entries), found.commit, found.project.latestSnapshotId];
        if (found.behind) wanted = Math.max(wanted, found.project.revision);
        late = undefined;
      }
      if (rebasing) {
        const newest = await api.latestTree(project.id);
        base = newest.snapshot.commit;
        snapshotId = newest.snapshot.id;
        tree = new SavedTree(newest.entries);
      }
      const { paths, next } = await changedPaths();
      const takes = await (saved ??= readRules(files));
      const read = paths.length === 0 ? [] : await files.readPaths(paths);
      const gathered = await gatherChanges(read, { tree, bytes, saved: takes });
      const count = gathered.gone.length + gathered.others.length + gathered.files.length;
      if (count > 0 || snapshotId === null || wanted > revision) {
        const asked = wanted;
        await start.beforeSend();
        const { snapshot, merged } = await sendPatiently(gathered, onProgress);
        remember(gathered);
        if (merged !== null) {
          await applyMerged({ api, files, projectId: project.id, device: await start.device() }, bytes, {
            cursor: next,
            snapshotId: snapshot.id,
            changes: merged.changes,
          });
          for (const change of merged.changes) tree.apply(change);
          if (merged.conflicts.length > 0) start.onConflicts(merged.conflicts);
        }
        base = snapshot.commit;
        snapshotId = snapshot.id;
        // Whatever that was called, it is in this answer: asked for again and again it would never end.
        revision = Math.max(snapshot.revision, asked);
        start.onBase({ snapshotId, commit: base });
      }
      cursor = next;
      whole = rebasing = false;
    },
  };
}

/** Puts what is too large for the request, four at a time. */
async function upload(api: Api, large: readonly ChangedFile[], onProgress: OnProgress): Promise<void> {
  if (large.length === 0) return;
  const byHash = new Map(large.map((file) => [file.sha256, file.whole]));
  const { missing } = await api.missingBlobs([...byHash.keys()]);
  let sent = 0;
  onProgress({ sent, total: missing.length });
  await forEachBounded(missing, UPLOADS_AT_ONCE, async (hash) => {
    const content = byHash.get(hash);
    if (content !== undefined) await api.putBlob(hash, content);
    onProgress({ sent: ++sent, total: missing.length });
  });
}

async function readRules(files: FilesPort): Promise<ReturnType<typeof makeSavedPaths>> {
  const [found] = await files.readPaths(['.gitignore']);
  return makeSavedPaths(found?.kind === 'file' ? new TextDecoder().decode(found.bytes) : undefined);
}

/** Whether a path is saved: what is in the tree is, else the rules say it, of the path and of every folder above it. */
function isTaken(path: string, tree: SavedTree, rules: ReturnType<typeof makeSavedPaths>): boolean {
  if (tree.get(path) !== undefined) return true;
  if (!rules.takes(path, false)) return false;
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1))
    if (tree.get(path.slice(0, slash)) === undefined && !rules.takes(path.slice(0, slash), true)) return false;
  return true;
}

/** Which files go with the request, and which are put before it. */
function share(files: readonly ChangedFile[]): { inline: ChangedFile[]; large: ChangedFile[] } {
  const shared: { inline: ChangedFile[]; large: ChangedFile[] } = { inline: [], large: [] };
  let room = INLINE_BYTES;
  for (const file of files) {
    const length = file.content.as === 'known' ? 0 : (file.bytes?.length ?? 0);
    const fits = length <= INLINE_FILE_BYTES && length <= room;
    if (fits) room -= length;
    (fits ? shared.inline : shared.large).push(file);
  }
  return shared;
}

function sentOf({ whole: _whole, ...file }: ChangedFile): SentChange {
  return file;
}
