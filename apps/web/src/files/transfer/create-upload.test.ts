import { afterEach, expect, it } from 'vitest';
import { createOperations } from '../operations/create-operations.ts';
import { type FolderContainer, openFolderContainer } from '../testing/folder-container.ts';
import { createUpload } from './create-upload.ts';
import type { Incoming } from './incoming.ts';

const open: FolderContainer[] = [];
afterEach(async () => {
  for (const folder of open.splice(0)) await folder.remove();
});

async function begin() {
  const folder = await openFolderContainer({ 'to/here': '' });
  open.push(folder);
  const operations = createOperations(folder.container, {
    askConflict: async () => ({ answer: 'cancel', all: true }),
    askForever: async () => false,
    beforeChange: async () => undefined,
    onMoved: () => undefined,
    onDeleted: () => undefined,
    reread: async () => undefined,
  });
  return { folder, operations, upload: createUpload(folder.container, operations) };
}

const incoming = (...paths: string[]): Incoming => ({
  files: paths.map((path) => ({ path, file: new File([path], 'any') })),
  folders: [...new Set(paths.filter((path) => path.includes('/')).map((path) => path.split('/')[0] ?? ''))],
});

it('UX-05 uploads files and folders as one operation that is undone', async () => {
  const { folder, operations, upload } = await begin();
  const before = await folder.tree();
  const outcome = await upload.start('to', async () => incoming('a', 'dir/b', 'dir/c'));
  expect(outcome).toMatchObject({ outcome: 'done', text: 'Upload 2 entries', undoable: true });
  expect(await folder.tree()).toMatchObject({ 'to/a': 'a', 'to/dir/b': 'dir/b', 'to/dir/c': 'dir/c' });
  expect(upload.progress()).toBeUndefined();
  await operations.undo();
  expect(await folder.tree()).toEqual(before);
});

it('cancels after the file under way; what is there is one operation', async () => {
  const { folder, operations, upload } = await begin();
  const before = await folder.tree();
  const { fs } = folder.container;
  const write = fs.writeFile.bind(fs);
  Object.assign(fs, {
    writeFile: async (path: string, data: Uint8Array) => {
      expect(upload.progress()).toMatchObject({ files: 3 });
      if (path === 'to/dir/b') upload.cancel();
      await write(path, data);
    },
  });
  const outcome = await upload.start('to', async () => incoming('dir/a', 'dir/b', 'dir/c'));
  expect(outcome).toMatchObject({ outcome: 'done', text: 'Upload cancelled: 2 of 3 files are here', undoable: true });
  expect(Object.keys(await folder.tree()).sort()).toEqual(['to', 'to/dir', 'to/dir/a', 'to/dir/b', 'to/here']);
  await operations.undo();
  expect(await folder.tree()).toEqual(before);
});

it('says what could not be written, keeps the rest undoable, and takes one upload at a time', async () => {
  const { folder, operations, upload } = await begin();
  const before = await folder.tree();
  const { fs } = folder.container;
  const mkdir = fs.mkdir.bind(fs) as (path: string) => Promise<void>;
  Object.assign(fs, {
    mkdir: async (path: string) => {
      if (path === 'to/dir') throw new Error('ENOSPC: disk full');
      await mkdir(path);
    },
  });
  const first = upload.start('to', async () => incoming('one/a', 'dir/b'));
  expect(await upload.start('to', async () => incoming('x'))).toMatchObject({
    text: 'An upload is going on: cancel it, or wait for its end',
  });
  expect(await first).toMatchObject({
    outcome: 'refused',
    text: 'Cannot finish at "to/dir": ENOSPC: disk full',
  });
  // The whole of it is taken back, as far as it came.
  expect(await folder.tree()).toMatchObject({ 'to/one/a': 'one/a' });
  await folder.container.fs.writeFile('to/dir', 'stands for the folder that could not be made');
  await operations.undo();
  expect(await folder.tree()).toEqual(before);

  const cancelled = upload.start('to', async (signal) => {
    upload.cancel();
    signal.throwIfAborted();
    return incoming('never');
  });
  expect(await cancelled).toEqual({ outcome: 'cancelled' });
  expect(await upload.start('to', async () => incoming())).toMatchObject({ outcome: 'refused' });
  expect(await upload.start('to', async () => incoming('here'))).toEqual({ outcome: 'cancelled' });
});
