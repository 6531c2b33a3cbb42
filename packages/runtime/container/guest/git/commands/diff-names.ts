/** What differs, by name: the whole of `--name-only` and the like, and for patches the paths that the library reads. */
import { existsSync } from 'node:fs';
import { fileType } from '@slipway/posix';
import { comparePaths, type IndexEntry, INTENT_TO_ADD, readIndex, writeIndex } from '../index-file.ts';
import { quotePath } from '../quote-path.ts';
import { findRenames, type Rename } from '../renames.ts';
import type { Repository } from '../repository.ts';
import { mergeBases, peel, readCommit, resolveRevision } from '../revisions.ts';
import { changedFiles, type TreeFile, treeFiles } from '../tree-files.ts';
import { compareEntry } from '../work-tree.ts';
import {
  type CommandCall,
  isWithin,
  type OwnCommand,
  type ParsedOptions,
  parseOptions,
  plainPaths,
  Refusal,
} from './command.ts';

/** One path that two states have different; the id of a file of the working tree is not computed. */
interface Change {
  readonly path: string;
  readonly before: TreeFile | undefined;
  readonly after: TreeFile | undefined;
  readonly unmerged?: boolean;
}

/** What git prints for a file of the working tree, whose id nobody has computed. */
const NULL_OID = '0'.repeat(40);
const NAME_OPTIONS = [
  '--name-only --name-status --raw -z --quiet --exit-code --no-renames -M --find-renames',
  '--cached --staged -r -R --no-ext-diff --relative',
].flatMap((line) => line.split(' '));
/** More paths than this are not handed on: the library may as well look at all. */
const NARROWED_LIMIT = 500;

/** git-diff(1) by name; a patch of the working tree or the index is narrowed to what has changed. */
export const diff: OwnCommand = (call) => {
  const { repository, args } = call;
  const parsed = parseOptions(args, NAME_OPTIONS);
  const asksNames = ['--name-only', '--name-status', '--raw', '--quiet'].some((name) => args.includes(name));
  if (!asksNames) return narrowed(call);
  if (parsed === undefined || parsed.options.has('-R') || parsed.options.has('--relative')) return undefined;
  const split = splitWords(repository, parsed);
  if (split === undefined) return undefined;
  const { revisions, paths } = split;
  const cached = parsed.options.has('--cached') || parsed.options.has('--staged');
  const changes = between(repository, revisions, cached);
  return changes === undefined
    ? undefined
    : show(call, parsed.options, { changes, paths, renames: !parsed.options.has('--no-renames') });
};

/** `git diff` without revisions but for HEAD: the same words, and the paths that are worth to be read. */
function narrowed({ repository, args }: CommandCall): { readonly args: readonly string[] } | number | undefined {
  const dashes = args.indexOf('--');
  const before = dashes < 0 ? args : args.slice(0, dashes);
  const words = before.filter((arg) => !arg.startsWith('-'));
  const options = before.filter((arg) => arg.startsWith('-'));
  if (
    options.some(
      (option) =>
        !/^(?:--cached|--staged|--stat|--numstat|--shortstat|-U\d+|--unified=\d+|--color.*|-p|--patch|-w|-b)$/.test(
          option,
        ),
    )
  )
    return undefined;
  if (words.length > 0 && (dashes >= 0 || words.some((word) => resolveRevision(repository, word) !== undefined)))
    return undefined;
  const paths = plainPaths(repository, [...words, ...(dashes < 0 ? [] : args.slice(dashes + 1))]);
  if (paths === undefined) return undefined;
  const cached = options.some((option) => option === '--cached' || option === '--staged');
  const changes = (between(repository, [], cached) ?? []).filter(({ path }) => isWithin(path, paths));
  // Paths that are handed on are from the top; the library reads them from where git was called.
  if (changes.length > NARROWED_LIMIT || repository.prefix !== '') return undefined;
  return changes.length === 0 ? 0 : { args: [...options, '--', ...changes.map(({ path }) => path)] };
}

