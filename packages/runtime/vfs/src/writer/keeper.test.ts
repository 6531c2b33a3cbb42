/** What is kept, against what is there: the same calls in a living file system and in one that its log was replayed into. */
import { Errno, OpenFlags } from '@slipway/posix';
import { describe, expect, it } from 'vitest';
import { AsyncVfsClient, checkMemory, createVfsMemory, type KeepEnd, VfsWriter } from '../index.ts';
import { FakeKeepFile, seededRandom } from '../testing/fake-keep-file.ts';

const MEBIBYTE = 1024 * 1024;
const FILE_TYPE = 0o170000;
const [DIRECTORY, LINK, REGULAR] = [0o040000, 0o120000, 0o100000];

type Files = [FakeKeepFile, FakeKeepFile];

/** A file system and its writer in this thread. */
class Volume {
  readonly memory = createVfsMemory({ maxBytes: 128 * MEBIBYTE, now: () => 1 });
  readonly ends: KeepEnd[] = [];
  readonly files: Files;
  readonly fs = new AsyncVfsClient(this.memory, 0);
  readonly writer: VfsWriter;
  clock = 0;

  constructor(files: Files) {
    this.files = files;
    this.writer = new VfsWriter(this.memory, {
      now: () => 1_700_000_000_000 + this.clock++ * 10,
      onFault: (error) => {
        throw error;
      },
      keep: {
        files,
        root: '/home',
        without: ['/home/.npm/_cacache', '/home/.npm/_logs'],
        clock: () => this.clock,
        compactBeyondBytes: MEBIBYTE,
        onEnd: (end) => this.ends.push(end),
      },
    });
  }

