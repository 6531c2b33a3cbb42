import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { makeCommit } from '../make-commit.ts';
import { MemoryObjects, type ModelEntry, ModelTree, readModel, toChange } from '../testing/model-tree.ts';
import { makeRandom } from '../testing/random.ts';
import { applyChanges } from './apply-changes.ts';
import { escapeName, unescapeName } from './aside-name.ts';
import { changesOf, diffSnapshots } from './diff-snapshots.ts';
import { findEntry } from './find-entry.ts';
import { listEntries } from './list-entries.ts';
import type { PathChange, SnapshotTrees } from './snapshot-trees.ts';

const folder = mkdtempSync(join(tmpdir(), 'history-'));
afterAll(() => rmSync(folder, { recursive: true }));

const NAMES = [
  'a',
  'b',
  'c',
  'a.b',
  '.git',
  '.GIT',
  'git~1',
  '%2egit',
  '.gitmodules',
  '.env',
  'ü',
  '\u{1f600}',
  '%meta',
  'x y',
];

/** One step of somebody's work, on the model, with the changes that a save would tell. */
function randomStep(random: ReturnType<typeof makeRandom>, model: ModelTree): () => [string, ModelEntry | 'gone'][] {
  const path = Array.from({ length: 1 + random.below(3) }, () => random.of(NAMES)).join('/');
  const file = (): ModelEntry => ({
    kind: 'file',
    mode: random.of([0o644, 0o644, 0o755, 0o600, 0o664]),
    bytes: String.fromCharCode(...Array.from({ length: random.below(20) }, () => random.below(256))),
  });
  const put = (entry: ModelEntry) => () => [...model.put(path, entry), [path, entry] as [string, ModelEntry]];
  switch (random.below(8)) {
    case 0:
      return () => (model.remove(path), [[path, 'gone']]);
    case 1:
      return put({ kind: 'link', target: random.of(['../x', '/', 'nowhere']) });
    case 2:
      return put({ kind: 'dir', mode: random.of([0o755, 0o700]) });
    case 3: {
      const from = random.of([...model.entries.keys(), path]);
      return () => {
        const moved = model.move(from, path);
        return moved ? [[from, 'gone'], [path, 'gone'], ...moved] : [];
      };
    }
    default:
      return put(file());
  }
}

