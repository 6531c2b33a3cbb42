/** `textSearch` and `fileSearch` of the client 1.6.1-internal.1. */
import type { AsyncVfs } from '@slipway/vfs';
import { WireError, type TextSearchMatch, type TextSearchOptions, type TextSearchRange } from '@slipway/wire';
import { IgnoreFiles } from './ignore-files.ts';
import { matchAny } from './globs.ts';
import { Turns, walkTree, type WalkEntry } from './walk-tree.ts';
import { resolveInWorkdir } from './workdir-path.ts';

const DEFAULT_LIMIT = 5_000;
/** Neither is something a person wrote. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;
const MAX_LINE = 20_000;
/** A null byte this early marks a binary file, as for grep. */
const BINARY_PROBE_BYTES = 8192;

type FileOptions = Pick<TextSearchOptions, 'includes' | 'excludes' | 'gitignore' | 'ignoreSymlinks'>;

/** Files below the folders, in order, that the options let through. */
async function* wantedFiles(fs: AsyncVfs, workdir: string, folders: readonly string[], options: FileOptions, turns: Turns): AsyncGenerator<WalkEntry> {
  const included = options.includes === undefined || options.includes.length === 0 ? () => true : matchAny(options.includes);
  const excluded = matchAny(options.excludes ?? []);
  for (const folder of folders) {
    const root = resolveInWorkdir(workdir, folder);
    const ignored = options.gitignore === true ? new IgnoreFiles(fs, root) : undefined;
    const drop = (path: string, directory: boolean): boolean => excluded(path, `${root}/${path}`, ...(directory ? [`${path}/`] : [])) || ignored?.ignores(path, directory) === true;
    for await (const entry of walkTree(fs, root, (path) => !drop(path, true) && !drop(`${path}/-`, false), turns)) {
      if (entry.type === 'file' && !drop(entry.path, false) && included(entry.path, entry.absolute)) yield entry;
    }
  }
}

export async function searchFiles(fs: AsyncVfs, workdir: string, patterns: readonly string[], folder: string, options: FileOptions & { readonly resultLimit?: number | undefined }): Promise<string[]> {
  const limit = options.resultLimit ?? DEFAULT_LIMIT;
  const wanted = patterns.length === 0 ? () => true : matchAny(patterns);
  const found: string[] = [];
  for await (const entry of wantedFiles(fs, workdir, [folder], options, new Turns())) {
    if (found.length >= limit) break;
    if (wanted(entry.path, entry.absolute)) found.push(entry.absolute);
  }
  return found;
}

export async function searchText(fs: AsyncVfs, workdir: string, pattern: string, options: TextSearchOptions, progress: (path: string, matches: readonly TextSearchMatch[]) => Promise<unknown> | undefined): Promise<Map<string, readonly TextSearchMatch[]>> {
  const expression = compile(pattern, options);
  const turns = new Turns();
  const results = new Map<string, readonly TextSearchMatch[]>();
  let left = options.resultLimit ?? DEFAULT_LIMIT;
  const folders = options.folders === undefined || options.folders.length === 0 ? ['.'] : options.folders;
  for await (const entry of wantedFiles(fs, workdir, folders, options, turns)) {
    if (left <= 0) break;
    if (entry.stat.size > MAX_FILE_BYTES || results.has(entry.absolute)) continue;
    const bytes = fs.readFile(entry.absolute);
    if (typeof bytes === 'number' || bytes.subarray(0, BINARY_PROBE_BYTES).includes(0)) continue;
    const matches = await searchLines(new TextDecoder().decode(bytes), expression, left, turns);
    if (matches.length === 0) continue;
    left -= matches.reduce((sum, match) => sum + match.ranges.length, 0);
    results.set(entry.absolute, matches);
    await progress(entry.absolute, matches);
  }
  return results;
}

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

/** One entry for each line with something in it; line and columns count from 0. */
async function searchLines(text: string, expression: RegExp, limit: number, turns: Turns): Promise<readonly TextSearchMatch[]> {
  const matches: TextSearchMatch[] = [];
  let found = 0;
  let lineNumber = 0;
  for (const line of text.split(/\r?\n/)) {
    if (found >= limit) break;
    if ((lineNumber & 0xff) === 0) await turns.next();
    if (line.length <= MAX_LINE) {
      const ranges: TextSearchRange[] = [];
      for (const match of line.matchAll(expression)) {
        if (match[0] === '') continue;
        if (found++ >= limit) break;
        ranges.push({ startLineNumber: lineNumber, endLineNumber: lineNumber, startColumn: match.index, endColumn: match.index + match[0].length });
      }
      if (ranges.length > 0) {
        const inPreview = ranges.map((range) => ({ ...range, startLineNumber: 0, endLineNumber: 0 }));
        matches.push({ preview: { text: line, matches: inPreview }, ranges });
      }
    }
    lineNumber++;
  }
  return matches;
}
