import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type FolderContainer, openFolderContainer } from '../testing/folder-container.ts';
import { createOperations } from './create-operations.ts';
import type { OperationHooks } from './operation-hooks.ts';
import type { HistoryLimits } from './operation-history.ts';
import type { ConflictAnswer } from './transfer-plan.ts';

const open: FolderContainer[] = [];
afterEach(async () => {
  for (const folder of open.splice(0)) await folder.remove();
});

/** Operations over a real folder; answers to conflicts come from `answers` in turn. */
async function begin(files: Record<string, string>, answers: ConflictAnswer[] = [], limits?: HistoryLimits) {
  const folder = await openFolderContainer(files);
  open.push(folder);
  const heard: string[] = [];
  const hooks: OperationHooks = {
    askConflict: async (name) => {
      heard.push(`ask ${name}`);
      return { answer: answers.shift() ?? 'cancel', all: false };
    },
    askForever: async () => {
      heard.push('ask forever');
      return answers.shift() === 'replace';
    },
    beforeChange: async () => undefined,
    onMoved: (from, to) => void heard.push(`${from} -> ${to}`),
    onDeleted: (path) => void heard.push(`- ${path}`),
    reread: async () => undefined,
  };
  const operations = createOperations(folder.container, hooks, limits);
  const present = async (): Promise<string[]> => Object.keys(await folder.tree()).sort();
  return { folder, heard, operations, present };
}

