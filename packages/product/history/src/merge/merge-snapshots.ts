import { applyChanges } from '../trees/apply-changes.ts';
import { changesOf, diffSnapshots, type PathDifference, sameEntry } from '../trees/diff-snapshots.ts';
import { findEntry } from '../trees/find-entry.ts';
import type { ObjectStore } from '../trees/object-store.ts';
import type { PathChange, SnapshotEntry, SnapshotTrees } from '../trees/snapshot-trees.ts';
import { mergeLines } from './merge-lines.ts';
import { sideName } from './side-name.ts';
import { textOf } from './text.ts';

/**
 * What was done where both sides changed a path in different ways.
 *
 *   kept-both     theirs stays, mine stands beside it as `keptAs`
 *   kept-changed  one side deleted what the other changed: the change stays
 */
export interface MergeConflict {
  path: string;
  outcome: 'kept-both' | 'kept-changed';
  keptAs?: string;
}

/** On top of theirs, so that what theirs has is not written again. */
export interface MergedSnapshots {
  trees: SnapshotTrees;
  conflicts: MergeConflict[];
}

/** Reads and writes go through these, so that a test merges in memory. */
export interface MergeNeeds {
  objects: ObjectStore;
  /** The bytes of a file, or undefined where it is too large for its lines to be merged. */
  readFile(oid: string): Promise<Uint8Array | undefined>;
  /** Keeps the bytes of a merged file and says its id. */
  putFile(bytes: Uint8Array): Promise<string>;
  /** Who "mine" is, as it stands in the name of a file that is kept twice. */
  device: string;
}

/** What stood at the base and stands on both sides, of a path that both changed. */
interface BothChanged {
  base: SnapshotEntry | undefined;
  mine: SnapshotEntry | undefined;
  theirs: SnapshotEntry | undefined;
}

/**
 * Merges two snapshots of one base: path by path, then line by line. No edit is lost:
 * what cannot be merged is kept under two names, and a change wins over a deletion.
 */
export async function mergeSnapshots(
  needs: MergeNeeds,
  snapshots: { base: SnapshotTrees | undefined; mine: SnapshotTrees; theirs: SnapshotTrees },
): Promise<MergedSnapshots> {
  const { objects } = needs;
  const [mine, theirs] = await Promise.all([
    diffSnapshots(objects, snapshots.base, snapshots.mine),
    diffSnapshots(objects, snapshots.base, snapshots.theirs),
  ]);
  const merge = new Merge(needs, snapshots, mine, theirs);
  const changes = await merge.run();
  return { trees: await applyChanges(objects, snapshots.theirs, changes), conflicts: merge.conflicts };
}

class Merge {
  readonly conflicts: MergeConflict[] = [];
  readonly #needs: MergeNeeds;
  readonly #sides: { mine: SnapshotTrees; theirs: SnapshotTrees };
  readonly #mine: readonly PathDifference[];
  readonly #theirs: ReadonlyMap<string, PathDifference>;
  /** Paths that mine leads through a name at which theirs has something else: where they go instead. */
  readonly #moved = new Map<string, string>();
  /** Every folder with something below that theirs put or changed. */
  readonly #theirFolders = new Set<string>();
  readonly #taken = new Set<string>();

  constructor(
    needs: MergeNeeds,
    sides: { mine: SnapshotTrees; theirs: SnapshotTrees },
    mine: readonly PathDifference[],
    theirs: readonly PathDifference[],
  ) {
    this.#needs = needs;
    this.#sides = sides;
    this.#mine = mine;
    this.#theirs = new Map(theirs.map((difference) => [difference.path, difference]));
    for (const { path, after } of theirs) {
      if (after === undefined) continue;
      this.#taken.add(path);
      for (const folder of foldersAbove(path)) this.#theirFolders.add(folder);
    }
    for (const { path, after } of mine) if (after) this.#taken.add(path);
  }

