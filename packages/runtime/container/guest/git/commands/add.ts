import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { IgnoreRules } from '../ignore-rules.ts';
import {
  compareEntries,
  GITLINK_MODE,
  type IndexEntry,
  INTENT_TO_ADD,
  LINK_MODE,
  readIndex,
  writeIndex,
} from '../index-file.ts';
import type { Repository } from '../repository.ts';
import { compareEntry, findUntracked, modeOf, rememberedStat } from '../work-tree.ts';
import { type CommandCall, FATAL, isWithin, leadsTo, type OwnCommand, parseOptions, plainPaths } from './command.ts';

const OPTIONS = '-A --all -u --update -f --force -v --verbose --no-ignore-removal'.split(' ');
/** git's own words (builtin/add.c). */
const IGNORED_HINT =
  'hint: Use -f if you really want to add them.\n' +
  'hint: Turn this message off by running\n' +
  'hint: "git config advice.addIgnoredFile false"\n';

/** git-add(1) for plain paths; patterns, dry runs and repositories within are the library's. */
export const add: OwnCommand = (call) => {
  const { repository, args, out, err } = call;
  const parsed = parseOptions(args, OPTIONS);
  if (parsed === undefined) return undefined;
  const { options } = parsed;
  const has = (...names: readonly string[]): boolean => names.some((name) => options.has(name));
  const words = [...parsed.words, ...(parsed.paths ?? [])];
  const paths = plainPaths(repository, words);
  if (paths === undefined || (words.length === 0 && !has('-A', '--all', '-u', '--update'))) return undefined;
  const tracksOnly = has('-u', '--update') && !has('-A', '--all');
  const { entries, writtenMs } = readIndex(repository.indexPath);
  const untracked = tracksOnly ? [] : untrackedWithin(repository, entries, paths, has('-f', '--force'));
  // A folder that is named whole is a repository within.
  if (untracked.some((path) => path.endsWith('/'))) return undefined;
  const missing = words.find((_, at) => !matchesSomething(repository, paths[at] ?? '', entries, untracked));
  const ignored = has('-f', '--force') ? [] : ignoredAmong(repository, paths, entries);
  if (missing !== undefined && !ignored.includes(paths[words.indexOf(missing)] ?? '')) {
    err(`fatal: pathspec '${missing}' did not match any files\n`);
    return FATAL;
  }
  const said = has('-v', '--verbose') ? out : undefined;
  const next = addTracked(repository, entries, { paths, writtenMs, said });
  for (const path of untracked) {
    const entry = entryOf(repository, path);
    if (entry === undefined) continue;
    said?.(`add '${path}'\n`);
    next.push(entry);
  }
  if (next.length !== entries.length || next.some((entry, at) => entry !== entries[at]))
    writeIndex(repository.indexPath, withoutClashes(next, untracked));
  if (ignored.length === 0) return 0;
  err(`The following paths are ignored by one of your .gitignore files:\n${ignored.join('\n')}\n${IGNORED_HINT}`);
  return 1;
};

/** `said` prints each path, for -v. */
interface AddOptions {
  readonly paths: readonly string[];
  readonly writtenMs: number;
  readonly said: CommandCall['out'] | undefined;
}

/** Entries as their files are now; those without a file go. What could not be merged becomes one entry. */
function addTracked(
  repository: Repository,
  entries: readonly IndexEntry[],
  { paths, writtenMs, said }: AddOptions,
): IndexEntry[] {
  const trustBits = repository.flag('core.filemode', true);
  const resolved = new Set<string>();
  return entries.flatMap((entry) => {
    if (!isWithin(entry.path, paths)) return [entry];
    if (entry.stage > 0) {
      if (resolved.has(entry.path)) return [];
      resolved.add(entry.path);
      const now = entryOf(repository, entry.path);
      said?.(`${now === undefined ? 'remove' : 'add'} '${entry.path}'\n`);
      return now === undefined ? [] : [now];
    }
    const { change, entry: same } = compareEntry(repository, entry, writtenMs, trustBits);
    const intended = ((entry.extended ?? 0) & INTENT_TO_ADD) !== 0;
    if (change === 'same' && !intended) return [same];
    const now = change === 'deleted' ? undefined : entryOf(repository, entry.path, entry.mode);
    said?.(`${now === undefined ? 'remove' : 'add'} '${entry.path}'\n`);
    return now === undefined ? [] : [now];
  });
}