describe('the operations on files (UX-05)', () => {
  it('UX-05 creates, renames, moves, copies and deletes; each is undone and done again', async () => {
    const { folder, heard, operations } = await begin({ 'a.txt': 'A', 'src/b.txt': 'B', 'src/deep/c.txt': 'C' });
    const before = await folder.tree();
    const steps = [
      () => operations.create('src', 'new.txt', 'file'),
      () => operations.create('', 'lib', 'folder'),
      () => operations.rename('a.txt', '-a b.txt'),
      () => operations.transfer(['-a b.txt', 'src/deep'], 'lib', 'move'),
      () => operations.transfer(['lib'], 'src', 'copy'),
      () => operations.remove(['src/b.txt', 'lib', 'lib/deep']),
    ];
    const states = [before];
    for (const step of steps) {
      expect(await step()).toMatchObject({ outcome: 'done', undoable: true });
      states.push(await folder.tree());
    }
    expect(await folder.tree()).toEqual({
      src: null,
      'src/new.txt': '',
      'src/lib': null,
      'src/lib/-a b.txt': 'A',
      'src/lib/deep': null,
      'src/lib/deep/c.txt': 'C',
    });
    expect(heard).toEqual([
      'a.txt -> -a b.txt',
      '-a b.txt -> lib/-a b.txt',
      'src/deep -> lib/deep',
      '- src/b.txt',
      '- lib',
    ]);
    for (const state of states.slice(0, -1).reverse()) {
      expect(await operations.undo()).toMatchObject({ outcome: 'done' });
      expect(await folder.tree()).toEqual(state);
    }
    expect(await operations.undo()).toMatchObject({ outcome: 'refused', text: 'There is nothing to undo' });
    for (const state of states.slice(1)) {
      expect(await operations.redo()).toMatchObject({ outcome: 'done' });
      expect(await folder.tree()).toEqual(state);
    }
    expect(await operations.redo()).toMatchObject({ outcome: 'refused' });
  });

  it('UX-05 asks about what exists: replaces so that it can be undone, keeps both, or does nothing', async () => {
    const { folder, heard, operations } = await begin(
      { 'a.txt': 'new', 'to/a.txt': 'old', 'b.txt': 'new b', 'to/b.txt': 'old b' },
      ['replace', 'keep-both', 'cancel'],
    );
    const before = await folder.tree();
    await operations.transfer(['a.txt'], 'to', 'move');
    await operations.transfer(['b.txt'], 'to', 'copy');
    expect(await folder.tree()).toMatchObject({
      'to/a.txt': 'new',
      'to/b.txt': 'old b',
      'to/b copy.txt': 'new b',
      'b.txt': 'new b',
    });
    expect(await operations.transfer(['b.txt'], 'to', 'move')).toEqual({ outcome: 'cancelled' });
    expect(heard).toEqual(['ask a.txt', '- to/a.txt', 'a.txt -> to/a.txt', 'ask b.txt', 'ask b.txt']);
    await operations.undo();
    await operations.undo();
    expect(await folder.tree()).toEqual(before);
  });

  it('duplicates beside itself without a question, and the second copy has a number', async () => {
    const { operations, present } = await begin({ 'a.b.txt': '' });
    await operations.transfer(['a.b.txt'], '', 'copy');
    await operations.transfer(['a.b copy.txt'], '', 'copy');
    expect(await present()).toEqual(['a.b copy 2.txt', 'a.b copy.txt', 'a.b.txt']);
  });

  it('refuses to put a folder into itself, and to replace what holds the thing that replaces', async () => {
    const { operations, present } = await begin({ 'src/a/src/x': '' }, ['replace']);
    expect(await operations.transfer(['src'], 'src', 'move')).toMatchObject({ text: 'Cannot put "src" into itself' });
    expect(await operations.transfer(['src'], 'src/a', 'copy')).toMatchObject({
      text: 'Cannot put "src" into "src/a": it is inside of it',
    });
    expect(await operations.transfer(['src/a/src'], '', 'move')).toMatchObject({
      text: 'Cannot replace "src": "src/a/src" is inside of it',
    });
    expect(await present()).toEqual(['src', 'src/a', 'src/a/src', 'src/a/src/x']);
  });

  it('refuses names that are none or taken, and changes nothing', async () => {
    const { operations, present } = await begin({ 'a.txt': '', 'b.txt': '' });
    for (const name of ['', '.', '..', 'a/b', 'a\0', 'é'.repeat(128), 'b.txt']) {
      expect(await operations.rename('a.txt', name)).toMatchObject({ outcome: 'refused' });
      expect(await operations.create('', name, 'folder')).toMatchObject({ outcome: 'refused' });
    }
    expect(await present()).toEqual(['a.txt', 'b.txt']);
  });

  it('forgets the oldest when the trash is full, says so, and empties it', async () => {
    const files = { 'a.txt': 'x'.repeat(600), 'b.txt': 'x'.repeat(600), 'c.txt': '' };
    const { folder, operations, present } = await begin(files, [], { operations: 100, keptBytes: 1_000 });
    await operations.remove(['a.txt']);
    expect(await operations.remove(['b.txt'])).toMatchObject({
      outcome: 'done',
      text: 'Delete "b.txt". Older operations cannot be undone any more',
      undoable: true,
    });
    expect(await folder.trashed()).toBe(1);
    expect(await operations.undo()).toMatchObject({ outcome: 'done' });
    expect(await operations.undo()).toMatchObject({ outcome: 'refused' });
    expect(await present()).toEqual(['b.txt', 'c.txt']);
  });

  it('asks before it deletes for good what is larger than the trash', async () => {
    const limits = { operations: 100, keptBytes: 1_000 };
    const { heard, operations, present } = await begin({ 'big/x': 'x'.repeat(2_000) }, ['cancel', 'replace'], limits);
    expect(await operations.remove(['big'])).toEqual({ outcome: 'cancelled' });
    expect(await present()).toEqual(['big', 'big/x']);
    expect(await operations.remove(['big'])).toMatchObject({ outcome: 'done', undoable: false });
    expect(await present()).toEqual([]);
    expect(heard).toEqual(['ask forever', 'ask forever', '- big']);
    expect(await operations.undo()).toMatchObject({ text: 'There is nothing to undo' });
  });

  it('keeps at most as many operations as it says', async () => {
    const { operations, present } = await begin({}, [], { operations: 2, keptBytes: 1_000 });
    for (const name of ['a', 'b', 'c']) await operations.create('', name, 'file');
    await operations.undo();
    await operations.undo();
    expect(await operations.undo()).toMatchObject({ outcome: 'refused' });
    expect(await present()).toEqual(['a']);
  });

  it('never writes over what came meanwhile: an undo is refused, and works once the way is free', async () => {
    const { folder, operations } = await begin({ 'a.txt': 'old' });
    await operations.remove(['a.txt']);
    await writeFile(join(folder.root, 'a.txt'), 'by a program');
    expect(await operations.undo()).toMatchObject({
      outcome: 'refused',
      text: 'Cannot undo "Delete "a.txt"": "a.txt": something is there already',
    });
    expect(await folder.tree()).toEqual({ 'a.txt': 'by a program' });
    await operations.rename('a.txt', 'b.txt');
    await operations.undo();
    await operations.rename('a.txt', 'b.txt');
    expect(await operations.undo()).toMatchObject({ outcome: 'done' });
  });

  it('undoes what is left when a program has taken a part, and brings folders back that are gone', async () => {
    const { folder, operations } = await begin({ 'in/a': 'A', 'in/b': 'B' });
    await operations.remove(['in/a', 'in/b']);
    await operations.remove(['in']);
    await operations.undo();
    await folder.container.fs.rm('in', { recursive: true });
    expect(await operations.undo()).toMatchObject({ outcome: 'done' });
    expect(await folder.tree()).toEqual({ in: null, 'in/a': 'A', 'in/b': 'B' });

    await operations.create('', 'made', 'file');
    await folder.container.fs.rm('made');
    expect(await operations.undo()).toMatchObject({
      outcome: 'refused',
      text: 'Cannot undo "New file "made"": "made": it is not there any more',
    });
    // What cannot be undone stands in nobody's way.
    expect(await operations.undo()).toMatchObject({ outcome: 'refused', text: 'There is nothing to undo' });
  });

  it('moves links as links, and names that look like options or hold new lines', async () => {
    const { folder, operations, present } = await begin({ '-rf': 'dash', 'x\ny': 'lines' });
    await symlink('nowhere', join(folder.root, 'link'));
    await mkdir(join(folder.root, 'to'));
    await operations.remove(['-rf', 'x\ny', 'link']);
    expect(await present()).toEqual(['to']);
    await operations.undo();
    await operations.transfer(['-rf', 'x\ny', 'link'], 'to', 'copy');
    expect(await present()).toEqual(['-rf', 'link', 'to', 'to/-rf', 'to/link', 'to/x\ny', 'x\ny']);
  });

  it('moves 450 files to the trash and back in batches', async () => {
    const files = Object.fromEntries(Array.from({ length: 450 }, (_, n) => [`many/${n}`, String(n)]));
    const { folder, operations } = await begin(files);
    const before = await folder.tree();
    await operations.remove(Object.keys(files));
    expect(await folder.tree()).toEqual({ many: null });
    await operations.undo();
    expect(await folder.tree()).toEqual(before);
  });

  it('does one thing after the other, and refuses when too many wait', async () => {
    const { operations, present } = await begin({ a: '', b: '' });
    const [first, second] = await Promise.all([operations.remove(['a']), operations.undo()]);
    expect([first, second]).toMatchObject([{ outcome: 'done' }, { text: 'Undone: Delete "a"' }]);
    expect(await present()).toEqual(['a', 'b']);
    expect(operations.busy()).toBe(false);

    const many = await Promise.all(Array.from({ length: 21 }, (_, n) => operations.create('', `n${n}`, 'file')));
    expect(many.map(({ outcome }) => outcome)).toEqual([...Array(20).fill('done'), 'refused']);
  });

  it('UX-05 brings what comes from elsewhere: other things go on meanwhile, and it is undone as one', async () => {
    const { folder, operations, present } = await begin({ 'to/a': 'old', other: '' }, ['replace']);
    const before = await folder.tree();
    let write = (): void => undefined;
    const written = new Promise<void>((resolve) => (write = resolve));
    const bringing = operations.bring([{ name: 'a' }, { name: 'b' }], 'to', 'Upload', async (targets) => {
      await written;
      for (const { to } of targets) await folder.container.fs.writeFile(to, 'new');
      return { count: targets.length };
    });
    await operations.remove(['other']);
    await operations.undo();
    write();
    expect(await bringing).toMatchObject({ outcome: 'done', text: 'Upload 2 entries', paths: ['to/a', 'to/b'] });
    await operations.undo();
    expect(await folder.tree()).toEqual(before);
    await operations.redo();
    expect(await present()).toEqual(['other', 'to', 'to/a', 'to/b']);
  });
});