/** git-diff-files(1), git-diff-index(1), git-diff-tree(1) by name. */
export const diffFiles: OwnCommand = (call) => plumbing(call, 0);
/** Against the tree that its first word names; `--cached` compares the index instead of the files. */
export const diffIndex: OwnCommand = (call) => plumbing(call, 1);
/** A commit without a parent shows nothing unless `--root` is given, a merge nothing unless `-m` is. */
export const diffTree: OwnCommand = (call) => {
  const parsed = parseOptions(call.args, [...NAME_OPTIONS, '--root', '--no-commit-id', '-m', '-c']);
  if (parsed === undefined) return undefined;
  const { repository } = call;
  const { objects } = repository;
  const [one = '', two, ...rest] = parsed.words;
  const first = treeNamed(repository, one);
  const second = two === undefined ? undefined : peel(objects, resolveRevision(repository, two) ?? '', 'tree');
  const paths = plainPaths(repository, [
    ...(two !== undefined && second === undefined ? [two] : []),
    ...rest,
    ...(parsed.paths ?? []),
  ]);
  if (paths === undefined || parsed.options.has('-c')) return undefined;
  if (second !== undefined)
    return show(call, withRaw(parsed.options), {
      changes: listed(repository, first, second),
      paths,
      renames: parsed.options.has('-M'),
    });
  const commit = readCommit(objects, peel(objects, resolveRevision(repository, one) ?? '', 'commit') ?? '');
  const [parent] = commit.parents;
  if (commit.parents.length > 1 && !parsed.options.has('-m')) return 0;
  if (parent === undefined && !parsed.options.has('--root')) return 0;
  const changes = listed(repository, parent === undefined ? undefined : readCommit(objects, parent).tree, commit.tree);
  if (changes.length > 0 && !parsed.options.has('--no-commit-id'))
    call.out(commit.oid + (parsed.options.has('-z') ? '\0' : '\n'));
  return show(call, withRaw(parsed.options), { changes, paths, renames: parsed.options.has('-M') });
};

/** diff-files and diff-index: `trees` of the words name trees, all others are paths. */
function plumbing(call: CommandCall, trees: 0 | 1): number | undefined {
  const parsed = parseOptions(call.args, NAME_OPTIONS);
  if (parsed === undefined) return undefined;
  const paths = plainPaths(call.repository, [...parsed.words.slice(trees), ...(parsed.paths ?? [])]);
  const changes = between(call.repository, parsed.words.slice(0, trees), parsed.options.has('--cached'));
  if (paths === undefined || changes === undefined || parsed.words.length < trees) return undefined;
  return show(call, withRaw(parsed.options), { changes, paths, renames: parsed.options.has('-M') });
}

/** The plumbing shows raw lines where nothing else was asked for; `git diff` itself never does. */
const withRaw = (options: ParsedOptions['options']): ParsedOptions['options'] =>
  options.has('--name-only') || options.has('--name-status') || options.has('--quiet')
    ? options
    : new Map([...options, ['--raw', ['']]]);

/** Throws git's own message for a name that is no tree. */
function treeNamed(repository: Repository, name: string): string {
  const oid = resolveRevision(repository, name);
  const tree = oid === undefined ? undefined : peel(repository.objects, oid, 'tree');
  if (tree === undefined)
    throw new Refusal(`fatal: ambiguous argument '${name}': unknown revision or path not in the working tree.`);
  return tree;
}

/** Revisions come first; the first word that names none is a path, and so are all behind it. */
function splitWords(
  repository: Repository,
  parsed: ParsedOptions,
): { readonly revisions: readonly string[]; readonly paths: readonly string[] } | undefined {
  const isRevision = (word: string): boolean => /\.\./.test(word) || resolveRevision(repository, word) !== undefined;
  const at = parsed.words.findIndex((word) => !isRevision(word));
  const revisions = at < 0 ? parsed.words : parsed.words.slice(0, at);
  const paths = plainPaths(repository, [...(at < 0 ? [] : parsed.words.slice(at)), ...(parsed.paths ?? [])]);
  return paths === undefined
    ? undefined
    : { revisions: revisions.flatMap((word) => splitRange(repository, word)), paths };
}

