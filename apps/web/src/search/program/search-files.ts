import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileMatches, ReplaceTarget, SearchQuery } from '../search-messages.ts';
import { makeGlobs } from './make-globs.ts';
import { type Hit, makeMatcher, placeHits, replacementOf } from './make-matcher.ts';
import { isGone, walkFiles } from './walk-files.ts';

/** The editor shows no larger text either. */
export const MOST_FILE_BYTES = 2_000_000;
/** Bytes in which a file that is no text shows it. */
const PROBED_BYTES = 8192;

/** What one file has; `undefined` for a file without a match, so that whoever asks can rest in between. */
export type SearchStep = FileMatches | undefined;

/** `limited` says that there is more; `skipped` counts files that are too large. */
export interface SearchEnd {
  readonly files: number;
  readonly limited: boolean;
  readonly skipped: number;
}

/** Looks through the files of a folder, one step a file. */
export function* searchFiles(root: string, query: SearchQuery, most: number): Generator<SearchStep, SearchEnd> {
  const find = makeMatcher(query);
  const includes = makeGlobs(query.include);
  const excludes = makeGlobs(query.exclude) ?? (() => false);
  const packages = /(^|\W)node_modules\b/.test(query.include);
  let files = 0;
  let skipped = 0;
  let left = most;
  for (const path of walkFiles(root, { useIgnoreFiles: query.useIgnoreFiles, packages, excludes })) {
    if (includes !== undefined && !includes(path)) continue;
    files++;
    const text = readText(join(root, path));
    if (text === 'too large') skipped++;
    if (typeof text === 'string' || text === undefined) {
      yield undefined;
      continue;
    }
    const { matches, more } = placeHits(text.text, find(text.text), left);
    // Bytes that are no text would come back as others: they are not shown, and never replaced.
    if (matches.length > 0 && !isUtf8(text.bytes)) {
      yield undefined;
      continue;
    }
    left -= matches.length;
    yield matches.length > 0 ? { path, matches } : undefined;
    if (more) return { files, limited: true, skipped };
  }
  return { files, limited: false, skipped };
}

/** `before` and `after` are kept for Undo. */
export type Replaced = {
  readonly path: string;
  readonly count: number;
  readonly before?: string;
  readonly after?: string;
  readonly problem?: string;
};

/** Replaces in one file what is found now, at the places that are named or everywhere. */
export function replaceInFile(root: string, query: SearchQuery, replacement: string, target: ReplaceTarget): Replaced {
  const { path, places } = target;
  const file = join(root, path);
  const read = readText(file);
  if (typeof read !== 'object' || !isUtf8(read.bytes))
    return { path, count: 0, problem: read === 'too large' ? 'it is too large' : 'it is no text any more' };
  const before = read.text;
  const hits = [...makeMatcher(query)(before)];
  const wanted = places === undefined ? hits : hitsAt(before, hits, places);
  if (wanted.length === 0) return { path, count: 0, problem: 'it was changed since the search' };
  let after = '';
  let at = 0;
  for (const hit of wanted) {
    after += before.slice(at, hit.index) + replacementOf(replacement, hit, query.regex);
    at = hit.index + hit.text.length;
  }
  after += before.slice(at);
  if (after !== before) writeFileSync(file, after);
  return { path, count: wanted.length, before, after };
}

/** By line and column, which a change elsewhere in the file may have moved: then the place has no hit, and is left. */
function hitsAt(text: string, hits: readonly Hit[], places: NonNullable<ReplaceTarget['places']>): Hit[] {
  const wanted = new Set(places.map(({ line, column }) => `${line}:${column}`));
  const { matches } = placeHits(text, hits, hits.length);
  return hits.filter((_, at) => wanted.has(`${matches[at]?.line}:${matches[at]?.column}`));
}

/** `undefined` where it went away meanwhile. A NUL at the beginning is what git knows a binary file by, too. */
function readText(file: string): { text: string; bytes: Buffer } | 'too large' | 'binary' | undefined {
  try {
    if (statSync(file).size > MOST_FILE_BYTES) return 'too large';
    const bytes = readFileSync(file);
    if (bytes.subarray(0, PROBED_BYTES).includes(0)) return 'binary';
    return { text: bytes.toString('utf8'), bytes };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
