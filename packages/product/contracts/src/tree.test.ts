import { describe, expect, it } from 'vitest';
import { compareTreePaths, encodeTree, type TreeEntry, treeEntries, treePathProblem, treeProblem } from './tree.ts';

const file = (path: string): TreeEntry => ({ kind: 'file', path, mode: 0o644, sha256: 'a'.repeat(64), size: 1 });

describe('tree', () => {
  it('refuses paths that could leave the tree or be written two ways', () => {
    for (const path of [
      '',
      '/a',
      'a/',
      'a//b',
      '.',
      './a',
      'a/../b',
      '..',
      'a\0b',
      '\ud800',
      'x'.repeat(4097),
      'é'.repeat(2049),
    ]) {
      expect(treePathProblem(path), JSON.stringify(path)).toBeDefined();
      expect(treeEntries.safeParse([file(path)]).success).toBe(false);
    }
    for (const path of ['a', 'a/b', '...', '.env', 'a b/ü', '__proto__', 'x'.repeat(4096)]) {
      expect(treePathProblem(path), JSON.stringify(path)).toBeUndefined();
    }
  });

  it('a path twice, or below a file or a link, is no tree', () => {
    expect(treeProblem([file('a'), file('b/c')])).toBeUndefined();
    expect(treeProblem([file('a'), file('a')])).toBe('Path "a" is there twice');
    expect(treeProblem([file('a/b/c'), file('a')])).toBe('Path "a/b/c" lies below "a", which is a file');
    expect(treeProblem([{ kind: 'link', path: 'l', target: '/etc' }, file('l/x')])).toMatch(/which is a link/);
    expect(treeProblem([{ kind: 'dir', path: 'd', mode: 0o755 }, file('d/x')])).toBeUndefined();
  });

  it('orders paths as their UTF-8 bytes do', () => {
    const paths = [
      'a',
      'a/b',
      'a-b',
      'b',
      'é',
      '\uff00',
      '\u{1f600}',
      'Z',
      '',
      '\ue000',
      '\ud7ff',
      'a\u{10ffff}',
      'a\uffff',
    ];
    const byBytes = [...paths].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect([...paths].sort(compareTreePaths)).toEqual(byBytes);
  });

  it('equal trees have equal text, whatever order they came in', () => {
    const a = file('a');
    const b: TreeEntry = { kind: 'link', path: 'b', target: 'a' };
    expect(encodeTree([a, b])).toBe(encodeTree([b, a]));
    expect(encodeTree([a])).not.toBe(encodeTree([{ ...a, mode: 0o755 }]));
  });
});
