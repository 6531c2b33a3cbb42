import { encodeTree, type TreeEntry, treePage } from '@slipway/contracts';
import { expect, it } from 'vitest';
import { afterProblem, pageOfTree } from './tree-page.ts';

const file = (path: string): TreeEntry => ({ kind: 'file', path, mode: 0o644, sha256: 'a'.repeat(64), size: 1 });
const numbered = (count: number, name: (at: string) => string) =>
  Array.from({ length: count }, (_, at) => file(name(String(at).padStart(6, '0'))));

/** Every page, from the first on. */
function pagesOf(entries: readonly TreeEntry[]): TreeEntry[][] {
  const pages: TreeEntry[][] = [];
  let after: string | undefined;
  do {
    const page = pageOfTree(entries, after);
    pages.push(page.entries);
    after = page.next;
  } while (after !== undefined);
  return pages;
}

it('SV-05 a tree comes in pages that are bounded in entries and in bytes, each entry once', () => {
  const many = numbered(2 * treePage.entries + 1, (at) => `src/${at}.ts`);
  expect(pagesOf(many).map(({ length }) => length)).toEqual([treePage.entries, treePage.entries, 1]);
  expect(encodeTree(pagesOf(many).flat())).toBe(encodeTree(many));
  // Paths as long as they may be: 4,096 bytes in one entry, so that a page has far fewer.
  const long = numbered(1000, (at) => `${'é'.repeat(2045)}${at}`);
  const pages = pagesOf(long);
  expect(pages.length).toBeGreaterThan(3);
  for (const page of pages) expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(treePage.bytes + 2 * 4096);
  expect(pages.flat()).toEqual(long);
  expect(pagesOf([])).toEqual([[]]);
});

it('a page begins behind a path that is not there any more, and behind the last there is nothing', () => {
  const entries = numbered(3, (at) => `b/${at}`);
  expect(pageOfTree(entries, 'b/000000x').entries).toEqual(entries.slice(1));
  expect(pageOfTree(entries, 'a').entries).toEqual(entries);
  expect(pageOfTree(entries, 'c')).toEqual({ entries: [] });
  expect([undefined, 'a/b', '', '../x', '/etc'].map((after) => afterProblem(after) === undefined)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
