import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { read, root, sourceFiles } from './sources.ts';

const readmes = sourceFiles().filter((path) => /^(packages\/[^/]+|apps)\/[^/]+\/README\.md$/.test(path));

/** Not of this repository (Node's own folders), or not before a build. */
const ELSEWHERE = /^(lib|internal|src\/crypto)\/|^lib$|(^|\/)generated(\/|$)/;

/** `folder/` and `folder/file.ts` in backticks; a name alone, patterns and placeholders are no paths. */
function pathsNamed(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)]
    .map((match) => match[1] ?? '')
    .filter((name) => /^[\w.-]+(\/[\w.-]+)*(\/|\/[\w.-]+\.(ts|tsx|js|mjs|json|md|css|html))$/.test(name))
    .filter((name) => !ELSEWHERE.test(name));
}

describe('the README of a room', () => {
  it.each(readmes)('%s names only files and folders that exist, from its own, its src or the root', (readme) => {
    const room = join(root, dirname(readme));
    const lost = pathsNamed(read(readme)).filter(
      (name) => ![room, join(room, 'src'), root].some((base) => existsSync(join(base, name))),
    );
    expect(lost).toEqual([]);
  });

  it('is there to be checked', () => {
    expect(pathsNamed(read('packages/runtime/node-bindings/README.md'))).toContain('realm/realm.ts');
  });
});