describe('snapshots by change', () => {
  it('HI-02 any sequence of edits, deletions, renames, modes, links and folders reads back to the byte', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = makeRandom(seed);
      const memory = new MemoryObjects();
      const model = new ModelTree();
      let trees: SnapshotTrees | undefined;
      for (let save = 0; save < 12; save++) {
        const objects = memory.open();
        const changes: PathChange[] = [];
        for (let step = random.below(4); step >= 0; step--)
          for (const [path, entry] of randomStep(random, model)())
            changes.push(entry === 'gone' ? { kind: 'gone', path } : toChange(objects, path, entry));
        const before = trees;
        trees = await applyChanges(objects, trees, changes);
        memory.keep(objects);
        const read = await readModel(memory.open(), trees);
        expect(read, `seed ${String(seed)}, save ${String(save)}`).toEqual(
          [...model.entries].sort(([a], [b]) => (a < b ? -1 : 1)),
        );
        // The same content has the same ids, however it came about, and a difference leads from one to the other.
        const fresh = memory.open();
        const whole = [...model.entries].map(([path, entry]) => toChange(fresh, path, entry));
        expect(await applyChanges(fresh, undefined, whole)).toEqual(trees);
        const difference = changesOf(await diffSnapshots(fresh, before, trees));
        expect(await applyChanges(fresh, before, difference)).toEqual(trees);
      }
    }
  });

  it('HI-02 real git has no complaint about what was made, and shows the same files but for those kept aside', async () => {
    const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { encoding: 'latin1' });
    git('init', '-q');
    const random = makeRandom(7);
    const memory = new MemoryObjects();
    const model = new ModelTree();
    const objects = memory.open();
    for (let step = 0; step < 120; step++) randomStep(random, model)();
    const trees = await applyChanges(
      objects,
      undefined,
      [...model.entries].map(([path, entry]) => toChange(objects, path, entry)),
    );
    const author = { name: 'A <b>', email: 'a@example.org' };
    const aside = makeCommit(objects, { tree: trees.aside!, parents: [], author, timeSeconds: 1, message: '' });
    const commit = makeCommit(objects, { tree: trees.tree, parents: [], author, timeSeconds: 1e9, message: 'Saved' });
    for (const { oid, type, bytes } of objects.made) {
      const path = join(folder, '.git/objects', oid.slice(0, 2), oid.slice(2));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, deflateSync(Buffer.concat([Buffer.from(`${type} ${String(bytes.length)}\0`), bytes])));
    }
    git('update-ref', 'refs/heads/main', commit);
    git('update-ref', 'refs/slipway/aside', aside);
    git('fsck', '--strict', '--no-dangling');
    const listed = Buffer.from(git('ls-tree', '-r', '-z', '--name-only', 'main'), 'latin1')
      .toString()
      .split('\0')
      .filter(Boolean);
    const entries = await listEntries(objects, trees);
    const shown = entries.filter((entry) => entry.kind !== 'dir' && !entry.hidden).map((entry) => entry.path);
    expect(listed.sort()).toEqual(shown.sort());
    expect(entries.some((entry) => entry.kind !== 'dir' && entry.hidden)).toBe(true);
  });

  it('HI-01 reads and makes the folders on the way to a change and no others', async () => {
    const memory = new MemoryObjects();
    const first = memory.open();
    const file = (path: string, bytes: string): PathChange =>
      toChange(first, path, { kind: 'file', mode: 0o644, bytes });
    const many = Array.from({ length: 400 }, (_, at) => file(`d${String(at % 20)}/e${String(at)}/f`, String(at)));
    const trees = await applyChanges(first, undefined, many);
    memory.keep(first);
    memory.reads = 0;
    const objects = memory.open();
    const next = await applyChanges(objects, trees, [
      toChange(objects, 'd1/e1/f', { kind: 'file', mode: 0o644, bytes: 'new' }),
    ]);
    expect(objects.made.map((object) => object.type).sort()).toEqual(['blob', 'tree', 'tree', 'tree']);
    expect(memory.reads).toBe(3);
    expect(await diffSnapshots(objects, trees, next)).toMatchObject([{ path: 'd1/e1/f' }]);
    expect((await findEntry(objects, next, 'd1/e1/f'))?.entry.kind).toBe('file');
    expect(await findEntry(objects, next, 'd1/none/f')).toBeUndefined();
    expect(await findEntry(objects, next, 'd1/e1/f/g')).toBeUndefined();
  });

  it('hides what it is told to hide, until it is told otherwise', async () => {
    const memory = new MemoryObjects();
    const objects = memory.open();
    const env = toChange(objects, '.env', { kind: 'file', mode: 0o644, bytes: 'KEY=1' });
    const hidden = await applyChanges(objects, undefined, [{ ...env, hidden: true } as PathChange]);
    expect(hidden.aside).toBeDefined();
    const shown = await applyChanges(objects, hidden, [env]);
    expect(shown.aside).toBeUndefined();
    expect(await diffSnapshots(objects, hidden, shown)).toMatchObject([
      { path: '.env', before: { hidden: true }, after: { hidden: false } },
    ]);
  });

  it('a deletion of what is not there makes nothing', async () => {
    const memory = new MemoryObjects();
    const objects = memory.open();
    const trees = await applyChanges(objects, undefined, [
      toChange(objects, 'a', { kind: 'file', mode: 0o644, bytes: '' }),
    ]);
    const gone: PathChange[] = [
      { kind: 'gone', path: 'x/y' },
      { kind: 'gone', path: 'a/b' },
      { kind: 'gone-if-empty', path: 'z' },
    ];
    expect(await applyChanges(objects, trees, gone)).toEqual(trees);
  });

  it('names come back from aside', () => {
    for (const name of [...NAMES, '.g\u200cit', 'a\\.git', '.git.', '%25', '.git::$INDEX_ALLOCATION', '%u200c'])
      expect(unescapeName(escapeName(name))).toBe(name);
    expect(escapeName('.git')).toBe('%2egit');
  });
});
