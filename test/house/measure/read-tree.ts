import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** One file of code of the tree that is measured. */
export interface CodeFile {
  /** From the tree's root, with slashes. */
  readonly path: string;
  readonly text: string;
  /** A test, or what only tests use. */
  readonly test: boolean;
  /** Folder of the nearest package.json at or above the file; `.` is the root's own. */
  readonly room: string;
}

/** Output, dependencies and other people's files: nobody here wrote them. */
const PASSED_OVER = new Set(['node_modules', 'dist', 'build-output', 'generated', 'lib-out', 'out', 'vendor']);
const CODE = /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs)$/;
const TEST_NAME = /\.(test|spec|bench|cases)(-[^/]*)?\.[a-z]+$/;
const TEST_FOLDER = /(^|\/)(test|tests|__tests__|testing|test-support|scenarios|fixtures|benchmarks?)\//;

/** Whether a path is counted as a test. */
export const isTestPath = (path: string): boolean => TEST_NAME.test(path) || TEST_FOLDER.test(path);

/** All code below `root`, sorted by path. Hidden folders, declarations (`.d.ts`) and minified files are left out. */
export function readTree(root: string): CodeFile[] {
  const files: CodeFile[] = [];
  const roomOf = (folder: string): string => {
    for (let at = folder; at !== '.' && at !== ''; at = dirname(at)) {
      if (existsSync(join(root, at, 'package.json'))) return at;
    }
    return '.';
  };
  const walk = (folder: string): void => {
    const room = roomOf(relative(root, folder) || '.');
    for (const name of readdirSync(folder).sort()) {
      if (PASSED_OVER.has(name) || name.startsWith('.')) continue;
      const full = join(folder, name);
      const stat = statSync(full, { throwIfNoEntry: false });
      if (stat?.isDirectory()) walk(full);
      else if (stat?.isFile() && CODE.test(name) && !/\.d\.[mc]?ts$|\.min\.js$/.test(name)) {
        const path = relative(root, full).replaceAll('\\', '/');
        files.push({ path, text: readFileSync(full, 'utf8'), test: isTestPath(path), room });
      }
    }
  };
  walk(root);
  return files;
}
