import { createRoot } from 'solid-js';
import { expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import { makeFakeContainer, settle } from '../../testing/fake-container.ts';
import { createTree } from './create-tree.ts';
import { nameOf, parentOf } from './paths.ts';
import { visibleRows } from './tree-model.ts';

const FRAME_MS = 16;

/** A tree over a container in memory that counts what is read of it. */
async function begin(files: Record<string, string>) {
  const fake = makeFakeContainer(files);
  const { fs } = fake.container;
  const reads: string[] = [];
  let refusal: Error | undefined;
  const watchers = new Set<{ folder: string; tell: (event: string, name: string) => void }>();
  const readdir = fs.readdir.bind(fs) as unknown as (
    path: string,
  ) => Promise<{ name: string; isDirectory(): boolean }[]>;
  Object.assign(fs, {
    readdir: async (path: string) => {
      reads.push(path);
      if (refusal !== undefined && path !== '.') throw refusal;
      return (await readdir(path)).map((one) => ({ ...one, isFile: () => !one.isDirectory() }));
    },
  });
  Object.assign(fs, {
    watch: (path: string, tell: (event: string, name: string) => void) => {
      const watcher = { folder: path === '.' ? '' : path, tell };
      watchers.add(watcher);
      return { close: async () => void watchers.delete(watcher) };
    },
  });
  const clock = new FakeClock();
  const { tree, dispose } = createRoot((dispose) => ({ tree: createTree(fake.container, clock), dispose }));
  await settle();
  return {
    clock,
    watchers,
    /** A program made a file; who watches its folder hears of it. */
    change: (path: string) => {
      fake.files.set(path);
      for (const { folder, tell } of watchers) if (folder === parentOf(path)) tell('rename', nameOf(path));
    },
    /** A program did something to a name without changing what is there. */
    touch: (path: string) => {
      for (const { folder, tell } of [...watchers]) if (folder === parentOf(path)) tell('rename', nameOf(path));
    },
    reads,
    tree,
    dispose,
    refuseReads: (error: Error | undefined) => void (refusal = error),
    shown: () => visibleRows(tree.state()).map(({ path }) => path),
  };
}

it('UX-05 reads only what is open, and again once a frame only what changed', async () => {
  const { change, clock, dispose, reads, shown, touch, tree, watchers } = await begin({
    'b.txt': '',
    'src/a.ts': '',
    'lib/x.ts': '',
    'node_modules/x/y.js': '',
  });
  expect(shown()).toEqual(['lib', 'node_modules', 'src', 'src/a.ts', 'b.txt']);
  expect(reads.splice(0)).toEqual(['.', 'src']);

  for (let n = 0; n < 1_000; n++) change(`node_modules/x/${n}.js`);
  for (let n = 0; n < 1_000; n++) change(`src/${n}.ts`);
  await clock.pass(FRAME_MS - 1);
  expect(reads).toEqual([]);
  await clock.pass(1);
  await settle();
  expect(reads.splice(0)).toEqual(['src']);
  expect(shown()).toHaveLength(1_005);

  tree.dispatch({ type: 'collapse', path: 'src' });
  change('src/late.ts');
  await clock.pass(FRAME_MS);
  expect(reads).toEqual([]);
  tree.dispatch({ type: 'expand', path: 'src' });
  await settle();
  expect(reads.splice(0)).toEqual(['src']);
  expect(shown()).toContain('src/late.ts');

  // Another folder may stand in its place: it is watched anew.
  const before = [...watchers].find(({ folder }) => folder === 'src');
  touch('src');
  expect([...watchers].filter(({ folder }) => folder === 'src')).not.toEqual([before]);
  await clock.pass(FRAME_MS);
  await settle();
  expect(reads.splice(0)).toEqual(['.', 'src']);

  // Nothing is asked for while nothing happens.
  await clock.pass(60_000);
  expect(reads).toEqual([]);
  dispose();
  expect(watchers.size).toBe(0);
});

it('a reading that was asked for begins afterwards, whatever is under way', async () => {
  const { change, clock, dispose, reads, tree } = await begin({ 'src/a.ts': '' });
  reads.splice(0);
  change('src/b.ts');
  const reread = tree.reread(['src', 'nowhere']);
  await reread;
  expect(reads.splice(0)).toEqual(['src']);
  expect(visibleRows(tree.state()).map(({ path }) => path)).toContain('src/b.ts');
  await clock.pass(FRAME_MS);
  expect(reads).toEqual([]);
  dispose();
});

it('a folder that goes while it is read says nothing; one that cannot be read says why and can be read later', async () => {
  const { clock, dispose, reads, refuseReads, tree } = await begin({ 'src/a.ts': '', 'lib/b.ts': '' });
  refuseReads(new Error('ENOENT: no such file or directory'));
  tree.dispatch({ type: 'expand', path: 'lib' });
  await settle();
  expect(tree.state().directories.get('lib')?.name).toBe('loading');
  await clock.pass(FRAME_MS);
  expect(reads.filter((path) => path === '.')).toHaveLength(2);

  refuseReads(new Error('EIO: disk on fire'));
  await tree.refresh();
  expect(tree.state().directories.get('lib')).toMatchObject({ name: 'failed', note: 'EIO: disk on fire' });
  refuseReads(undefined);
  await tree.refresh();
  expect(tree.state().directories.get('lib')).toMatchObject({ name: 'listed', note: undefined });
  dispose();
});

it('shows 100,000 names of a folder and says how many there are', async () => {
  const files = Object.fromEntries(Array.from({ length: 100_001 }, (_, n) => [`big/${n}`, '']));
  const { dispose, tree } = await begin(files);
  tree.dispatch({ type: 'expand', path: 'big' });
  await settle();
  expect(visibleRows(tree.state())).toHaveLength(100_001);
  expect(tree.state().directories.get('big')?.note).toBe('The first 100000 of 100001 are shown');
  dispose();
});
