import { compareEntries, type IndexEntry, readIndex, writeIndex } from '../index-file.ts';
import type { Repository } from '../repository.ts';
import { readCommit } from '../revisions.ts';
import { type TreeFile, treeFiles } from '../tree-files.ts';
import { type CommandCall, FATAL, isWithin, type OwnCommand, parseOptions, plainPaths, Refusal } from './command.ts';

/** `git reset [HEAD] -- <paths>` quietly: the index of these paths as in HEAD. All else of reset is the library's. */
export const reset: OwnCommand = (call) => {
  const parsed = parseOptions(call.args, ['-q', '--quiet']);
  if (parsed === undefined || parsed.paths === undefined || parsed.paths.length === 0) return undefined;
  const quiet = parsed.options.size > 0;
  if (!quiet || parsed.words.length > 1 || (parsed.words.length === 1 && parsed.words[0] !== 'HEAD')) return undefined;
  return unstage(call, parsed.paths);
};

/** `git restore --staged <paths>`; all else of restore is the library's. */
export const restore: OwnCommand = (call) => {
  const parsed = parseOptions(call.args, ['-S', '--staged', '-q', '--quiet']);
  if (parsed === undefined || !(parsed.options.has('-S') || parsed.options.has('--staged'))) return undefined;
  const words = [...parsed.words, ...(parsed.paths ?? [])];
  if (words.length === 0) return undefined;
  if (call.repository.resolveRef('HEAD') === undefined) throw new Refusal('fatal: could not resolve HEAD');
  return unstage(call, words);
};

/**
 * An entry that is already as in HEAD stays the object that it is, with what it remembers of its file: the
 * next status need not read that.
 */
function unstage({ repository, err }: CommandCall, words: readonly string[]): number | undefined {
  const paths = plainPaths(repository, words);
  if (paths === undefined) return undefined;
  const { entries } = readIndex(repository.indexPath);
  const head = headFiles(repository);
  for (const [at, path] of paths.entries()) {
    const isThere =
      path === '' || [...entries.map((entry) => entry.path), ...head.keys()].some((each) => isWithin(each, [path]));
    if (isThere) continue;
    err(`error: pathspec '${words[at] ?? ''}' did not match any file(s) known to git\n`);
    return paths.length === 0 ? FATAL : 1;
  }
  const before = new Map(entries.map((entry) => [`${entry.stage} ${entry.path}`, entry]));
  const next: IndexEntry[] = entries.filter(({ path }) => !isWithin(path, paths));
  for (const { path, mode, oid } of head.values()) {
    if (!isWithin(path, paths)) continue;
    const known = before.get(`0 ${path}`);
    next.push(known?.oid === oid && known.mode === mode ? known : { path, mode, oid, stage: 0 });
  }
  writeIndex(repository.indexPath, next.toSorted(compareEntries));
  return 0;
}

/** None before the first commit. */
function headFiles(repository: Repository): ReadonlyMap<string, TreeFile> {
  const head = repository.resolveRef('HEAD');
  return head === undefined ? new Map() : treeFiles(repository.objects, readCommit(repository.objects, head).tree);
}