/** The entry that a file gets, with its bytes in the store. */
export function entryOf(repository: Repository, path: string, known = 0): IndexEntry | undefined {
  const whole = join(repository.workTree, path);
  const stats = lstatSync(whole, { throwIfNoEntry: false });
  const mode = stats === undefined ? undefined : modeOf(stats, repository.flag('core.filemode', true), known);
  if (stats === undefined || mode === undefined) return undefined;
  const bytes = mode === LINK_MODE ? Buffer.from(readlinkSync(whole)) : readFileSync(whole);
  return { path, mode, oid: repository.objects.write('blob', bytes), stage: 0, stat: rememberedStat(stats) };
}

/** New files at or below the paths; with -f also those that are ignored. */
function untrackedWithin(
  repository: Repository,
  entries: readonly IndexEntry[],
  paths: readonly string[],
  force: boolean,
): readonly string[] {
  const wanted = (path: string, isFolder: boolean): boolean => leadsTo(path, isFolder, paths);
  const { untracked, ignored } = findUntracked(repository, entries, { mode: 'all', ignored: force, wanted });
  if (!force) return untracked;
  // An ignored folder that was asked for, or that holds what was asked for, is taken apart like any other.
  return [...untracked, ...ignored.flatMap((path) => filesBelow(repository, path, wanted))];
}

/** An ignored folder is found as a whole, so its files are looked for without any rules. */
function filesBelow(
  repository: Repository,
  path: string,
  wanted: (path: string, isFolder: boolean) => boolean,
): readonly string[] {
  if (!path.endsWith('/')) return [path];
  const nested = findUntracked(repository, [], {
    mode: 'all',
    ignored: false,
    wanted: (each, isFolder) => wanted(each, isFolder) && (each.startsWith(path) || path.startsWith(`${each}/`)),
    unruled: true,
  });
  return nested.untracked;
}

/** Whether a path that was named means anything: else git refuses all of them. */
function matchesSomething(
  repository: Repository,
  path: string,
  entries: readonly IndexEntry[],
  untracked: readonly string[],
): boolean {
  if (path === '') return true;
  const isIn = (each: string): boolean => each === path || each.startsWith(`${path}/`);
  if (entries.some((entry) => isIn(entry.path)) || untracked.some(isIn)) return true;
  // A folder without files is there, and there is nothing to add.
  return lstatSync(join(repository.workTree, path), { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Paths that were named and that nobody wants, unless they are tracked already. */
function ignoredAmong(
  repository: Repository,
  paths: readonly string[],
  entries: readonly IndexEntry[],
): readonly string[] {
  const rules = IgnoreRules.open(repository);
  return paths.filter((path) => {
    if (path === '' || entries.some((entry) => entry.path === path || entry.path.startsWith(`${path}/`))) return false;
    const stats = lstatSync(join(repository.workTree, path), { throwIfNoEntry: false });
    if (stats === undefined) return false;
    const rule = rules.decideFromTop(path, stats.isDirectory());
    return rule !== undefined && !rule.negated;
  });
}

/** A file that came where a folder was takes its place, and the other way round. */
function withoutClashes(entries: readonly IndexEntry[], come: readonly string[]): readonly IndexEntry[] {
  const files = new Set(come);
  const folders = new Set(
    come
      .flatMap((path) => path.split('/').map((_, at, parts) => parts.slice(0, at).join('/')))
      .filter((path) => path !== ''),
  );
  return entries
    .filter(({ path, mode }) => {
      if (files.has(path)) return true;
      if (folders.has(path) && mode !== GITLINK_MODE) return false;
      const parts = path.split('/');
      return !parts.some((_, at) => at > 0 && files.has(parts.slice(0, at).join('/')));
    })
    .toSorted(compareEntries);
}
