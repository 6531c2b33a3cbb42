/** Which files there are, and what each says about how to run it. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** One file and how it wants to be run. */
export interface TestFile {
  /** Below the test folder: `parallel/test-path.js`. */
  readonly path: string;
  /** See `areaOf`. */
  readonly area: string;
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The text, of which flags, environment and the cache's key are made. */
  readonly source: string;
}

const FOLDERS = ['parallel', 'es-module'];

/** `test-path-join.js` belongs to the area `path`. */
export function areaOf(path: string): string | undefined {
  return /^test-([^-.]+)[-.]/.exec(basename(path))?.[1];
}

/**
 * The header of a test: `// Flags: --expose-internals` and `//
 * Env: TZ=UTC`. Node's own runner joins several lines too.
 */
export function readHeader(source: string): Pick<TestFile, 'flags' | 'env'> {
  const words = (name: string): string[] =>
    [...source.matchAll(new RegExp(`^// ${name}:[ \\t]+(.*)$`, 'gm'))].flatMap((match) =>
      (match[1] ?? '').split(/\s+/).filter((word) => word !== ''),
    );
  const env = words('Env').map((word): [string, string] => {
    const at = word.indexOf('=');
    return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
  });
  return { flags: words('Flags'), env: Object.fromEntries(env) };
}

/** A glob with a slash is about the path below the test folder, one without about the file's name. */
export function makeFilter(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => true;
  const rules = globs.map((glob) => {
    let depth = 0;
    const body = glob.replace(/\*\*?|[?{},.+^$()|[\]\\]/g, (mark) => {
      if (mark === '**') return '.*';
      if (mark === '*') return '[^/]*';
      if (mark === '?') return '[^/]';
      if (mark === '{') return (depth++, '(?:');
      if (mark === '}' && depth > 0) return (depth--, ')');
      if (mark === ',') return depth > 0 ? '|' : ',';
      return `\\${mark}`;
    });
    const pattern = new RegExp(`^${body}$`);
    return (path: string): boolean => pattern.test(glob.includes('/') ? path : basename(path));
  });
  return (path) => rules.some((rule) => rule(path));
}

/** The folder that holds `parallel`: the caller may name it or the one above it. */
export function mustFindSuite(folder: string): string {
  for (const candidate of [folder, join(folder, 'test')])
    if (existsSync(join(candidate, 'parallel')) && existsSync(join(candidate, 'common'))) return candidate;
  throw new Error(`Cannot use suite "${folder}": it has no folders "parallel" and "common"`);
}

/** In the order of their paths. Helpers and fixtures in the folders are no tests, by their names. */
export async function listTestFiles(suite: string, filters: readonly string[]): Promise<TestFile[]> {
  const wanted = makeFilter(filters);
  const files: TestFile[] = [];
  for (const folder of FOLDERS) {
    if (!existsSync(join(suite, folder))) continue;
    for (const name of (await readdir(join(suite, folder))).toSorted()) {
      const path = `${folder}/${name}`;
      const area = areaOf(name);
      if (area === undefined || !/\.[cm]?js$/.test(name) || !wanted(path)) continue;
      const source = await readFile(join(suite, path), 'utf8');
      files.push({ path, area, source, ...readHeader(source) });
    }
  }
  return files;
}
