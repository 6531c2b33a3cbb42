import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout, without a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const PASSED_OVER = new Set(['node_modules', 'dist', 'generated', '.tsbuild', '.git', '.slipway']);

/** Every source file of the house, by path from the root. */
export function sourceFiles(below = ''): string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const name of readdirSync(folder)) {
      // A test of the lint rules has a folder of its own for a moment.
      if (PASSED_OVER.has(name) || name.startsWith('.lint-')) continue;
      const path = join(folder, name);
      if (statSync(path).isDirectory()) walk(path);
      else if (/\.(ts|tsx|mts|mjs|js|css|html|sql|md|json)$/.test(name)) found.push(relative(root, path));
    }
  };
  walk(join(root, below));
  return found.sort();
}

/** By path from the root. Read anew each time: a test may have changed it. */
export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Styles, documents and tables are sources too, but no code. */
export const isCode = (path: string): boolean => /\.(ts|tsx|mts|mjs|js)$/.test(path);
/** Tests and what only they use: the rules for shipped code are not theirs. */
export const isTest = (path: string): boolean =>
  /\.test\.tsx?$/.test(path) || /(^|\/)(test-support|testing|test)\//.test(path) || path.includes('.test-');

/** Import specifiers of a file, with whether each is types only. */
export function importsOf(path: string): { specifier: string; typeOnly: boolean }[] {
  const text = read(path)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
  const imports: { specifier: string; typeOnly: boolean }[] = [];
  for (const match of text.matchAll(/^\s*(import|export)\s+(type\s+)?([^;'"]*?)\s*from\s*['"]([^'"]+)['"]/gm)) {
    const names = match[3] ?? '';
    const braces = /^\{([\s\S]*)\}$/.exec(names.trim());
    const allTypes =
      braces !== null &&
      (braces[1] ?? '')
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean)
        .every((name) => name.startsWith('type '));
    imports.push({ specifier: match[4] ?? '', typeOnly: match[2] !== undefined || allTypes });
  }
  for (const match of text.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm))
    imports.push({ specifier: match[1] ?? '', typeOnly: false });
  for (const match of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g))
    imports.push({ specifier: match[1] ?? '', typeOnly: false });
  return imports;
}
