import { Errno, OpenFlags } from '@slipway/posix';
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { AsyncVfsClient, VfsClient } from './index.ts';
import type { CallerData } from './testing/caller.worker.ts';
import { type TestVolume, startThread, startVolume } from './testing/threads.ts';

// vitest's own comparison of typed arrays takes seconds per megabyte.
const same = (left: Uint8Array | number, right: Uint8Array): boolean =>
  typeof left !== 'number' && Buffer.compare(left, right) === 0;

let volume: TestVolume | undefined;
afterEach(async () => {
  await volume?.stop();
  volume = undefined;
});

class Callers {
  readonly control = new SharedArrayBuffer(8);
  readonly #words = new Int32Array(this.control, 0, 2);
  readonly #results: Promise<unknown>[] = [];
  readonly #memory: SharedArrayBuffer;

  constructor(memory: SharedArrayBuffer) {
    this.#memory = memory;
  }

  start(slot: number, scenario: CallerData['scenario']): void {
    const worker = startThread('./caller.worker.ts', {
      memory: this.#memory,
      slot,
      scenario,
      control: this.control,
    } satisfies CallerData);
    this.#results.push(
      new Promise((resolve, reject) => {
        worker.on('error', reject);
        worker.on('message', ({ result }) => resolve(result));
      }),
    );
  }

  /** Waits until `count` callers are at it. */
  async running(count: number): Promise<void> {
    for (let seen = Atomics.load(this.#words, 1); seen < count; seen = Atomics.load(this.#words, 1)) {
      const wait = Atomics.waitAsync(this.#words, 1, seen);
      if (wait.async) await wait.value;
    }
  }

  async stop(): Promise<unknown[]> {
    Atomics.store(this.#words, 0, 1);
    return await Promise.all(this.#results);
  }
}

describe('readers beside the writer', () => {
  it('never see a torn file, whether it is replaced or written over in place', async () => {
    volume = startVolume();
    const fs = new VfsClient(volume.memory, 1);
    const kernel = new AsyncVfsClient(volume.memory);
    fs.writeFile('/torn', new Uint8Array(10), 0o644);
    const callers = new Callers(volume.memory);
    callers.start(2, 'reads-whole-files');
    callers.start(3, 'reads-whole-files');
    await callers.running(2);
    const ino = fs.lookup('/torn', true);
    for (let round = 0; round < 2000; round++) {
      if (round % 3 === 0)
        expect(fs.writeFile('/torn', new Uint8Array(((round * 977) % 200_000) + 1).fill(round), 0o644)).toBe(0);
      else if (round % 3 === 1) fs.writeFile('/torn', new Uint8Array(30_000).fill(round), 0o644);
      else fs.write(ino, 0, new Uint8Array(30_000).fill(round));
    }
    for (const result of await callers.stop())
      expect(result).toEqual({ reads: expect.any(Number), seen: expect.any(Number) });
    expect(await kernel.check()).toEqual([]);
  });

  it('find whole files or none in a tree that comes and goes', async () => {
    volume = startVolume();
    const fs = new VfsClient(volume.memory, 1);
    const kernel = new AsyncVfsClient(volume.memory);
    fs.mkdir('/moving', 0o755);
    fs.writeFile('/moving/a', new Uint8Array(1), 0o644);
    const callers = new Callers(volume.memory);
    callers.start(2, 'walks-a-changing-tree');
    callers.start(3, 'walks-a-changing-tree');
    await callers.running(2);
    for (let round = 0; round < 300; round++) {
      fs.mkdir('/tree', 0o755);
      for (let index = 0; index < 5; index++) fs.mkdir(`/tree/d${index}`, 0o755);
      const entries = Array.from({ length: 50 }, (_, index) => ({
        type: 'file' as const,
        path: `d${index % 5}/f${index}`,
        bytes: new Uint8Array(100 + index).fill(index),
      }));
      expect(fs.importEntries('/tree', entries)).toBe(0);
      fs.rename('/moving/a', '/moving/b');
      fs.rename('/moving/b', '/moving/a');
      expect(fs.removeTree('/tree')).toBe(0);
    }
    for (const result of await callers.stop()) expect(result).toEqual(expect.any(Number));
    expect(await kernel.check()).toEqual([]);
  });

  it('keep what they hold while others unlink it', async () => {
    volume = startVolume();
    const kernel = new AsyncVfsClient(volume.memory);
    const callers = new Callers(volume.memory);
    for (const slot of [1, 2, 3]) callers.start(slot, 'opens-and-closes');
    await callers.running(3);
    for (let round = 0; round < 500; round++) await kernel.writeFile('/contended', new Uint8Array(50), 0o644);
    for (const result of await callers.stop()) expect(result).toEqual(expect.any(Number));
    expect(await kernel.check()).toEqual([]);
  });
});

describe('space', () => {
  it('grows up to its maximum, then says ENOSPC, and takes everything back', async () => {
    volume = startVolume({ maxBytes: 64 * 1024 * 1024 });
    const fs = new VfsClient(volume.memory, 1);
    const kernel = new AsyncVfsClient(volume.memory);
    const free = fs.usage().freeBlocks;
    for (let round = 0; round < 3; round++) {
      let files = 0;
      while (fs.writeFile(`/f${files}`, new Uint8Array(1_000_000).fill(files), 0o644) === 0) files++;
      expect(files).toBeGreaterThan(25);
      expect(fs.writeFile('/more', new Uint8Array(1_000_000), 0o644)).toBe(Errno.ENOSPC);
      expect(fs.lookup('/more', true)).toBe(Errno.ENOENT);
      expect(same(fs.readFile(`/f${files - 1}`), new Uint8Array(1_000_000).fill(files - 1))).toBe(true);
      // The pieces left over serve a file of many extents.
      const ino = fs.open('/pieces', OpenFlags.rdwr | OpenFlags.creat, 0o644);
      for (let file = 0; file < files; file += 2) fs.unlink(`/f${file}`);
      const content = new Uint8Array(12_000_000).map((_, index) => index >>> 10);
      expect(fs.write(ino, 0, content)).toBe(content.length);
      expect(same(fs.readFile('/pieces'), content)).toBe(true);
      fs.release(ino);
      expect(await kernel.check()).toEqual([]);
      for (let file = 1; file < files; file += 2) fs.unlink(`/f${file}`);
      fs.unlink('/pieces');
      expect(await kernel.check()).toEqual([]);
      expect(fs.usage().freeBlocks).toBeGreaterThan(free - 1024);
    }
  });

  it('says ENOSPC for names as well, without losing any', async () => {
    volume = startVolume({ maxBytes: 28 * 1024 * 1024, initialBytes: 0 });
    const fs = new VfsClient(volume.memory, 1);
    const kernel = new AsyncVfsClient(volume.memory);
    let made = 0;
    while (fs.mkdir(`/directory-with-a-name-of-some-length-so-that-it-needs-two-cells-${made}`, 0o755) === 0) made++;
    expect(fs.mkdir('/x'.repeat(1) + 'y'.repeat(200), 0o755)).toBe(Errno.ENOSPC);
    expect((fs.readdir(fs.lookup('/', true)) as unknown[]).length).toBe(made);
    expect(await kernel.check()).toEqual([]);
  });
});

describe('a link on a disk whose free space lies in single blocks', () => {
  it('has its whole target, and no file has a byte of it', async () => {
    volume = startVolume({ maxBytes: 28 * 1024 * 1024, initialBytes: 0 });
    const fs = new VfsClient(volume.memory, 1);
    const kernel = new AsyncVfsClient(volume.memory);
    const blockOf = (file: number): Uint8Array => new Uint8Array(1024).fill(file % 251);
    let files = 0;
    while (fs.writeFile(`/f${files}`, blockOf(files), 0o644) === 0) files++;
    for (let file = 0; file < files; file += 2) expect(fs.unlink(`/f${file}`)).toBe(0);
    const target = 'target/'.repeat(600).slice(0, 4095);
    expect(fs.symlink(target, '/link')).toBe(0);
    expect(fs.readlink(fs.lookup('/link', false))).toBe(target);
    for (let file = 1; file < files; file += 2)
      expect(same(fs.readFile(`/f${file}`), blockOf(file)), `/f${file}`).toBe(true);
    expect(await kernel.check()).toEqual([]);
  });
});

describe('a caller that is terminated', () => {
  const acts = ['write', 'replace', 'names'] as const;
  it.each(acts)('in the middle of "%s" leaves a sound file system, wherever it was', async (act) => {
    volume = startVolume();
    const kernel = new AsyncVfsClient(volume.memory);
    await kernel.mkdir('/dying', 0o755);
    await kernel.writeFile('/dying/whole', new Uint8Array(100_000).fill(1), 0o644);
    // A sample with real threads; crash-points.test.ts has every single point, of every call.
    for (let stopAt = 1; ; stopAt += 11) {
      const died = await dieAt(volume.memory, act, stopAt);
      await kernel.releaseSlot(5);
      expect(await kernel.check(), `after store ${stopAt}`).toEqual([]);
      const whole = kernel.readFile('/dying/whole') as Uint8Array;
      expect([100_000, 200_000]).toContain(whole.length);
      expect(new Set(whole).size).toBe(1);
      if (!died) break;
      await kernel.removeTree('/dying/a');
      await kernel.removeTree('/dying/c');
      await kernel.removeTree('/dying/l');
      await kernel.removeTree('/dying/file');
    }
  });
});

/** False when the caller got to its end before. */
async function dieAt(memory: SharedArrayBuffer, act: 'write' | 'replace' | 'names', stopAt: number): Promise<boolean> {
  const data: CallerData = { memory, slot: 5, scenario: 'dies', control: new SharedArrayBuffer(8), stopAt, act };
  const worker: Worker = startThread('./caller.worker.ts', data);
  const message = await new Promise<unknown>((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', resolve);
  });
  await worker.terminate();
  return message === 'parked';
}
