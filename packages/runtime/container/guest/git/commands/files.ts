/** The plumbing of the index and of the files beside it. */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { IgnoreRules } from '../ignore-rules.ts';
import { compareEntries, type IndexEntry, readIndex, writeIndex } from '../index-file.ts';
import { quotePath } from '../quote-path.ts';
import { fromHere } from '../show-status.ts';
import { compareEntry, findUntracked } from '../work-tree.ts';
import { entryOf } from './add.ts';
import { type CommandCall, isWithin, leadsTo, type OwnCommand, parseOptions, plainPaths, Refusal } from './command.ts';

/** git-check-ignore(1): -q -v -n --stdin -z is not. */
export const checkIgnore: OwnCommand = ({ repository, args, input, out }) => {
  const parsed = parseOptions(args, [
    '-q',
    '--quiet',
    '-v',
    '--verbose',
    '-n',
    '--non-matching',
    '--stdin',
    '--no-index',
  ]);
  if (parsed === undefined) return undefined;
  const { options } = parsed;
  const named = [
    ...parsed.words,
    ...(parsed.paths ?? []),
    ...(options.has('--stdin') ? input().toString('utf8').split('\n').slice(0, -1) : []),
  ];
  if (named.length === 0) throw new Refusal('fatal: no path specified');
  const rules = IgnoreRules.open(repository);
  const tracked = new Set(
    options.has('--no-index') ? [] : readIndex(repository.indexPath).entries.map(({ path }) => path),
  );
  const verbose = options.has('-v') || options.has('--verbose');
  let found = false;
  for (const word of named) {
    const [path = ''] = plainPaths(repository, [word]) ?? [word];
    const isFolder =
      word.endsWith('/') ||
      lstatSync(join(repository.workTree, path), { throwIfNoEntry: false })?.isDirectory() === true;
    // What is tracked is not ignored, whatever the rules say.
    const rule = tracked.has(path) ? undefined : rules.decideFromTop(path, isFolder);
    // -v shows the rule that decided, also where it says "not ignored".
    const ignored = rule !== undefined && (verbose || !rule.negated);
    found ||= ignored;
    if (options.has('-q') || options.has('--quiet')) continue;
    const shown = quotePath(word, repository.flag('core.quotepath', true));
    if (ignored) out(verbose ? `${rule.source}:${rule.line}:${rule.text}\t${shown}\n` : `${shown}\n`);
    else if (verbose && (options.has('-n') || options.has('--non-matching'))) out(`::\t${shown}\n`);
  }
  return found ? 0 : 1;
};

/** -i and --directory are parsed so that they can be handed on. */
const LS_OPTIONS = [
  '-c --cached -d --deleted -m --modified -o --others -i --ignored -s --stage -u --unmerged -z',
  '--exclude-standard --full-name --error-unmatch --directory',
].flatMap((line) => line.split(' '));

/** git-ls-files(1). */
export const lsFiles: OwnCommand = ({ repository, args, out, err }) => {
  const parsed = parseOptions(args, LS_OPTIONS);
  if (parsed === undefined) return undefined;
  const { options } = parsed;
  const has = (short: string, long: string): boolean => options.has(short) || options.has(long);
  if (has('-i', '--ignored') || options.has('--directory')) return undefined;
  const words = [...parsed.words, ...(parsed.paths ?? [])];
  const named = plainPaths(repository, words);
  if (named === undefined) return undefined;
  const paths = named.length === 0 && repository.prefix !== '' ? [repository.prefix.slice(0, -1)] : named;
  const { entries, writtenMs } = readIndex(repository.indexPath);
  const show = (path: string, head = ''): void => {
    const here = options.has('--full-name') ? path : fromHere(path, repository.prefix);
    out(head + (options.has('-z') ? `${here}\0` : `${quotePath(here, repository.flag('core.quotepath', true))}\n`));
  };
  const missing = options.has('--error-unmatch')
    ? paths.findIndex((path) => !entries.some((entry) => isWithin(entry.path, [path])))
    : -1;
  if (missing >= 0) {
    err(
      `error: pathspec '${words[missing] ?? ''}' did not match any file(s) known to git\n` +
        `Did you forget to 'git add'?\n`,
    );
    return 1;
  }
  const wanted = (path: string, isFolder: boolean): boolean => leadsTo(path, isFolder, paths);
  if (has('-o', '--others'))
    for (const path of findUntracked(repository, entries, {
      mode: 'all',
      ignored: false,
      unruled: !options.has('--exclude-standard'),
      wanted,
    }).untracked.toSorted())
      show(path);
  const [deleted, modified] = [has('-d', '--deleted'), has('-m', '--modified')];
  const staged = has('-s', '--stage') || has('-u', '--unmerged');
  // The index is what is listed unless something else was asked for.
  const cached = has('-c', '--cached') || staged || !(deleted || modified || has('-o', '--others'));
  const trustBits = repository.flag('core.filemode', true);
  for (const entry of entries) {
    if (!isWithin(entry.path, paths) || (has('-u', '--unmerged') && entry.stage === 0)) continue;
    if (cached)
      show(entry.path, staged ? `${entry.mode.toString(8).padStart(6, '0')} ${entry.oid} ${entry.stage}\t` : '');
    if (!deleted && !modified) continue;
    const { change } = compareEntry(repository, entry, writtenMs, trustBits);
    if (deleted && change === 'deleted') show(entry.path);
    if (modified && change !== 'same') show(entry.path);
  }
  return 0;
};