/** `a..b` is from a to b, `a...b` from where both began. */
function splitRange(repository: Repository, word: string): readonly string[] {
  const range = /^(.*?)(\.{2,3})(.*)$/.exec(word);
  if (range === null) return [word];
  const [one, two] = [range[1] || 'HEAD', range[3] || 'HEAD'];
  if (range[2] === '..') return [one, two];
  const [a, b] = [one, two].map(
    (name) => peel(repository.objects, resolveRevision(repository, name) ?? '', 'commit') ?? '',
  );
  return [mergeBases(repository.objects, a ?? '', b ?? '')[0] ?? one, two];
}

/** Two trees, a tree and the index or the files, or the index and the files. */
function between(repository: Repository, revisions: readonly string[], cached: boolean): readonly Change[] | undefined {
  const [one, two, three] = revisions;
  if (three !== undefined) return undefined;
  if (one !== undefined && two !== undefined)
    return listed(repository, treeNamed(repository, one), treeNamed(repository, two));
  const { entries, writtenMs } = readIndex(repository.indexPath);
  const head = one ?? (repository.resolveRef('HEAD') === undefined ? undefined : 'HEAD');
  const tree =
    (one === undefined && !cached) || head === undefined
      ? new Map<string, TreeFile>()
      : treeFiles(repository.objects, treeNamed(repository, head));
  if (cached) return againstIndex(entries, tree);
  return againstFiles(repository, entries, { writtenMs, tree: one === undefined ? undefined : tree });
}

/** Two trees: folders with the same id are not looked into. */
const listed = (repository: Repository, before: string | undefined, after: string): readonly Change[] =>
  changedFiles(repository.objects, before, after).map(({ path, before: a, after: b }) => ({
    path,
    before: a,
    after: b,
  }));

/** HEAD or a tree against the index: ids on both sides, no file is read. */
function againstIndex(entries: readonly IndexEntry[], tree: ReadonlyMap<string, TreeFile>): readonly Change[] {
  const left = new Map(tree);
  const changes: Change[] = [];
  for (const entry of entries) {
    const before = left.get(entry.path);
    left.delete(entry.path);
    if (((entry.extended ?? 0) & INTENT_TO_ADD) !== 0) continue;
    if (entry.stage > 0) {
      if (changes.at(-1)?.path !== entry.path)
        changes.push({ path: entry.path, before: undefined, after: undefined, unmerged: true });
    } else if (before?.oid !== entry.oid || before.mode !== entry.mode)
      changes.push({ path: entry.path, before, after: entry });
  }
  for (const before of left.values()) changes.push({ path: before.path, before, after: undefined });
  return changes.sort((a, b) => comparePaths(a.path, b.path));
}