  async do<T>(call: (fs: AsyncVfsClient) => Promise<T>): Promise<T> {
    let done = false;
    const answer = call(this.fs).finally(() => (done = true));
    // The client sends in a microtask of its own; a large call is several requests.
    while (!done) {
      this.writer.turn();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return answer;
  }

  /** Every file below a folder with all that stat(2) tells of it but its number. */
  tree(folder = '/home'): string[] {
    const listed = this.fs.readdir(this.fs.lookup(folder, false));
    if (typeof listed === 'number') throw new Error(`Cannot list "${folder}": ${listed}`);
    return listed.flatMap(({ name }) => {
      const path = `${folder}/${name}`;
      const stat = this.fs.statPath(path, false);
      if (typeof stat === 'number') throw new Error(`Cannot stat "${path}": ${stat}`);
      const { mode, nlink, uid, gid, size, mtimeMs, atimeMs, ctimeMs } = stat;
      const type = mode & FILE_TYPE;
      if (![DIRECTORY, LINK, REGULAR].includes(type)) return [];
      const told = `${path} ${mode.toString(8)} ${type === DIRECTORY ? '' : nlink} ${uid}:${gid} ${size} ${atimeMs} ${mtimeMs} ${ctimeMs}`;
      if (type === DIRECTORY) return [told, ...this.tree(path)];
      if (type === LINK) return [`${told} -> ${String(this.fs.readlink(stat.ino))}`];
      return [`${told} ${Buffer.from(this.fs.readFile(path) as Uint8Array).toString('latin1')}`];
    });
  }
}

const emptyFiles = (): Files => [new FakeKeepFile(), new FakeKeepFile()];

async function openVolume(files: Files = emptyFiles()): Promise<{ volume: Volume; restored: number }> {
  const volume = new Volume(files);
  for (const path of ['/home', '/tmp']) await volume.do((fs) => fs.mkdir(path, 0o755));
  return { volume, restored: await volume.do((fs) => fs.restore()) };
}

/** As after a crash of the tab: what is in the files is there, what was collected is not. */
async function reopen(volume: Volume): Promise<Volume> {
  await volume.do((fs) => fs.persist());
  const { volume: again } = await openVolume(volume.files.map((file) => file.afterCrash()) as Files);
  return again;
}

const write = (volume: Volume, path: string, text: string): Promise<number> =>
  volume.do((fs) => fs.writeFile(path, Buffer.from(text), 0o644));

describe('a kept folder', () => {
  it('is there again with its times, modes, links and holes', async () => {
    const { volume, restored } = await openVolume();
    expect(restored).toBe(0);
    await volume.do((fs) => fs.mkdirAll('/home/project/node_modules/.bin', 0o755));
    await write(volume, '/home/project/a.txt', 'one');
    await volume.do((fs) => fs.link('/home/project/a.txt', '/home/project/b.txt'));
    await volume.do((fs) => fs.symlink('../x', '/home/project/node_modules/.bin/x'));
    await volume.do((fs) => fs.chmod(fs.lookup('/home/project/a.txt', true), 0o755));
    await volume.do((fs) => fs.utimes(fs.lookup('/home/project/a.txt', true), 1000, 2000));
    const ino = await volume.do((fs) => fs.open('/home/project/hole', OpenFlags.creat | OpenFlags.wronly, 0o600));
    await volume.do((fs) => fs.write(ino, 5 * MEBIBYTE, Buffer.from('end')));
    await volume.do((fs) => fs.truncate(ino, 6 * MEBIBYTE));
    await volume.do((fs) => fs.writeFile('/home/project/large', new Uint8Array(300_000).fill(7), 0o644));
    // The hole is not written out.
    expect(volume.files[0].getSize()).toBeLessThan(400_000);
    const again = await reopen(volume);
    expect(again.tree()).toEqual(volume.tree());
    expect(checkMemory(again.memory)).toEqual([]);
    expect(again.fs.statPath('/home/project/hole', true)).toMatchObject({ size: 6 * MEBIBYTE });
  });

  it('what crosses its border is there when it lies in it, by any name and as it is then', async () => {
    const { volume } = await openVolume();
    await volume.do((fs) => fs.mkdirAll('/tmp/in/deep', 0o755));
    await write(volume, '/tmp/in/deep/f', 'before');
    await volume.do((fs) => fs.link('/tmp/in/deep/f', '/home/linked'));
    await volume.do((fs) => fs.rename('/tmp/in', '/home/in'));
    // By the name outside.
    await volume.do((fs) => fs.link('/home/linked', '/tmp/outside'));
    await write(volume, '/tmp/outside', 'after');
    await volume.do((fs) => fs.mkdirAll('/home/out/below', 0o755));
    await write(volume, '/home/out/below/g', 'g');
    await volume.do((fs) => fs.rename('/home/out', '/tmp/out'));
    await write(volume, '/tmp/out/below/g', 'changed outside');
    await volume.do((fs) => fs.rename('/home/in', '/tmp/out/in'));
    expect((await reopen(volume)).tree()).toHaveLength(1);
    // The outer one moved into what it held before.
    await volume.do((fs) => fs.rename('/tmp/out/in', '/home/in'));
    await volume.do((fs) => fs.rename('/tmp/out', '/home/in/deep/out'));
    await volume.do((fs) => fs.mknod('/home/socket', 0o140000 | 0o600));
    await write(volume, '/home/replaced', 'x');
    await volume.do((fs) => fs.rename('/home/socket', '/home/replaced'));
    const again = await reopen(volume);
    const withoutCounts = (tree: string[]): string[] =>
      // The name outside is no more, and a socket is not kept.
      tree.map((line) => line.replace(/^(\S+ \S+) [123] /, '$1 n ').replace(/^(\S+ 4\S+) .*/, '$1'));
    expect(withoutCounts(again.tree())).toEqual(withoutCounts(volume.tree()));
    expect(again.fs.readFile('/home/in/deep/out/below/g')).toEqual(new Uint8Array(Buffer.from('changed outside')));
    expect(again.fs.lookup('/home/replaced', false)).toBeLessThan(0);
    expect(checkMemory(again.memory)).toEqual([]);
  });

  it('without npm’s cache and logs, which are moved out of it and in again', async () => {
    const { volume } = await openVolume();
    await volume.do((fs) => fs.mkdirAll('/home/.npm/_cacache/tmp', 0o755));
    await write(volume, '/home/.npm/_cacache/tmp/big', 'not kept');
    await write(volume, '/home/.npm/index', 'kept');
    const size = volume.files[0].getSize();
    await write(volume, '/home/.npm/_cacache/tmp/big', 'not kept either');
    expect(volume.files[0].getSize()).toBe(size);
    expect((await reopen(volume)).tree().map((line) => line.split(' ')[0])).toEqual(['/home/.npm', '/home/.npm/index']);
    await volume.do((fs) => fs.rename('/home/.npm/_cacache', '/home/cache'));
    expect((await reopen(volume)).fs.readFile('/home/cache/tmp/big')).toEqual(
      new Uint8Array(Buffer.from('not kept either')),
    );
    await volume.do((fs) => fs.rename('/home/cache', '/home/.npm/_logs'));
    expect((await reopen(volume)).tree()).toHaveLength(2);
  });

  it('a file that is open without a name is gone after the crash, and nothing of it is left', async () => {
    const { volume } = await openVolume();
    const ino = await volume.do((fs) => fs.open('/home/f', OpenFlags.creat | OpenFlags.rdwr, 0o600));
    await volume.do((fs) => fs.unlink('/home/f'));
    await volume.do((fs) => fs.write(ino, 0, new Uint8Array(100_000)));
    const again = await reopen(volume);
    const fresh = (await openVolume()).volume;
    expect(again.fs.usage()).toEqual(fresh.fs.usage());
  });
});

describe('random calls', () => {
  const NAMES = ['a', 'b', 'c', 'd'];
  const ROOTS = ['/home', '/home', '/home', '/tmp', '/home/.npm'];

  async function call(volume: Volume, random: () => number): Promise<void> {
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
    const path = (): string =>
      [pick(ROOTS), ...Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(NAMES))].join('/');
    const kind = Math.floor(random() * 13);
    const from = path();
    const to = path();
    const { fs } = volume;
    const ino = fs.lookup(from, true);
    const bytes = Buffer.alloc(Math.floor(random() * random() * 9000), String(kind));
    await volume.do(async () => {
      if (kind <= 1) return await fs.mkdir(from, 0o755);
      if (kind <= 3) return await fs.writeFile(from, bytes, 0o644);
      if (kind === 4) return await fs.rename(from, to);
      if (kind === 5) return await fs.rename(to, from);
      if (kind === 6) return await fs.link(from, to);
      if (kind === 7) return await fs.symlink(`../${pick(NAMES)}`, to);
      if (kind === 8) return await (random() < 0.7 ? fs.unlink(from) : fs.removeTree(from));
      if (kind === 9) return await fs.copyFile(from, to, false);
      if (ino < 0) return ino;
      if (kind === 10) return await fs.write(ino, Math.floor(random() * 9000), bytes);
      if (kind === 11) return await fs.truncate(ino, Math.floor(random() * 9000));
      return await (random() < 0.5 ? fs.chmod(ino, 0o700 + Math.floor(random() * 0o77)) : fs.append(ino, bytes));
    });
  }

  it('TC-10 the living tree is the replayed one after every few calls, across reopenings and compactions', async () => {
    const random = seededRandom(7);
    let { volume } = await openVolume();
    await volume.do((fs) => fs.mkdir('/home/.npm', 0o755));
    for (let round = 0; round < 60; round++) {
      for (let at = 0; at < 25; at++) await call(volume, random);
      const again = await reopen(volume);
      // A file that has a name outside too has it no more.
      const comparable = (tree: string[]): string[] => tree.map((line) => line.replace(/^(\S+ 100\d+) \d+ /, '$1 '));
      expect(comparable(again.tree()), `round ${round}`).toEqual(comparable(volume.tree()));
      expect(checkMemory(again.memory)).toEqual([]);
      // Goes on in the replayed one now and then: it must write as good a log as the first.
      if (random() < 0.4) volume = again;
      if (random() < 0.3) {
        volume.writer.compactKept();
        expect(comparable((await reopen(volume)).tree()), `compacted in round ${round}`).toEqual(
          comparable(volume.tree()),
        );
      }
    }
    expect(volume.ends).toEqual([]);
    expect(volume.tree().length).toBeGreaterThan(5);
  });
});

