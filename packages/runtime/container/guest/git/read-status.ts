import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileType } from '@slipway/posix';
import { comparePaths, type IndexEntry, INTENT_TO_ADD, readIndex, writeIndex } from './index-file.ts';
import { findRenames } from './renames.ts';
import type { Repository } from './repository.ts';
import { readCommit, upstreamOf, walkCommits } from './revisions.ts';
import { type TreeFile, treeFiles } from './tree-files.ts';
import { type ComparedEntry, compareEntry, findUntracked, modeOf, type WalkOptions } from './work-tree.ts';

/** Of tracked files alone: untracked and ignored paths are lists of their own. */
export interface StatusEntry {
  readonly path: string;
  /** What it was called in HEAD. */
  readonly from?: string;
  readonly score?: number;
  /** X and Y of the short format; `.` is no change. */
  readonly staged: string;
  readonly work: string;
  readonly head: TreeFile | undefined;
  readonly index: { readonly mode: number; readonly oid: string } | undefined;
  readonly workMode: number;
  /** Base, ours and theirs of what could not be merged. */
  readonly stages?: readonly (IndexEntry | undefined)[];
}

/** Where HEAD stands, and how far it is from what it follows. */
export interface BranchStatus {
  readonly oid: string | undefined;
  /** `undefined` where HEAD is on no branch. */
  readonly name: string | undefined;
  readonly upstream: string | undefined;
  /** Absent where the upstream is gone. */
  readonly ahead?: number;
  readonly behind?: number;
}

/** Untracked and ignored folders end with a slash, where they are named as a whole. */
export interface Status {
  readonly branch: BranchStatus;
  /** Sorted by path. */
  readonly entries: readonly StatusEntry[];
  readonly untracked: readonly string[];
  readonly ignored: readonly string[];
}

/** No change, in the letters of porcelain v2. */
const NULL_TARGET = '.';

/** Compares HEAD, index and files, and lets the index remember what was found equal. */
export function readStatus(
  repository: Repository,
  options: WalkOptions & { readonly renames: boolean; readonly aheadBehind: boolean },
): Status {
  const { entries, writtenMs } = readIndex(repository.indexPath);
  const trustBits = repository.flag('core.filemode', true);
  const compared: ComparedEntry[] = [];
  const conflicts = new Map<string, (IndexEntry | undefined)[]>();
  let learnt = false;
  const remembered = entries.map((entry) => {
    if (entry.stage > 0) {
      const stages = conflicts.get(entry.path) ?? [undefined, undefined, undefined];
      stages[entry.stage - 1] = entry;
      conflicts.set(entry.path, stages);
      return entry;
    }
    const result = compareEntry(repository, entry, writtenMs, trustBits);
    compared.push(result);
    learnt ||= result.entry !== entry && result.entry.stat !== undefined;
    return result.entry;
  });
  if (learnt) remember(repository, remembered);

  const branch = readBranch(repository, options.aheadBehind);
  const head =
    branch.oid === undefined
      ? new Map<string, TreeFile>()
      : treeFiles(repository.objects, readCommit(repository.objects, branch.oid).tree);
  const { untracked, ignored } = findUntracked(repository, entries, options);
  const changes = [
    ...stagedAndWork(repository, compared, head, conflicts, options.renames),
    ...[...conflicts].map(([path, stages]) => conflictOf(repository, path, stages)),
  ].filter(({ path }) => options.wanted?.(path, false) ?? true);
  return {
    branch,
    entries: changes.sort((a, b) => comparePaths(a.path, b.path)),
    untracked: untracked.sort(comparePaths),
    ignored: ignored.sort(comparePaths),
  };
}

