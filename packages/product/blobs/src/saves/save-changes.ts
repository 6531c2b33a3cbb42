import type { BlobStore } from '../store/blob-store.ts';
import { readBlob } from '../store/read-blob.ts';
import { storeBytes } from '../store/store-owned.ts';
import type { HolderFence, MergeConflict, Snapshot, SnapshotKind, TreeChange } from '@slipway/contracts';
import {
  type CommitRow,
  type Db,
  getAuthor,
  getObjectHeads,
  getProject,
  getSnapshot,
  getSnapshotHead,
  ProjectObjects,
  recordSnapshot,
  type SnapshotHead,
  type StoredObject,
} from '@slipway/db';
import { oidOf } from '@slipway/git';
import {
  applyChanges,
  diffSnapshots,
  makeCommit,
  mergeSnapshots,
  type PathChange,
  type SnapshotTrees,
} from '@slipway/history';
import { type Gathered, gatherContent } from './gather-content.ts';
import type { ReadSave } from './read-save.ts';
import { describeDifferences, measureDifferences } from './describe-differences.ts';

/** A save on which others keep coming first is told to try later. */
const ATTEMPTS = 5;
/** Of a file whose lines are merged; a larger one is kept twice. */
const MERGE_LIMIT_BYTES = 1024 ** 2;
/** Paths that a refused save is told of. */
const CHANGED_LIMIT = 1_000;

/** `stale`: nothing was saved, because another device did and no merge was wished, or the base is unknown. */
export type SaveResult =
  | { outcome: 'saved'; snapshot: Snapshot; merged: MergedChanges | undefined }
  /** The project has all of it already. */
  | { outcome: 'unchanged'; snapshot: Snapshot; merged: MergedChanges | undefined }
  | { outcome: 'project-missing' | 'too-many-entries' | 'busy' }
  /** `holder` has the project no more. */
  | { outcome: 'holder-lost' }
  | { outcome: 'stale'; revision: number; head: string | null; changed: string[] | null }
  | Exclude<Gathered, { outcome: 'gathered' }>;

/** What the saving device lacks after a merge. */
export interface MergedChanges {
  changes: TreeChange[];
  conflicts: MergeConflict[];
}

/** A save over a limit is refused as a whole. */
export interface SaveNeeds {
  db: Db;
  blobs: BlobStore;
  entriesLimit: number;
  fileLimitBytes: number;
}

/** A save, and what it is called where that is not just "a save". */
export interface SaveRequest {
  ownerId: string;
  projectId: string;
  save: ReadSave;
  kind?: SnapshotKind;
  /** Fences it: nothing is saved once another holds the project. */
  holder?: HolderFence;
}

/**
 * Makes the next snapshot of changed paths. Trees are made and merged outside of any
 * lock; the last step compares and sets, and where another device was quicker, all but
 * the storing of bytes is done again on top of its snapshot.
 */
export async function saveChanges(needs: SaveNeeds, request: SaveRequest): Promise<SaveResult> {
  const { ownerId, projectId, save } = request;
  const { db } = needs;
  if (!(await getProject(db, ownerId, projectId))) return { outcome: 'project-missing' };
  const base = save.base === null ? undefined : await getSnapshotHead(db, ownerId, projectId, { commit: save.base });
  let gathered: Extract<Gathered, { outcome: 'gathered' }> | undefined;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const head = await getSnapshotHead(db, ownerId, projectId, 'latest');
    if (save.base !== null && !base) return await explainStale(needs, request, { head, base: undefined });
    // Another device has saved since the base, maybe only since the last attempt.
    const isBehind = head?.commit !== base?.commit;
    if (isBehind && !save.merge) return await explainStale(needs, request, { head, base, known: true });
    // New for each attempt: what was made on top of the old head is of no use on the new one.
    const objects = new ProjectObjects(db, projectId);
    const fresh = await gatherContent(
      { db, blobs: needs.blobs, ownerId, projectId, objects, limitBytes: needs.fileLimitBytes },
      base,
      save,
    );
    if (fresh.outcome !== 'gathered') return fresh;
    gathered = fresh;
    const result = await new Attempt(needs, request, objects, gathered).run(base, head);
    if (result !== 'again') return result;
  }
  return { outcome: 'busy' };
}

/** One try on top of one head. Bytes that it stores stay when it fails: the next one needs the same. */
class Attempt {
  readonly #needs: SaveNeeds;
  readonly #request: SaveRequest;
  readonly #objects: ProjectObjects;
  readonly #changes: readonly PathChange[];
  readonly #blobs: StoredObject[];

  constructor(
    needs: SaveNeeds,
    request: SaveRequest,
    objects: ProjectObjects,
    gathered: Extract<Gathered, { outcome: 'gathered' }>,
  ) {
    this.#needs = needs;
    this.#request = request;
    this.#objects = objects;
    this.#changes = gathered.changes;
    this.#blobs = [...gathered.blobs];
  }

