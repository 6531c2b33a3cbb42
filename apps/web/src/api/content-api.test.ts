import type { TreeEntry } from '@slipway/contracts';
import { expect, it } from 'vitest';
import { type Asking, readTree } from './content-api.ts';

const id = '0b5cf5a4-6f0c-4d6e-9d0a-6a9f0f9d2a11';
const link = (path: string): TreeEntry => ({ kind: 'link', path, target: 'x' });
const snapshot = {
  id,
  projectId: id,
  revision: 1,
  treeId: 'a'.repeat(40),
  commit: 'a'.repeat(40),
  kind: 'save',
  message: null,
  createdAt: 1,
};

it('SV-05 a tree is read page by page, and behind the first of them by the id that the first one had', async () => {
  const asked: string[] = [];
  const pages = [
    { entries: [link('a'), link('b')], next: 'b' },
    { entries: [link('c d')], next: 'c d' },
    { entries: [link('e')] },
  ];
  const get = (_schema: unknown, path: string) => {
    asked.push(path);
    return Promise.resolve({ snapshot, ...pages[asked.length - 1]! });
  };
  const tree = await readTree(get as unknown as Asking['get'], id, 'latest');
  expect(tree.entries.map(({ path }) => path)).toEqual(['a', 'b', 'c d', 'e']);
  const base = `/api/v1/projects/${id}/snapshots`;
  expect(asked).toEqual([`${base}/latest`, `${base}/${id}?after=b`, `${base}/${id}?after=c%20d`]);
});