describe('the pace', () => {
  it('what was collected goes to the file after 50 ms of rest, and to the disk after a second', async () => {
    const { volume } = await openVolume();
    await volume.do((fs) => fs.persist());
    await write(volume, '/home/a', 'x');
    const size = volume.files[0].getSize();
    expect(volume.writer.rest()).toBeLessThanOrEqual(50);
    volume.clock += 60;
    expect(volume.writer.rest()).toBeGreaterThan(500);
    expect(volume.files[0].getSize()).toBeGreaterThan(size);
    volume.clock += 1000;
    expect(volume.writer.rest()).toBeLessThanOrEqual(10_000);
    volume.clock += 10_000;
    expect(volume.writer.rest()).toBe(Infinity);
    // On the disk: no part of it is lost with the power.
    const after = volume.files.map((file) => file.afterPowerLoss(() => 0.99)) as Files;
    expect((await openVolume(after)).volume.tree()).toEqual(volume.tree());
  });

  it('TC-10 a log that is mostly about what is gone is made short, at rest and at the next opening', async () => {
    const { volume } = await openVolume();
    const fill = async (count: number): Promise<void> => {
      for (let at = 0; at < count; at++)
        await volume.do((fs) => fs.writeFile('/home/big', new Uint8Array(200_000), 0o644));
    };
    await fill(8);
    expect(volume.files[0].getSize()).toBeGreaterThan(1.5 * MEBIBYTE);
    const again = await reopen(volume);
    expect(Math.max(...again.files.map((file) => file.getSize()))).toBeLessThan(220_000);
    volume.clock += 11_000;
    volume.writer.rest();
    expect(volume.files.map((file) => file.getSize() > 220_000)).toEqual([false, false]);
    expect((await reopen(volume)).tree()).toEqual(volume.tree());
  });
});

