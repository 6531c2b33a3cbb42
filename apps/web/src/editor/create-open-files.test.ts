import { createRoot } from 'solid-js';
import { beforeAll, describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { makeFakeContainer, settle } from '../testing/fake-container.ts';
import { createOpenFiles } from './create-open-files.ts';
import type { OpenFile } from './open-file.ts';

function make(files: Record<string, string>) {
  const fake = makeFakeContainer(files);
  const clock = new FakeClock();
  let edits = 0;
  const { opened, dispose } = createRoot((dispose) => ({
    opened: createOpenFiles(fake.container, () => edits++, clock),
    dispose,
  }));
  /** A tab with its text read. */
  const open = async (path: string): Promise<OpenFile> => {
    const file = opened.open(path);
    opened.load(file);
    await settle();
    return file;
  };
  return { ...fake, clock, opened, open, dispose, edits: () => edits };
}

// Loaded at the first merge, which would take real time here.
beforeAll(() => import('./merge-texts.ts'));

describe('open files', () => {
  it('UX-03 are written soon after an edit, which is told of at once', async () => {
    const { opened, open, clock, files, edits } = make({ a: 'old' });
    const file = await open('a');
    expect(file.content()).toEqual({ name: 'text', text: 'old' });
    opened.edit(file, 'new');
    expect({ edits: edits(), disk: files.get('a'), unwritten: file.unwritten() }).toEqual({
      edits: 1,
      disk: 'old',
      unwritten: true,
    });
    await clock.pass(200);
    expect({ disk: files.get('a'), unwritten: file.unwritten() }).toEqual({ disk: 'new', unwritten: false });
  });

  it('are read again when a program writes them; its own write is no news', async () => {
    const { opened, open, clock, change } = make({ a: 'old' });
    const file = await open('a');
    change('a', 'formatted');
    await settle();
    expect(file.content()).toEqual({ name: 'text', text: 'formatted' });
    opened.edit(file, 'typed');
    await clock.pass(200);
    const shown = file.content();
    change('a', 'typed');
    await settle();
    expect(file.content()).toBe(shown);
  });

  it('UX-07 merge what a program wrote into what was typed, and write both', async () => {
    const { opened, open, clock, change, files } = make({ a: 'one\ntwo\nthree\n' });
    const file = await open('a');
    opened.edit(file, 'one\ntwo\nTHREE\n');
    change('a', 'ONE\ntwo\nthree\n');
    await clock.pass(500);
    await settle();
    expect(files.get('a')).toBe('ONE\ntwo\nTHREE\n');
    expect(file.content()).toEqual({ name: 'text', text: 'ONE\ntwo\nTHREE\n' });
    expect(file.trouble()).toBeUndefined();
  });

  it.each([
    ['mine', 'mine\n'],
    ['theirs', 'theirs\n'],
  ] as const)(
    'UX-07 ask where both changed the same line, write nothing until then, and keep %s',
    async (keep, kept) => {
      const { opened, open, clock, change, files } = make({ a: 'base\n' });
      const file = await open('a');
      opened.edit(file, 'mine\n');
      change('a', 'theirs\n');
      await clock.pass(500);
      await settle();
      expect({ disk: files.get('a'), trouble: file.trouble() }).toEqual({
        disk: 'theirs\n',
        trouble: { name: 'conflict', theirs: 'theirs\n' },
      });
      await expect(opened.flush()).rejects.toThrow('Cannot write "a": a program changed the same lines');
      opened.settle(file, keep);
      await settle();
      await clock.pass(2_000);
      await settle();
      expect({ disk: files.get('a'), trouble: file.trouble(), unwritten: file.unwritten() }).toEqual({
        disk: kept,
        trouble: undefined,
        unwritten: false,
      });
      if (keep === 'theirs') expect(file.content()).toEqual({ name: 'text', text: 'theirs\n' });
    },
  );

  it('tell that a file was deleted, not of one that is only replaced; write it again', async () => {
    const { opened, open, clock, change, remove, files } = make({ a: 'text' });
    const file = await open('a');
    remove('a');
    await settle();
    change('a', 'text');
    await settle();
    await clock.pass(500);
    await settle();
    expect(file.trouble()).toBeUndefined();

    remove('a');
    await settle();
    await clock.pass(500);
    await settle();
    expect({ trouble: file.trouble(), content: file.content() }).toEqual({
      trouble: { name: 'deleted' },
      content: { name: 'text', text: 'text' },
    });
    opened.writeAgain(file, 'text');
    await clock.pass(500);
    expect({ trouble: file.trouble(), disk: files.get('a') }).toEqual({ trouble: undefined, disk: 'text' });
  });

  it('follow a move with the text that is not written yet, and what is below a folder', async () => {
    const { opened, open, clock, files } = make({ 'src/a': 'old', 'src/b': 'b' });
    const a = await open('src/a');
    const b = await open('src/b');
    opened.edit(a, 'new');
    files.set('lib/a', 'old');
    files.set('lib/b', 'b');
    files.delete('src/a');
    files.delete('src/b');
    opened.followMove('src', 'lib');
    expect([a.path(), b.path()]).toEqual(['lib/a', 'lib/b']);
    await clock.pass(500);
    expect({ moved: files.get('lib/a'), old: files.has('src/a') }).toEqual({ moved: 'new', old: false });
  });

  it('UX-03 keep an edit that cannot be written, also of a closed tab, and try again', async () => {
    const { opened, open, clock, files, refuse } = make({ a: 'old' });
    const file = await open('a');
    opened.edit(file, 'new');
    refuse(new Error('disk full'));
    await expect(opened.flush()).rejects.toThrow('Cannot write "a": disk full');
    opened.close(file);
    expect(opened.files()).toEqual([]);
    refuse(undefined);
    await clock.pass(2_000);
    expect(files.get('a')).toBe('new');
  });

  it('open one tab for a path, with an id of its own', async () => {
    const { opened } = make({ a: 'a', b: 'b' });
    const kept = opened.open('b', { id: 'file-1' });
    expect(opened.open('b')).toBe(kept);
    expect(opened.open('a').id).toBe('file-2');
  });

  it('show what is no text as bytes, and what is not there as a failure', async () => {
    const { open } = make({ bin: 'a\0b' });
    expect((await open('bin')).content()).toMatchObject({ name: 'binary' });
    expect((await open('gone')).content()).toEqual({ name: 'failed', message: 'ENOENT: "gone"' });
  });

  it('UX-03 write the last edit when their owner goes, and watch no longer', async () => {
    const { opened, open, dispose, files, watchers } = make({ a: 'old' });
    opened.edit(await open('a'), 'last');
    dispose();
    await settle();
    expect({ file: files.get('a'), watchers: watchers.size }).toEqual({ file: 'last', watchers: 0 });
  });
});
