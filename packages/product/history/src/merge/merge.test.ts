import { describe, expect, it } from 'vitest';
import { MemoryObjects, type ModelEntry, ModelTree, readModel, toChange } from '../testing/model-tree.ts';
import { makeRandom } from '../testing/random.ts';
import { applyChanges } from '../trees/apply-changes.ts';
import type { ObjectStore } from '../trees/object-store.ts';
import type { SnapshotTrees } from '../trees/snapshot-trees.ts';
import { mergeLines } from './merge-lines.ts';
import { mergeSnapshots } from './merge-snapshots.ts';
import { sideName } from './side-name.ts';

const memory = new MemoryObjects();
const text = (bytes: string): ModelEntry => ({ kind: 'file', mode: 0o644, bytes });

async function snapshotOf(objects: ObjectStore, entries: Iterable<[string, ModelEntry]>): Promise<SnapshotTrees> {
  return await applyChanges(
    objects,
    undefined,
    [...entries].map(([path, entry]) => toChange(objects, path, entry)),
  );
}

async function merge(objects: ObjectStore, base: SnapshotTrees, mine: SnapshotTrees, theirs: SnapshotTrees) {
  return await mergeSnapshots(
    {
      objects,
      device: 'B',
      readFile: (oid) => objects.read(oid),
      putFile: (bytes) => Promise.resolve(objects.put('blob', bytes)),
    },
    { base, mine, theirs },
  );
}

type Files = Record<string, ModelEntry>;
async function mergeFiles(base: Files, mine: Files, theirs: Files) {
  const objects = memory.open();
  const [a, b, c] = await Promise.all([base, mine, theirs].map((files) => snapshotOf(objects, Object.entries(files))));
  const merged = await merge(objects, a!, b!, c!);
  return { files: Object.fromEntries(await readModel(objects, merged.trees)), conflicts: merged.conflicts };
}

describe('merging two devices', () => {
  const lines = (...changed: string[]) => text(['1', '2', '3', '4', '5', ...changed].join('\n'));

  it('HI-03 different paths and different lines come together', async () => {
    const { files, conflicts } = await mergeFiles(
      { a: text('1\n2\n3\n'), gone: text('x'), stays: text('y') },
      { a: text('one\n2\n3\n'), stays: text('y'), mine: text('m') },
      { a: text('1\n2\nthree\n'), gone: text('x'), stays: text('y2'), 'd/theirs': text('t') },
    );
    expect(conflicts).toEqual([]);
    expect(files).toEqual({
      a: text('one\n2\nthree\n'),
      stays: text('y2'),
      mine: text('m'),
      d: { kind: 'dir', mode: 0o755 },
      'd/theirs': text('t'),
    });
  });

  it('HI-03 a binary file that both changed is kept twice, and told', async () => {
    const [base, mine, theirs] = ['\0', '\0m', '\0t'].map((bytes) => ({ 'z.bin': text(bytes) }));
    const { files, conflicts } = await mergeFiles(base!, mine!, theirs!);
    expect(files).toEqual({ 'z.bin': text('\0t'), 'z.device-B.bin': text('\0m') });
    expect(conflicts).toEqual([{ path: 'z.bin', outcome: 'kept-both', keptAs: 'z.device-B.bin' }]);
  });

  it('a name that an older conflict left is not taken again', async () => {
    const old = { 'z.device-B.bin': text('older') };
    const { files } = await mergeFiles(
      { z: text('1'), ...old },
      { z: text('2'), ...old, 'z.device-B': text('mine too') },
      { z: text('3'), ...old },
    );
    expect(files).toEqual({ ...old, z: text('3'), 'z.device-B': text('mine too'), 'z.device-B-2': text('2') });
  });

  it('a change wins over a deletion, on either side', async () => {
    const base = { 'd/a': text('1'), 'd/b': text('1') };
    for (const [mine, theirs] of [
      [{}, { 'd/a': text('2'), 'd/b': text('1') }],
      [{ 'd/a': text('2'), 'd/b': text('1') }, {}],
    ] as Files[][]) {
      const { files, conflicts } = await mergeFiles(base, mine!, theirs!);
      expect(files).toEqual({ d: { kind: 'dir', mode: 0o755 }, 'd/a': text('2') });
      expect(conflicts).toEqual([{ path: 'd/a', outcome: 'kept-changed' }]);
    }
  });

  it('modes merge apart from content, and the same change twice is one', async () => {
    const base = { a: lines() };
    const mine = { a: { ...lines(), mode: 0o755 } as ModelEntry, b: text('same') };
    const theirs = { a: lines('6'), b: text('same') };
    expect((await mergeFiles(base, mine, theirs)).files).toEqual({
      a: { ...lines('6'), mode: 0o755 },
      b: text('same'),
    });
  });

  it('a file here and a folder there are both kept', async () => {
    const theirs = { 'a/x': text('t') };
    expect((await mergeFiles({}, { a: text('m') }, theirs)).files).toEqual({
      a: { kind: 'dir', mode: 0o755 },
      'a/x': text('t'),
      'a.device-B': text('m'),
    });
    expect((await mergeFiles({}, { 'a/x/y': text('m') }, { a: text('t') })).files).toEqual({
      a: text('t'),
      'a.device-B': { kind: 'dir', mode: 0o755 },
      'a.device-B/x': { kind: 'dir', mode: 0o755 },
      'a.device-B/x/y': text('m'),
    });
    expect((await mergeFiles({ 'a/x': text('1') }, { 'a/x': text('2') }, { a: text('t') })).files).toEqual({
      a: text('t'),
      'a.device-B': { kind: 'dir', mode: 0o755 },
      'a.device-B/x': text('2'),
    });
  });

  it('HI-03 a thousand random interleavings of two devices lose no edit', async () => {
    for (let seed = 1; seed <= 1_000; seed++) await playInterleaving(seed);
  });
});