/** Index against the files, or a tree against the files by way of the index, which knows what is unchanged. */
function againstFiles(
  repository: Repository,
  entries: readonly IndexEntry[],
  { writtenMs, tree }: { readonly writtenMs: number; readonly tree: ReadonlyMap<string, TreeFile> | undefined },
): readonly Change[] {
  const trustBits = repository.flag('core.filemode', true);
  const left = new Map(tree ?? []);
  const changes: Change[] = [];
  const compared = entries.map((entry) =>
    entry.stage > 0 ? undefined : compareEntry(repository, entry, writtenMs, trustBits),
  );
  if (
    // What was found equal is remembered, unless somebody else writes the index just now.
    compared.some((each, at) => each !== undefined && each.entry !== entries[at] && each.entry.stat !== undefined) &&
    !existsSync(`${repository.indexPath}.lock`)
  )
    writeIndex(
      repository.indexPath,
      entries.map((entry, at) => compared[at]?.entry ?? entry),
    );
  for (const [at, entry] of entries.entries()) {
    const known = left.get(entry.path);
    left.delete(entry.path);
    // Of what could not be merged the file is compared with ours.
    const isOurs = entry.stage === 2 && tree === undefined;
    const result = isOurs
      ? compareEntry(repository, { ...entry, stage: 0, stat: undefined }, writtenMs, trustBits)
      : compared[at];
    if (isOurs && !changes.some(({ path, unmerged }) => path === entry.path && unmerged))
      changes.push({ path: entry.path, before: undefined, after: undefined, unmerged: true });
    if (result === undefined) {
      if (changes.at(-1)?.path !== entry.path)
        changes.push({ path: entry.path, before: undefined, after: undefined, unmerged: true });
      continue;
    }
    const before = tree === undefined ? entry : known;
    const after =
      result.change === 'deleted'
        ? undefined
        : { path: entry.path, mode: result.mode, oid: result.change === 'same' ? entry.oid : NULL_OID };
    if (before?.oid !== after?.oid || before?.mode !== after?.mode) changes.push({ path: entry.path, before, after });
  }
  for (const before of left.values()) changes.push({ path: before.path, before, after: undefined });
  return changes.sort((a, b) => comparePaths(a.path, b.path));
}

/** Prints in the form that was asked for; a rename takes the place of the two changes that it is made of. */
function show(
  { repository, out }: CommandCall,
  options: ParsedOptions['options'],
  { changes, paths, renames }: { changes: readonly Change[]; paths: readonly string[]; renames: boolean },
): number {
  const wanted = changes.filter(({ path }) => isWithin(path, paths));
  if (options.has('--quiet')) return wanted.length > 0 ? 1 : 0;
  const nul = options.has('-z');
  const name = (path: string): string => (nul ? path : quotePath(path, repository.flag('core.quotepath', true)));
  const [gone, come] = [
    wanted.filter(({ after, unmerged }) => after === undefined && !unmerged),
    wanted.filter(({ before, unmerged }) => before === undefined && !unmerged),
  ];
  const pairs: readonly Rename[] =
    renames && gone.length > 0 && come.length > 0
      ? findRenames(
          repository.objects,
          gone.flatMap(({ before }) => before ?? []),
          come.flatMap(({ after }) => after ?? []).filter(({ oid }) => oid !== NULL_OID),
        )
      : [];
  const from = new Set(pairs.map((pair) => pair.from.path));
  const to = new Map(pairs.map((pair) => [pair.to.path, pair]));
  const [field, end] = nul ? ['\0', '\0'] : ['\t', '\n'];
  for (const change of wanted) {
    const pair = to.get(change.path);
    if (pair === undefined && from.has(change.path) && change.after === undefined) continue;
    const letter = change.unmerged
      ? 'U'
      : pair === undefined
        ? letterOf(change)
        : `R${String(pair.score).padStart(3, '0')}`;
    const before = pair?.from ?? change.before;
    const names = pair === undefined ? name(change.path) : `${name(pair.from.path)}${field}${name(change.path)}`;
    if (options.has('--name-only')) out(name(change.path) + end);
    else if (options.has('--name-status')) out(letter + field + names + end);
    else
      out(
        `:${modes(before)} ${modes(change.after)} ${oidOf(before)} ${oidOf(change.after)} ` +
          `${letter}${field}${names}${end}`,
      );
  }
  return options.has('--exit-code') && wanted.length > 0 ? 1 : 0;
}

/** git-diff(1), "--diff-filter": T where a file became a link or the other way round. */
const letterOf = ({ before, after }: Change): string =>
  before === undefined ? 'A' : after === undefined ? 'D' : fileType(before.mode) === fileType(after.mode) ? 'M' : 'T';
/** Six octal digits; zeros for a side that is not there. */
const modes = (file: TreeFile | undefined): string => (file?.mode ?? 0).toString(8).padStart(6, '0');
const oidOf = (file: TreeFile | undefined): string => file?.oid ?? NULL_OID;