/** Another program that holds the lock has something better to write. */
function remember(repository: Repository, entries: readonly IndexEntry[]): void {
  if (existsSync(`${repository.indexPath}.lock`)) return;
  try {
    writeIndex(repository.indexPath, entries);
  } catch (error) {
    if (!['EROFS', 'EACCES', 'ENOSPC', 'EEXIST'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}

/** X of HEAD against the index, Y of the index against the files; a rename joins a D and an A of X. */
function stagedAndWork(
  repository: Repository,
  compared: readonly ComparedEntry[],
  head: Map<string, TreeFile>,
  conflicts: ReadonlyMap<string, unknown>,
  renames: boolean,
): readonly StatusEntry[] {
  const found: StatusEntry[] = [];
  const come: TreeFile[] = [];
  const left = new Map(head);
  // A path in conflict has no entry of stage 0, and is not deleted for that.
  for (const path of conflicts.keys()) left.delete(path);
  for (const { entry, change, mode } of compared) {
    const before = left.get(entry.path);
    left.delete(entry.path);
    const intended = ((entry.extended ?? 0) & INTENT_TO_ADD) !== 0;
    const staged = intended ? NULL_TARGET : stagedLetter(before, entry);
    const work = intended ? 'A' : workLetter(change);
    if (staged === NULL_TARGET && work === NULL_TARGET) continue;
    if (staged === 'A') come.push({ path: entry.path, mode: entry.mode, oid: entry.oid });
    found.push({ path: entry.path, staged, work, head: before, index: entry, workMode: mode });
  }
  const pairs =
    renames && come.length > 0 && left.size > 0 ? findRenames(repository.objects, [...left.values()], come) : [];
  const renamed = new Map(pairs.map((pair) => [pair.to.path, pair]));
  for (const { from } of pairs) left.delete(from.path);
  const gone = [...left.values()].map((file): StatusEntry => ({
    path: file.path,
    staged: 'D',
    work: NULL_TARGET,
    head: file,
    index: undefined,
    workMode: 0,
  }));
  return [
    ...found.map((entry) => {
      const pair = renamed.get(entry.path);
      return pair === undefined
        ? entry
        : { ...entry, staged: 'R', from: pair.from.path, score: pair.score, head: pair.from };
    }),
    ...gone,
  ];
}

function stagedLetter(before: TreeFile | undefined, entry: IndexEntry): string {
  if (before === undefined) return 'A';
  if (before.oid === entry.oid && before.mode === entry.mode) return NULL_TARGET;
  return fileType(before.mode) === fileType(entry.mode) ? 'M' : 'T';
}

const workLetter = (change: ComparedEntry['change']): string =>
  ({ same: NULL_TARGET, modified: 'M', deleted: 'D', type: 'T' })[change];

/** gitformat-index(5): which stages there are says what both sides did. */
function conflictOf(repository: Repository, path: string, stages: readonly (IndexEntry | undefined)[]): StatusEntry {
  const key = stages.map((stage) => (stage === undefined ? '-' : '+')).join('');
  const letters = { '+--': 'DD', '-+-': 'AU', '++-': 'UD', '--+': 'UA', '+-+': 'DU', '-++': 'AA', '+++': 'UU' }[key];
  const stats = lstatSync(join(repository.workTree, path), { throwIfNoEntry: false });
  const mode = stats === undefined ? undefined : modeOf(stats, repository.flag('core.filemode', true), 0);
  const [staged = 'U', work = 'U'] = (letters ?? 'UU').split('');
  return { path, staged, work, head: undefined, index: undefined, workMode: mode ?? 0, stages };
}

/** `aheadBehind` false leaves the counts out: they walk both histories down to where they met. */
export function readBranch(repository: Repository, aheadBehind: boolean): BranchStatus {
  const ref = repository.headRef();
  const oid = repository.resolveRef('HEAD');
  if (ref === undefined) return { oid, name: undefined, upstream: undefined };
  const name = ref.replace(/^refs\/heads\//, '');
  const follows = upstreamOf(repository, ref);
  if (follows === undefined) return { oid, name, upstream: undefined };
  const upstream = follows.replace(/^refs\/(?:remotes|heads)\//, '');
  const theirs = repository.resolveRef(follows);
  if (theirs === undefined || oid === undefined || !aheadBehind) return { oid, name, upstream };
  const count = (from: string, without: string): number =>
    [...walkCommits(repository.objects, [from], [without])].length;
  if (theirs === oid) return { oid, name, upstream, ahead: 0, behind: 0 };
  return { oid, name, upstream, ahead: count(oid, theirs), behind: count(theirs, oid) };
}

/** By the files that git leaves in its folder meanwhile. */
export function stateOf(repository: Repository): 'merge' | 'other' | undefined {
  const has = (name: string): boolean => existsSync(join(repository.gitFolder, name));
  if (['rebase-merge', 'rebase-apply', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'BISECT_LOG'].some(has)) return 'other';
  return has('MERGE_HEAD') ? 'merge' : undefined;
}

/** By the lines of the reflog, which has one for each. */
export function countStashes(repository: Repository): number {
  const path = join(repository.commonFolder, 'logs', 'refs', 'stash');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
}