/**
 * Two devices work on what each saw last. Every line that is typed is one of a kind;
 * after the last save each must be in some file, unless the device that typed it, or
 * one that had seen it, took it away.
 */
async function playInterleaving(seed: number): Promise<void> {
  const random = makeRandom(seed);
  const objects = memory.open();
  const start: [string, ModelEntry][] = ['a', 'b', 'd/c'].map((path) => [
    path,
    text(`${path} 1\n${path} 2\n${path} 3\n`),
  ]);
  let head = await snapshotOf(objects, start);
  const devices = await Promise.all(
    [0, 1].map(async () => ({ base: head, files: new Map(await readModel(objects, head)) })),
  );
  const typed = new Set<string>();
  const removed = new Set<string>();
  const drop = (entry: ModelEntry | undefined): void => {
    if (entry?.kind === 'file') for (const line of entry.bytes.split('\n')) removed.add(line);
  };
  let count = 0;
  const edit = (files: Map<string, ModelEntry>): void => {
    const model = new ModelTree(files);
    const path = random.of(['a', 'b', 'd/c', 'd', 'e', 'e/f', 'n']);
    const entry = files.get(path);
    const line = `line ${String(seed)}.${String(count++)}`;
    if (entry?.kind === 'dir' || random.below(6) === 0) {
      if (random.below(2) === 0 && entry?.kind === 'dir') return;
      for (const [at, old] of files) if (at === path || at.startsWith(`${path}/`)) drop(old);
      model.remove(path);
    } else {
      typed.add(line);
      // A folder of this name, or a file above it, gives way.
      for (const [at, old] of files)
        if (at.startsWith(`${path}/`) || (path.startsWith(`${at}/`) && old.kind === 'file')) drop(old);
      const before = entry?.kind === 'file' ? entry.bytes.split('\n').slice(0, -1) : [];
      const replaced = random.below(3) === 0 ? 1 : 0;
      const gone = before.splice(random.below(before.length + 1), replaced, line);
      for (const old of gone) removed.add(old);
      for (const above of path.includes('/') ? [path.slice(0, path.indexOf('/'))] : [])
        if (files.get(above)?.kind === 'file') model.remove(above);
      model.put(path, text(before.map((one) => `${one}\n`).join('')));
    }
    files.clear();
    for (const [at, one] of model.entries) files.set(at, one);
  };
  for (let step = 0; step < 8; step++) {
    const device = random.of(devices);
    edit(device.files);
    if (random.below(2) === 0) continue;
    const mine = await snapshotOf(objects, device.files);
    head = (await merge(objects, device.base, mine, head)).trees;
    device.base = head;
    device.files = new Map(await readModel(objects, head));
  }
  for (const device of devices)
    head = (await merge(objects, device.base, await snapshotOf(objects, device.files), head)).trees;
  const last = (await readModel(objects, head)).flatMap(([, entry]) =>
    entry.kind === 'file' ? entry.bytes.split('\n') : [],
  );
  const kept = new Set(last);
  const lost = [...typed].filter((line) => !kept.has(line) && !removed.has(line));
  expect(lost, `seed ${String(seed)}`).toEqual([]);
}

describe('merging lines', () => {
  it.each([
    ['one side', 'a\nb\n', 'a\nB\n', 'a\nb\n', 'a\nB\n'],
    ['neighbours', 'a\nb\n', 'A\nb\n', 'a\nB\n', 'A\nB\n'],
    ['the same twice', 'a\n', 'b\n', 'b\n', 'b\n'],
    ['an end without a newline', 'a\nb', 'A\nb', 'a\nb\nc', 'A\nb\nc'],
    ['one line in two ways', 'a\n', 'b\n', 'c\n', undefined],
    ['put in at one place', 'a\n', 'a\nb\n', 'a\nc\n', undefined],
    ['deleted and changed apart', 'a\nb\nc\nd\n', 'b\nc\nd\n', 'a\nb\nc\nD\n', 'b\nc\nD\n'],
  ])('%s', (_, base, mine, theirs, merged) => {
    const expected = merged === undefined ? { outcome: 'conflict' } : { outcome: 'merged', text: merged };
    expect(mergeLines(base, mine, theirs)).toEqual(expected);
  });

  it('gives up where the comparison would take long', () => {
    const many = (from: number) => Array.from({ length: 3_000 }, (_, at) => `${String(from + at)}\n`).join('');
    expect(mergeLines(many(0), many(10_000), many(20_000))).toEqual({ outcome: 'conflict' });
  });

  it('names the second of two', () => {
    expect(['a/z.bin', '.env', 'a.b/c'].map((path) => sideName(path, 'B', 1))).toEqual([
      'a/z.device-B.bin',
      '.env.device-B',
      'a.b/c.device-B',
    ]);
  });
});