  async run(): Promise<PathChange[]> {
    const changes: PathChange[] = [];
    // In the order of the paths: a folder is settled before what is in it.
    for (const difference of this.#mine) changes.push(...(await this.#settle(difference)));
    // Deletions first, folders among them from within: what is put may stand where they stood.
    const isGone = (change: PathChange): boolean => change.kind === 'gone' || change.kind === 'gone-if-empty';
    return [...changes.filter(isGone), ...changes.filter((change) => !isGone(change))];
  }

  async #settle(own: PathDifference): Promise<PathChange[]> {
    const moved = own.after && (await this.#movedPath(own.path));
    if (own.after && moved !== undefined) return [{ ...own.after, path: moved }];
    const other = this.#theirs.get(own.path);
    if (!other) return await this.#takeMine(own);
    if (sameEntry(own.after, other.after)) return [];
    return await this.#settleBoth(own.path, { base: own.before, mine: own.after, theirs: other.after });
  }

  async #takeMine(own: PathDifference): Promise<PathChange[]> {
    const { path, after } = own;
    // Theirs put something below what mine made a file of.
    if (after && after.kind !== 'dir' && this.#theirFolders.has(path)) return [await this.#keepAside(path, after)];
    return changesOf([own]);
  }

  async #settleBoth(path: string, { base, mine, theirs }: BothChanged): Promise<PathChange[]> {
    if (mine === undefined || theirs === undefined) {
      // A folder goes only where nothing is left in it, and comes again with what is put into it.
      if (mine?.kind === 'dir' || theirs?.kind === 'dir') return mine ? [{ ...mine, path }] : [];
      this.conflicts.push({ path, outcome: 'kept-changed' });
      return mine ? [{ ...mine, path }] : [];
    }
    if (mine.kind === 'dir' && theirs.kind === 'dir')
      return [{ ...mine, path, mode: base?.kind === 'dir' && base.mode === mine.mode ? theirs.mode : mine.mode }];
    if (mine.kind === 'dir') {
      // What mine has below follows it to its other name.
      const keptAs = await this.#sideName(path);
      this.#moved.set(path, keptAs);
      this.conflicts.push({ path, outcome: 'kept-both', keptAs });
      return [{ ...mine, path: keptAs }];
    }
    if (mine.kind === 'file' && theirs.kind === 'file') {
      const merged = await this.#mergeFiles(base?.kind === 'file' ? base : undefined, mine, theirs);
      if (merged) return [{ ...merged, path }];
    }
    return [await this.#keepAside(path, mine)];
  }

  /** Undefined where the contents cannot be merged. */
  async #mergeFiles(base: FileEntry | undefined, mine: FileEntry, theirs: FileEntry): Promise<FileEntry | undefined> {
    const mode = base && base.mode === mine.mode ? theirs.mode : mine.mode;
    const hidden = base && base.hidden === mine.hidden ? theirs.hidden : mine.hidden;
    const oid = await this.#mergeContents(base?.oid, mine.oid, theirs.oid);
    return oid === undefined ? undefined : { kind: 'file', mode, hidden, oid };
  }

  async #mergeContents(base: string | undefined, mine: string, theirs: string): Promise<string | undefined> {
    if (mine === theirs || base === theirs) return mine;
    if (base === mine) return theirs;
    if (base === undefined) return undefined;
    const contents = await Promise.all([base, mine, theirs].map((oid) => this.#needs.readFile(oid)));
    const texts = contents.flatMap((bytes) => (bytes ? (textOf(bytes) ?? []) : []));
    const [before, own, other] = texts;
    if (before === undefined || own === undefined || other === undefined) return undefined;
    const merged = mergeLines(before, own, other);
    return merged.outcome === 'merged' ? await this.#needs.putFile(new TextEncoder().encode(merged.text)) : undefined;
  }

  async #keepAside(path: string, mine: SnapshotEntry): Promise<PathChange> {
    const keptAs = await this.#sideName(path);
    this.conflicts.push({ path, outcome: 'kept-both', keptAs });
    return { ...mine, path: keptAs };
  }

  /** A name that neither side has: an older conflict may have left one. */
  async #sideName(path: string): Promise<string> {
    const { objects, device } = this.#needs;
    for (let attempt = 1; ; attempt++) {
      const name = sideName(path, device, attempt);
      if (this.#taken.has(name)) continue;
      const standing = await Promise.all(
        [this.#sides.mine, this.#sides.theirs].map((side) => findEntry(objects, side, name)),
      );
      if (standing.some((entry) => entry !== undefined)) continue;
      this.#taken.add(name);
      return name;
    }
  }

  /** Where a path of mine goes if one above it was moved, or if theirs has a file above it. */
  async #movedPath(path: string): Promise<string | undefined> {
    for (const folder of foldersAbove(path)) {
      const moved = this.#moved.get(folder);
      if (moved !== undefined) return `${moved}${path.slice(folder.length)}`;
      const theirs = this.#theirs.get(folder)?.after;
      if (theirs === undefined || theirs.kind === 'dir') continue;
      const keptAs = await this.#sideName(folder);
      this.#moved.set(folder, keptAs);
      this.conflicts.push({ path: folder, outcome: 'kept-both', keptAs });
      return `${keptAs}${path.slice(folder.length)}`;
    }
    return undefined;
  }
}

type FileEntry = Extract<SnapshotEntry, { kind: 'file' }>;

/** The folders on the way to a path, outermost first. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1))
    folders.push(path.slice(0, slash));
  return folders;
}
