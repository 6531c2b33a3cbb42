/** `textSearch` and `fileSearch` of the client 1.6.1-internal.1. */
import type { AsyncVfs } from '@slipway/vfs';
import { WireError, type TextSearchMatch, type TextSearchOptions } from '@slipway/wire';
import type { LineMatcher } from './container-host.ts';
import { IgnoreFiles } from './ignore-files.ts';
import { matchAny } from './globs.ts';
import { matchLines } from './match-lines.ts';
import { Turns, walkTree, type WalkEntry } from './walk-tree.ts';
import { resolveInWorkdir } from './workdir-path.ts';

const DEFAULT_LIMIT = 5_000;
/** More is nothing a person wrote. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;
/** A null byte this early marks a binary file, as for grep. */
const BINARY_PROBE_BYTES = 8192;

type FileOptions = Pick<TextSearchOptions, 'includes' | 'excludes' | 'gitignore' | 'ignoreSymlinks'>;

/** Files below the folders, in order, that the options let through. */
async function* wantedFiles(
  fs: AsyncVfs,
  workdir: string,
  folders: readonly string[],
  options: FileOptions,
  turns: Turns,
): AsyncGenerator<WalkEntry> {
  const included =
    options.includes === undefined || options.includes.length === 0 ? () => true : matchAny(options.includes);
  const excluded = matchAny(options.excludes ?? []);
  for (const folder of folders) {
    const root = resolveInWorkdir(workdir, folder);
    const ignored = options.gitignore === true ? new IgnoreFiles(fs, root) : undefined;
    const drop = (path: string, directory: boolean): boolean =>
      excluded(path, `${root}/${path}`, ...(directory ? [`${path}/`] : [])) ||
      ignored?.ignores(path, directory) === true;
    for await (const entry of walkTree(fs, root, (path) => !drop(path, true) && !drop(`${path}/-`, false), turns)) {
      if (entry.type === 'file' && !drop(entry.path, false) && included(entry.path, entry.absolute)) yield entry;
    }
  }
}

/** Absolute paths in the order of the walk, `resultLimit` at most. No pattern: every file. */
export async function searchFiles(
  fs: AsyncVfs,
  workdir: string,
  patterns: readonly string[],
  folder: string,
  options: FileOptions & { readonly resultLimit?: number | undefined },
): Promise<string[]> {
  const limit = options.resultLimit ?? DEFAULT_LIMIT;
  const wanted = patterns.length === 0 ? () => true : matchAny(patterns);
  const found: string[] = [];
  for await (const entry of wantedFiles(fs, workdir, [folder], options, new Turns())) {
    if (found.length >= limit) break;
    if (wanted(entry.path, entry.absolute)) found.push(entry.absolute);
  }
  return found;
}

/** `openMatcher` gives one that can be ended from outside, for patterns that may never come to an end. */
export interface TextSearchHost {
  readonly fs: AsyncVfs;
  readonly workdir: string;
  openMatcher(expression: RegExp): LineMatcher;
}

/** A pattern of the user's runs elsewhere: it can take longer than the kernel may be away. */
export async function searchText(
  host: TextSearchHost,
  pattern: string,
  options: TextSearchOptions,
  progress: (path: string, matches: readonly TextSearchMatch[]) => Promise<unknown> | undefined,
): Promise<Map<string, readonly TextSearchMatch[]>> {
  const expression = compile(pattern, options);
  const matcher = options.isRegex === true ? host.openMatcher(expression) : plainMatcher(expression);
  try {
    return await searchFolders(host, matcher, options, progress);
  } finally {
    matcher.close();
  }
}

/** For texts to be found as they are: a line takes as long as it is long. */
function plainMatcher(expression: RegExp): LineMatcher {
  return { find: async (text, limit) => matchLines(text, expression, limit), close: () => undefined };
}

/** `resultLimit` counts places and not files. The client is told of each file at once, and waited for. */
async function searchFolders(
  { fs, workdir }: TextSearchHost,
  matcher: LineMatcher,
  options: TextSearchOptions,
  progress: (path: string, matches: readonly TextSearchMatch[]) => Promise<unknown> | undefined,
): Promise<Map<string, readonly TextSearchMatch[]>> {
  const turns = new Turns();
  const results = new Map<string, readonly TextSearchMatch[]>();
  let left = options.resultLimit ?? DEFAULT_LIMIT;
  const folders = options.folders === undefined || options.folders.length === 0 ? ['.'] : options.folders;
  for await (const entry of wantedFiles(fs, workdir, folders, options, turns)) {
    if (left <= 0) break;
    if (entry.stat.size > MAX_FILE_BYTES || results.has(entry.absolute)) continue;
    const bytes = fs.readFile(entry.absolute);
    if (typeof bytes === 'number' || bytes.subarray(0, BINARY_PROBE_BYTES).includes(0)) continue;
    const matches = await matcher.find(new TextDecoder().decode(bytes), left, entry.path);
    if (matches.length === 0) continue;
    left -= matches.reduce((sum, match) => sum + match.ranges.length, 0);
    results.set(entry.absolute, matches);
    await progress(entry.absolute, matches);
  }
  return results;
}

/**
 * Throws a `WireError` with the engine's words where the expression is none. A word ends where no letter,
 * digit or underscore of any script stands.
 */
function compile(pattern: string, options: TextSearchOptions): RegExp {
  if (pattern === '') throw new WireError('Cannot search: the pattern is empty');
  const source = options.isRegex === true ? pattern : pattern.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const flags = options.caseSensitive === true ? 'gu' : 'giu';
  const whole = options.isWordMatch === true ? `(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])` : source;
  try {
    return new RegExp(whole, flags);
  } catch (error) {
    throw new WireError(`Cannot search: ${error instanceof Error ? error.message : String(error)}`);
  }
}
