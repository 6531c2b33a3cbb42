import { readdir } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { type FolderContainer, openFolderContainer } from '../testing/folder-container.ts';
import { runInContainer } from './run-in-container.ts';

const open: FolderContainer[] = [];
afterEach(async () => {
  for (const folder of open.splice(0)) await folder.remove();
});

async function begin(): Promise<FolderContainer> {
  const folder = await openFolderContainer({});
  open.push(folder);
  return folder;
}

it('tells how a program ended and what it said, of both streams', async () => {
  const { container } = await begin();
  const end = await runInContainer(container, 'sh', ['-c', 'echo out; echo err >&2; exit 3']);
  expect(end.code).toBe(3);
  expect(end.output.split('\n').sort()).toEqual(['', 'err', 'out']);
});

it('keeps the end of what a program says without measure', async () => {
  const { container } = await begin();
  const { output } = await runInContainer(container, 'sh', ['-c', 'yes | head -c 600000; echo last']);
  expect(output).toHaveLength(256 * 1024);
  expect(output.endsWith('last\n')).toBe(true);
});

it('kills a program that does not end, and says which', async () => {
  const folder = await begin();
  const endless = runInContainer(folder.container, 'sleep', ['1000'], 20);
  await expect(endless).rejects.toThrow('Cannot wait for "sleep": it did not end within 0.02 s');
  expect(await readdir(folder.root)).toEqual([]);
});