describe('when it cannot go on', () => {
  const full = () => Object.assign(new Error('no room'), { name: 'QuotaExceededError' });

  it('a full disk: it says so once, and what was kept opens as it was at some moment', async () => {
    let left = 3;
    const before = (call: string): void => {
      if (call === 'write' && --left < 0) throw full();
    };
    const { volume } = await openVolume([new FakeKeepFile(before), new FakeKeepFile()]);
    for (let at = 0; at < 10; at++) expect(await write(volume, `/home/f${at}`, 'x'.repeat(60_000))).toBe(0);
    expect(volume.ends).toEqual([{ why: 'full' }]);
    expect(volume.fs.lookup('/home/f9', true)).toBeGreaterThan(0);
    expect(await volume.do((fs) => fs.persist())).toBe(Errno.EIO);
    expect(volume.files.every((file) => file.closed)).toBe(true);
    const kept = (await openVolume(volume.files.map((file) => file.afterCrash()) as Files)).volume.tree();
    expect(kept.length).toBeLessThan(10);
    expect(volume.tree().slice(0, kept.length)).toEqual(kept);
  });

  it('files of another build are left alone, those of none begin anew', async () => {
    const { volume } = await openVolume();
    await write(volume, '/home/a', 'x');
    await volume.do((fs) => fs.persist());
    const old = volume.files[0].afterCrash();
    // A format that is not ours, with the sum that belongs to it.
    const { crc32c } = await import('../keep/crc32c.ts');
    const header = new Uint8Array(32);
    old.read(header, { at: 0 });
    new DataView(header.buffer).setUint32(4, 2, true);
    new DataView(header.buffer).setUint32(28, crc32c(header, 0, 28, 0), true);
    old.write(header, { at: 0 });
    const size = old.getSize();
    const { volume: refused, restored } = await openVolume([old, new FakeKeepFile()]);
    expect([restored, refused.ends, old.getSize(), old.closed]).toEqual([0, [{ why: 'format' }], size, true]);
    const damaged = volume.files[0].afterCrash();
    damaged.write(new Uint8Array(32).fill(1), { at: 0 });
    const { volume: fresh, restored: none } = await openVolume([damaged, new FakeKeepFile()]);
    expect([none, fresh.tree()]).toEqual([0, []]);
    await write(fresh, '/home/b', 'y');
    expect((await reopen(fresh)).tree()).toEqual(fresh.tree());
  });

  it('let go of, it keeps no more, and the next one has the files', async () => {
    const { volume } = await openVolume();
    await write(volume, '/home/a', 'x');
    const kept = volume.tree();
    expect(await volume.do((fs) => fs.letGo())).toBe(0);
    expect([volume.ends, volume.files.every((file) => file.closed)]).toEqual([[{ why: 'closed' }], true]);
    await write(volume, '/home/b', 'y');
    const { volume: next, restored } = await openVolume(volume.files.map((file) => file.afterCrash()) as Files);
    expect([restored, next.tree()]).toEqual([1, kept]);
    expect(await volume.do((fs) => fs.restore())).toBe(0);
  });
});