/** git-update-index(1): --add --remove --force-remove --cacheinfo --refresh --index-info --chmod. */
export const updateIndex: OwnCommand = (call) => {
  const { repository, args } = call;
  const joined = joinCacheInfo(args);
  const parsed = parseOptions(joined, [
    '--add',
    '--remove',
    '--force-remove',
    '--cacheinfo=',
    '--refresh',
    '-q',
    '--index-info',
    '--chmod=',
  ]);
  if (parsed === undefined) return undefined;
  const { options } = parsed;
  const { entries, writtenMs } = readIndex(repository.indexPath);
  const next = new Map(entries.map((entry) => [`${entry.path}\0${entry.stage}`, entry]));
  // All stages: an entry of stage 0 ends a conflict of its path.
  const drop = (path: string): void => [0, 1, 2, 3].forEach((stage) => next.delete(`${path}\0${stage}`));
  const put = (entry: IndexEntry): void => {
    if (entry.stage === 0) drop(entry.path);
    next.set(`${entry.path}\0${entry.stage}`, entry);
  };
  for (const info of options.get('--cacheinfo') ?? []) put(parseCacheInfo(info, entries, options.has('--add')));
  if (options.has('--index-info')) readIndexInfo(call, put, drop);
  const paths = plainPaths(repository, [...parsed.words, ...(parsed.paths ?? [])]);
  if (paths === undefined) return undefined;
  for (const path of paths) {
    const known = entries.find((entry) => entry.path === path);
    if (options.has('--force-remove')) drop(path);
    else {
      const now = entryOf(repository, path, known?.mode);
      if (now === undefined && !options.has('--remove'))
        throw new Refusal(
          `error: ${path}: does not exist and --remove not passed\nfatal: Unable to process path ${path}`,
        );
      if (now !== undefined && known === undefined && !options.has('--add'))
        throw new Refusal(
          `error: ${path}: cannot add to the index - missing --add option?\nfatal: Unable to process path ${path}`,
        );
      const bit = options.get('--chmod')?.at(-1);
      if (now === undefined) drop(path);
      else put(bit === undefined ? now : { ...now, mode: bit === '+x' ? 0o100755 : 0o100644 });
    }
  }
  let changed = false;
  if (options.has('--refresh'))
    for (const [key, entry] of next) {
      if (entry.stage > 0) continue;
      const result = compareEntry(repository, entry, writtenMs, repository.flag('core.filemode', true));
      next.set(key, result.entry);
      if (result.change === 'same') continue;
      changed = true;
      if (!options.has('-q')) call.out(`${entry.path}: needs update\n`);
    }
  writeIndex(repository.indexPath, [...next.values()].toSorted(compareEntries));
  return changed && !options.has('-q') ? 1 : 0;
};

/** The old form has three words where the new one has commas. */
function joinCacheInfo(args: readonly string[]): readonly string[] {
  const at = args.indexOf('--cacheinfo');
  if (at < 0 || (args[at + 1] ?? '').includes(',')) return args;
  return [...args.slice(0, at + 1), args.slice(at + 1, at + 4).join(','), ...joinCacheInfo(args.slice(at + 4))];
}

/** `<mode>,<oid>,<path>`: an entry without a file, so nothing is remembered of one. */
function parseCacheInfo(info: string, entries: readonly IndexEntry[], mayAdd: boolean): IndexEntry {
  const match = /^([0-7]{6}),([0-9a-f]{40}),(.+)$/s.exec(info);
  const [, mode = '', oid = '', path = ''] = match ?? [];
  if (match === null) throw new Refusal("error: option 'cacheinfo' expects <mode>,<sha1>,<path>", 129);
  if (!mayAdd && !entries.some((entry) => entry.path === path))
    throw new Refusal(
      `error: ${path}: cannot add to the index - missing --add option?\n` +
        `fatal: git update-index: --cacheinfo cannot add ${path}`,
    );
  if (isForbidden(path))
    throw new Refusal(`error: Invalid path '${path}'\nfatal: git update-index: --cacheinfo cannot add ${path}`);
  return { path, mode: Number.parseInt(mode, 8), oid, stage: 0 };
}

/** read-cache.c, verify_path: names that would write into the repository itself. */
const isForbidden = (path: string): boolean =>
  path.split('/').some((name) => name === '' || name === '.' || name === '..' || name.toLowerCase() === '.git');

/** git-update-index(1), "USING --INDEX-INFO": three forms of a line; mode 0 removes. */
function readIndexInfo({ input }: CommandCall, put: (entry: IndexEntry) => void, drop: (path: string) => void): void {
  for (const line of input().toString('utf8').split('\n')) {
    if (line === '') continue;
    const match = /^([0-7]{1,6}) (?:(?:blob|commit) )?([0-9a-f]{40})(?: ([0-3]))?\t(.+)$/s.exec(line);
    const [, mode = '', oid = '', stage = '0', path = ''] = match ?? [];
    if (match === null || isForbidden(path)) throw new Refusal(`fatal: malformed index info ${line}`);
    if (Number.parseInt(mode, 8) === 0) drop(path);
    else put({ path, mode: Number.parseInt(mode, 8), oid, stage: Number(stage) });
  }
}
