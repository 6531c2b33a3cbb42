import { Errno, OpenFlags } from '@slipway/posix';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AsyncVfsClient, type ImportEntry, VfsClient } from './index.ts';
import { type TestVolume, startVolume } from './testing/threads.ts';

const FOLDERS = 500;
const FILES = 400;
const GIGABYTE = 2 ** 30;

/** A tree like that of a large `node_modules`, 200,000 files in 500 folders. */
function* largeTree(): Generator<ImportEntry> {
  const bytes = new Uint8Array(300).fill(120);
  for (let folder = 0; folder < FOLDERS; folder++) {
    yield { type: 'directory', path: `package-${folder}` };
    for (let file = 0; file < FILES; file++) yield { type: 'file', path: `package-${folder}/module-${file}.js`, bytes };
  }
}

describe('a large project', () => {
  let volume: TestVolume;
  let fs: VfsClient;
  let kernel: AsyncVfsClient;
  beforeAll(() => {
    volume = startVolume({ maxBytes: 3 * GIGABYTE });
    fs = new VfsClient(volume.memory, 1);
    kernel = new AsyncVfsClient(volume.memory);
  });
  afterAll(() => volume.stop());

  const find = (path: string): number => fs.lookup(path, true);

  it('of 200,000 files takes what its bytes take and a little, is found into at once, and leaves nothing behind', async () => {
    const empty = fs.usage();
    const before = volume.memory.byteLength;
    fs.mkdir('/modules', 0o755);
    expect(fs.importEntries('/modules', largeTree())).toBe(0);
    const full = fs.usage();
    expect(empty.freeInodes - full.freeInodes).toBe(1 + FOLDERS + FOLDERS * FILES);
    // A kilobyte of content, 128 bytes of inode and one or two cells of 64 bytes for the name, each; the memory grows
    // by eighths.
    const each = ((empty.freeBlocks - full.freeBlocks) * full.blockSize) / (FOLDERS * FILES);
    expect(each).toBeLessThan(1024 + 128 + 128 + 20);
    expect(volume.memory.byteLength - before).toBeLessThan(FOLDERS * FILES * each * 1.25 + 16 * 2 ** 20);
    for (let folder = 0; folder < FOLDERS; folder++) {
      const list = fs.readdir(find(`/modules/package-${folder}`));
      expect(typeof list === 'number' ? list : list.length).toBe(FILES);
      const stat = fs.statPath(`/modules/package-${folder}/module-${FILES - 1}.js`, true);
      expect(typeof stat === 'number' ? stat : stat.size).toBe(300);
    }
    expect(find('/modules/package-0/module-400.js')).toBe(Errno.ENOENT);
    expect(fs.rename('/modules', '/moved')).toBe(0);
    expect(fs.removeTree('/moved')).toBe(0);
    expect(await kernel.check()).toEqual([]);
    const after = fs.usage();
    expect(after.freeInodes).toBe(empty.freeInodes);
    // The tables of inodes and names stay as large as they were.
    expect((empty.freeBlocks - after.freeBlocks) * full.blockSize).toBeLessThan(FOLDERS * FILES * (128 + 128 + 20));
  });

  it('may hold a file of two gigabytes, most of it never written', async () => {
    const ino = fs.open('/huge', OpenFlags.rdwr | OpenFlags.creat, 0o644);
    const piece = new Uint8Array(100_000).fill(7);
    for (const position of [0, GIGABYTE - 50_000, 2 * GIGABYTE - piece.length])
      expect(fs.write(ino, position, piece)).toBe(piece.length);
    const stat = fs.stat(ino);
    expect(typeof stat === 'number' ? stat : [stat.size, stat.blocks * 512 < 2 ** 20]).toEqual([2 * GIGABYTE, true]);
    const into = new Uint8Array(piece.length + 2);
    expect(fs.read(ino, GIGABYTE - 50_001, into)).toBe(into.length);
    expect([into[0], into[1], into[piece.length], into[piece.length + 1]]).toEqual([0, 7, 7, 0]);
    expect(fs.read(ino, 2 * GIGABYTE - 1, into)).toBe(1);
    expect(fs.copyFile('/huge', '/copy', true)).toBe(0);
    expect(fs.truncate(ino, GIGABYTE)).toBe(0);
    fs.release(ino);
    expect(fs.unlink('/huge')).toBe(0);
    expect(fs.unlink('/copy')).toBe(0);
    expect(await kernel.check()).toEqual([]);
  });
});