  /** `again` where another device's save came first. */
  async run(base: SnapshotHead | undefined, head: SnapshotHead | undefined): Promise<SaveResult | 'again'> {
    const { ownerId, projectId } = this.#request;
    const { db } = this.#needs;
    const { store } = this.#objects;
    const mine = await applyChanges(store, base, this.#changes);
    const commits: CommitRow[] = [];
    let trees = mine;
    let conflicts: MergeConflict[] | undefined;
    const author = await getAuthor(db, ownerId);
    const commit = (made: SnapshotTrees, parents: string[], message: string): string => {
      const oid = makeCommit(store, { tree: made.tree, parents, author, timeSeconds: author.timeSeconds, message });
      commits.push({ oid, tree: made.tree, parents });
      return oid;
    };
    const message = this.#request.save.message ?? 'Save';
    if (head && head.commit !== base?.commit) {
      const merged = await this.#merge(base, mine, head);
      trees = merged.trees;
      conflicts = merged.conflicts;
      if (!sameTrees(trees, head)) {
        // Two commits: what the device saved, on its own base, and the merge of it with the head.
        const own = commit(mine, base ? [base.commit] : [], message);
        commit(trees, [head.commit, own], `Merge of ${this.#request.save.device}`);
      }
    } else if (!head || !sameTrees(trees, head)) commit(trees, head ? [head.commit] : [], message);
    const merged = conflicts && { conflicts, changes: await this.#describe(mine, trees) };
    // No commit was made where the trees came out as they were.
    const last = commits.at(-1);
    if (!last) {
      const snapshot = await getSnapshot(db, ownerId, projectId, head!.id);
      return snapshot ? { outcome: 'unchanged', snapshot, merged } : { outcome: 'project-missing' };
    }
    return await this.#record({ base, head, trees, commits: [...commits.slice(0, -1), last] }, merged);
  }

  /** The one step that changes the project: compares the head, and writes commits, objects and snapshot together. */
  async #record(
    made: {
      base: SnapshotHead | undefined;
      head: SnapshotHead | undefined;
      trees: SnapshotTrees;
      commits: readonly [...CommitRow[], CommitRow];
    },
    merged: MergedChanges | undefined,
  ): Promise<SaveResult | 'again'> {
    const { base, head, trees, commits } = made;
    const { ownerId, projectId, save, kind = 'save', holder } = this.#request;
    const { db } = this.#needs;
    const differences = await diffSnapshots(this.#objects.store, head, trees);
    const grown = await measureDifferences(db, projectId, differences, this.#blobs);
    const files = (head?.files ?? 0) + grown.files;
    if (files > this.#needs.entriesLimit) return { outcome: 'too-many-entries' };
    const result = await recordSnapshot(db, ownerId, projectId, {
      base: { revision: head?.revision ?? 0, commit: head?.commit ?? null },
      // The base must not be thinned away meanwhile: the merge names its commit as a parent.
      keeps: base ? [base.id] : [],
      commits,
      aside: trees.aside ?? null,
      objects: [...this.#blobs, ...(await this.#objects.toStored())],
      kind: merged && kind === 'save' ? 'merge' : kind,
      device: save.device,
      message: save.message ?? null,
      files,
      bytes: (head?.bytes ?? 0) + grown.bytes,
      ...(holder === undefined ? {} : { holder }),
    });
    switch (result.outcome) {
      case 'recorded':
        return { outcome: 'saved', snapshot: result.snapshot, merged };
      case 'project-missing':
      case 'holder-lost':
        return { outcome: result.outcome };
      case 'conflict':
        throw new Error(`Cannot save project ${projectId}: object ${result.oid} has other bytes there`);
      case 'stale':
      // Retention was quicker: the next attempt stores the bytes again.
      case 'blob-gone':
        return 'again';
    }
  }

  /** Three ways, by paths and, for text that both changed, by lines. */
  async #merge(base: SnapshotHead | undefined, mine: SnapshotTrees, theirs: SnapshotTrees) {
    const { ownerId, projectId, save } = this.#request;
    const { db, blobs } = this.#needs;
    return await mergeSnapshots(
      {
        objects: this.#objects.store,
        device: save.device,
        readFile: async (oid) => {
          const stored = this.#blobs.find((blob) => blob.oid === oid);
          const [head] = stored ? [stored] : await getObjectHeads(db, projectId, [oid]);
          // Not merged by lines then: both versions are kept.
          if (!head?.sha256 || head.size > MERGE_LIMIT_BYTES) return undefined;
          return await readBlob(blobs, head.sha256);
        },
        putFile: async (bytes) => {
          const { sha256, size } = await storeBytes(blobs, db, ownerId, bytes);
          const oid = oidOf('blob', bytes);
          this.#blobs.push({ oid, type: 'blob', size, sha256, z: null, baseOid: null });
          return oid;
        },
      },
      { base, mine, theirs },
    );
  }

  /** From what the device has to what was saved: what it must do to its own folder. */
  async #describe(mine: SnapshotTrees, trees: SnapshotTrees): Promise<TreeChange[]> {
    const { projectId } = this.#request;
    const differences = await diffSnapshots(this.#objects.store, mine, trees);
    return await describeDifferences(
      { db: this.#needs.db, blobs: this.#needs.blobs, projectId, objects: this.#objects },
      differences,
      this.#blobs,
    );
  }
}

/** `aside` is what clones do not see. */
const sameTrees = (a: SnapshotTrees, b: SnapshotTrees): boolean => a.tree === b.tree && a.aside === b.aside;

/** With the paths that changed since the base, where the server still knows it. */
async function explainStale(
  { db }: SaveNeeds,
  { ownerId, projectId }: SaveRequest,
  { head, base, known = false }: { head: SnapshotHead | undefined; base: SnapshotHead | undefined; known?: boolean },
): Promise<SaveResult> {
  const project = await getProject(db, ownerId, projectId);
  if (!project) return { outcome: 'project-missing' };
  const differences = known ? await diffSnapshots(new ProjectObjects(db, projectId).store, base, head) : undefined;
  return {
    outcome: 'stale',
    revision: project.revision,
    head: head?.commit ?? null,
    changed: differences?.slice(0, CHANGED_LIMIT).map(({ path }) => path) ?? null,
  };
}
