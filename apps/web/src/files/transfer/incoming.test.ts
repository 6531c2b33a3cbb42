import { describe, expect, it } from 'vitest';
import { chosenFiles, type UploadLimits } from './incoming.ts';
import { readDropped } from './read-dropped.ts';

const LIMITS: UploadLimits = { entries: 250, fileBytes: 10, totalBytes: 25, depth: 4 };
const never = new AbortController().signal;

interface Folder {
  readonly [name: string]: string | Folder;
}

/** An entry as a browser gives it: a folder in pieces of a hundred. */
function makeEntry(name: string, content: string | Folder): FileSystemEntry {
  if (typeof content === 'string') {
    const file = (done: (file: File) => void): void => done(new File([content], name));
    return { name, isFile: true, isDirectory: false, file } as unknown as FileSystemEntry;
  }
  const createReader = () => {
    const rest = Object.entries(content);
    const readEntries = (done: (some: FileSystemEntry[]) => void): void =>
      done(rest.splice(0, 100).map(([inner, text]) => makeEntry(inner, text)));
    return { readEntries };
  };
  return { name, isFile: false, isDirectory: true, createReader } as unknown as FileSystemEntry;
}

const read = (folder: Folder, signal = never) => {
  const entries = Object.entries(folder).map(([name, content]) => makeEntry(name, content));
  return readDropped(entries, signal, LIMITS);
};

describe('what comes from the desktop (UX-05)', () => {
  it('UX-05 reads folders to their ends, each before what is in it', async () => {
    const many = Object.fromEntries(Array.from({ length: 240 }, (_, n) => [String(n), '']));
    const { files, folders } = await read({ top: { inner: { 'a.txt': 'A' }, empty: {} }, many });
    expect(folders).toEqual(['top', 'top/inner', 'top/empty', 'many']);
    expect(files).toHaveLength(241);
    expect(files[0]?.path).toBe('top/inner/a.txt');
    expect(await files[0]?.file.text()).toBe('A');
  });

  it('refuses as a whole what is too much: files, bytes of one, bytes of all, depth, names', async () => {
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [String(n), '']));
    await expect(read({ many })).rejects.toThrow('more than 250 files and folders');
    await expect(read({ a: 'x'.repeat(11) })).rejects.toThrow('Cannot upload "a": it has');
    await expect(read({ a: 'x'.repeat(10), b: 'x'.repeat(10), c: 'x'.repeat(6) })).rejects.toThrow('more than 0 MB');
    await expect(read({ a: { b: { c: { d: { e: '' } } } } })).rejects.toThrow('too deep');
    await expect(read({ ['x'.repeat(256)]: '' })).rejects.toThrow('255 bytes');
  });

  it('ends when it is cancelled', async () => {
    const cancel = new AbortController();
    cancel.abort();
    await expect(read({ a: '' }, cancel.signal)).rejects.toThrow();
  });

  it('takes the files of a chooser, and of a chosen folder with all folders above them', () => {
    const inFolder = (path: string): File =>
      Object.defineProperty(new File(['1'], path.split('/').at(-1) ?? ''), 'webkitRelativePath', { value: path });
    expect(chosenFiles([inFolder('one.txt')]).folders).toEqual([]);
    const { files, folders } = chosenFiles([inFolder('top/in/a'), inFolder('top/b')]);
    expect(folders).toEqual(['top', 'top/in']);
    expect(files.map(({ path }) => path)).toEqual(['top/in/a', 'top/b']);
    expect(() => chosenFiles([inFolder('../a')])).toThrow('stands for a folder');
    expect(() => chosenFiles([inFolder('a/b/c/d/e')], LIMITS)).toThrow('too deep');
  });
});
