import { expect, it } from 'vitest';
import { makeFakeContainer } from '../../testing/fake-container.ts';
import { listPaths } from './list-paths.ts';

const { container } = makeFakeContainer({
  'index.html': '',
  'src/b.ts': '',
  'src/a.ts': '',
  'src/deep/c.ts': '',
  'node_modules/left-pad/index.js': '',
  'dist/index.html': '',
});

it('UX-08 finds the files of the project, nearest first, and none that is made of them', async () => {
  expect(await listPaths(container)).toEqual(['index.html', 'src/a.ts', 'src/b.ts', 'src/deep/c.ts']);
});

it('UX-08 stops where there are too many', async () => {
  expect(await listPaths(container, 2)).toEqual(['index.html', 'src/a.ts']);
});
