import { Errno, OpenFlags } from '@slipway/posix';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AsyncVfsClient, type Dirent, DirentType, type Stat, VfsClient, decodeName, encodeName } from './index.ts';
import { type TestVolume, startVolume } from './testing/threads.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const string = (bytes: Uint8Array | number): string | number =>
  typeof bytes === 'number' ? bytes : new TextDecoder().decode(bytes);

let volume: TestVolume;
let fs: VfsClient;
let kernel: AsyncVfsClient;

beforeAll(() => {
  volume = startVolume();
  fs = new VfsClient(volume.memory, 1);
  kernel = new AsyncVfsClient(volume.memory);
});
afterAll(() => volume.stop());

beforeEach(() => {
  expect(fs.removeTree('/t')).toBe(0);
  expect(fs.mkdir('/t', 0o755)).toBe(0);
});

const stat = (path: string, follow = true): Stat => {
  const result = fs.statPath(path, follow);
  if (typeof result === 'number') throw new Error(`Cannot stat "${path}": ${result}`);
  return result;
};
const names = (path: string): string[] => {
  const list = fs.readdir(fs.lookup(path, true));
  return typeof list === 'number' ? [`${list}`] : list.map((entry) => entry.name);
};

describe('the empty path', () => {
  it('names nothing: not the root, and no parent of it is made', async () => {
    const { ENOENT } = Errno;
    const answers = [
      fs.lookup('', true),
      fs.lookup('', false),
      fs.statPath('', true),
      fs.realpath(''),
      fs.readFile(''),
      fs.open('', OpenFlags.rdonly, 0),
      fs.open('', OpenFlags.wronly | OpenFlags.creat, 0o644),
      fs.writeFile('', text('x'), 0o644),
      fs.mkdir('', 0o755),
      fs.mkdirAll('', 0o755).errno,
      fs.rmdir(''),
      fs.unlink(''),
      fs.rename('', '/t/x'),
      fs.rename('/t', ''),
      fs.link('', '/t/x'),
      fs.symlink('', '/t/x'),
      fs.symlink('/t', ''),
      fs.mknod('', 0o140644),
      fs.copyFile('', '/t/x', false),
      (await kernel.mkdirAll('', 0o755)).errno,
    ];
    expect(answers).toEqual(answers.map(() => ENOENT));
    expect(fs.removeTree('')).toBe(0);
    expect(names('/t')).toEqual([]);
  });
});

describe('files', () => {
  it('reads back what was written, over many pieces and with a hole', () => {
    const ino = fs.open('/t/a', OpenFlags.rdwr | OpenFlags.creat, 0o640);
    expect(ino).toBeGreaterThan(0);
    const big = new Uint8Array(300_000).map((_, index) => index % 251);
    expect(fs.write(ino, 0, big)).toBe(300_000);
    expect(fs.write(ino, 2_000_000, text('end'))).toBe(3);
    const all = fs.readFile('/t/a') as Uint8Array;
    expect(all.length).toBe(2_000_003);
    expect(Buffer.compare(all.subarray(0, 300_000), big)).toBe(0);
    expect(all.subarray(300_000, 2_000_000).every((byte) => byte === 0)).toBe(true);
    expect(stat('/t/a')).toMatchObject({ mode: 0o100640, nlink: 1, size: 2_000_003 });
    fs.release(ino);
  });

  it('shows zeros where a file was cut and grown again', () => {
    fs.writeFile('/t/a', text('x'.repeat(5000)), 0o644);
    const ino = fs.lookup('/t/a', true);
    fs.truncate(ino, 10);
    fs.truncate(ino, 4000);
    expect(string(fs.readFile('/t/a'))).toBe('x'.repeat(10) + '\0'.repeat(3990));
    fs.truncate(ino, 3);
    fs.write(ino, 8, text('yy'));
    expect(string(fs.readFile('/t/a'))).toBe('xxx\0\0\0\0\0yy');
  });

  it('keeps a size of a gigabyte without filling it', () => {
    fs.writeFile('/t/a', text('x'), 0o644);
    expect(fs.truncate(fs.lookup('/t/a', true), 2 ** 30)).toBe(0);
    expect(fs.write(fs.lookup('/t/a', true), 2 ** 29, text('mid'))).toBe(3);
    expect(stat('/t/a')).toMatchObject({ size: 2 ** 30 });
    expect(stat('/t/a').blocks).toBeLessThan(64);
    const into = new Uint8Array(8);
    expect(fs.read(fs.lookup('/t/a', true), 2 ** 29 - 2, into)).toBe(8);
    expect(string(into)).toBe('\0\0mid\0\0\0');
  });

  it('writes holes in the middle without showing what the space held before', () => {
    for (let round = 0; round < 20; round++) {
      fs.writeFile(`/t/junk${round}`, new Uint8Array(9000).fill(255), 0o644);
    }
    for (let round = 0; round < 20; round++) fs.unlink(`/t/junk${round}`);
    const ino = fs.open('/t/sparse', OpenFlags.rdwr | OpenFlags.creat, 0o644);
    const model = new Uint8Array(200_000);
    let end = 0;
    let seed = 1;
    for (let step = 0; step < 300; step++) {
      seed = (seed * 48_271) % 2_147_483_647;
      const position = seed % 150_000;
      const length = (seed >>> 8) % 4000;
      const bytes = new Uint8Array(length).fill(1 + (step % 254));
      if (step % 17 === 0) {
        model.fill(0, position);
        fs.truncate(ino, position);
        end = position;
      } else {
        expect(fs.write(ino, position, bytes)).toBe(length);
        model.set(bytes, position);
        if (length > 0) end = Math.max(end, position + length);
      }
    }
    expect(Buffer.compare(fs.readFile('/t/sparse') as Uint8Array, model.subarray(0, end))).toBe(0);
    fs.release(ino);
  });

  it('appends at the end whoever wrote last', () => {
    fs.writeFile('/t/a', text('1'), 0o644);
    const ino = fs.lookup('/t/a', true);
    fs.append(ino, text('2'));
    fs.append(ino, text('3'));
    expect(string(fs.readFile('/t/a'))).toBe('123');
  });

  it('replaces content without changing the inode, its mode or its other names', () => {
    fs.writeFile('/t/a', text('old'), 0o600);
    fs.link('/t/a', '/t/b');
    const before = stat('/t/a');
    expect(fs.writeFile('/t/a', new Uint8Array(200_000).fill(7), 0o777)).toBe(0);
    expect(stat('/t/b')).toMatchObject({ ino: before.ino, mode: 0o100600, nlink: 2, size: 200_000 });
  });

  it('copies a file with its permissions', () => {
    fs.writeFile('/t/a', new Uint8Array(100_000).fill(3), 0o751);
    expect(fs.copyFile('/t/a', '/t/b', true)).toBe(0);
    expect(fs.copyFile('/t/a', '/t/b', true)).toBe(Errno.EEXIST);
    expect(stat('/t/b')).toMatchObject({ mode: 0o100751, size: 100_000, nlink: 1 });
    expect(Buffer.compare(fs.readFile('/t/b') as Uint8Array, new Uint8Array(100_000).fill(3))).toBe(0);
  });

  it('keeps an unlinked file alive for whoever retains it', async () => {
    const ino = fs.open('/t/a', OpenFlags.rdwr | OpenFlags.creat, 0o644);
    fs.write(ino, 0, text('still here'));
    expect(fs.unlink('/t/a')).toBe(0);
    expect(fs.lookup('/t/a', true)).toBe(Errno.ENOENT);
    const into = new Uint8Array(20);
    expect(fs.read(ino, 0, into)).toBe(10);
    expect(fs.write(ino, 10, text('!'))).toBe(1);
    expect(fs.stat(ino)).toMatchObject({ nlink: 0, size: 11 });
    expect(fs.retain(ino)).toBe(0);
    fs.release(ino);
    fs.release(ino);
    expect(await kernel.check()).toEqual([]);
    expect(fs.stat(ino)).toBe(Errno.ESTALE);
    expect(fs.retain(ino)).toBe(Errno.ESTALE);
  });
});

describe('names', () => {
  it('resolves links, dots and trailing slashes as POSIX has it', () => {
    fs.mkdirAll('/t/real/deep', 0o755);
    fs.writeFile('/t/real/file', text('F'), 0o644);
    fs.symlink('real/deep', '/t/short');
    fs.symlink('/t/real/file', '/t/f');
    expect(fs.realpath('/t/short/../file')).toBe('/t/real/file');
    expect(fs.realpath('/t/f')).toBe('/t/real/file');
    expect(fs.lookup('/t/f', false)).not.toBe(fs.lookup('/t/f', true));
    expect(fs.lookup('/t/short/', false)).toBe(fs.lookup('/t/real/deep', false));
    expect(fs.lookup('/t/f/', true)).toBe(Errno.ENOTDIR);
    expect(fs.lookup('/t/real/file/x', true)).toBe(Errno.ENOTDIR);
    expect(fs.lookup('/t/real/file/..', true)).toBe(Errno.ENOTDIR);
    expect(fs.lookup('/../../t/./real//file', true)).toBe(fs.lookup('/t/real/file', true));
    expect(fs.readlink(fs.lookup('/t/f', false))).toBe('/t/real/file');
    expect(fs.pathOf(fs.lookup('/t/short', true))).toBe('/t/real/deep');
  });

  it('gives up on circles and on names that are too long', () => {
    fs.symlink('b', '/t/a');
    fs.symlink('a', '/t/b');
    expect(fs.lookup('/t/a', true)).toBe(Errno.ELOOP);
    expect(fs.lookup('/t/' + 'é'.repeat(128), true)).toBe(Errno.ENAMETOOLONG);
    expect(fs.mkdir('/t/' + 'é'.repeat(127), 0o755)).toBe(0);
    expect(names('/t')).toContain('é'.repeat(127));
    expect(fs.lookup('/t/' + 'x/'.repeat(2100), true)).toBe(Errno.ENAMETOOLONG);
  });

  it.each<[string, () => number, number]>([
    ['unlink of nothing', () => fs.unlink('/t/none'), Errno.ENOENT],
    ['unlink of a directory', () => fs.unlink('/t/d'), Errno.EISDIR],
    ['rmdir of a file', () => fs.rmdir('/t/f'), Errno.ENOTDIR],
    ['rmdir of a full directory', () => fs.rmdir('/t/d'), Errno.ENOTEMPTY],
    ['rmdir of "."', () => fs.rmdir('/t/e/.'), Errno.EINVAL],
    ['rmdir of the root', () => fs.rmdir('/'), Errno.EBUSY],
    ['mkdir over a file', () => fs.mkdir('/t/f', 0o755), Errno.EEXIST],
    ['mkdir without a parent', () => fs.mkdir('/t/no/x', 0o755), Errno.ENOENT],
    ['mkdir below a file', () => fs.mkdir('/t/f/x', 0o755), Errno.ENOTDIR],
    ['mkdirAll below a file', () => fs.mkdirAll('/t/f/x/y', 0o755).errno, Errno.ENOTDIR],
    ['mkdirAll over a file', () => fs.mkdirAll('/t/f', 0o755).errno, Errno.EEXIST],
    ['link to a directory', () => fs.link('/t/d', '/t/x'), Errno.EPERM],
    ['link over a file', () => fs.link('/t/f', '/t/g'), Errno.EEXIST],
    ['symlink over a file', () => fs.symlink('x', '/t/f'), Errno.EEXIST],
    ['empty symlink', () => fs.symlink('', '/t/x'), Errno.ENOENT],
    ['open of nothing', () => fs.open('/t/none', OpenFlags.rdonly, 0), Errno.ENOENT],
    ['open of a directory for writing', () => fs.open('/t/d', OpenFlags.wronly, 0), Errno.EISDIR],
    ['open with O_CREAT of a directory', () => fs.open('/t/d', OpenFlags.creat, 0o644), Errno.EISDIR],
    ['open with O_EXCL of a file', () => fs.open('/t/f', OpenFlags.creat | OpenFlags.excl, 0o644), Errno.EEXIST],
    [
      'open with O_EXCL of a dangling link',
      () => fs.open('/t/l', OpenFlags.creat | OpenFlags.excl, 0o644),
      Errno.EEXIST,
    ],
    ['open with O_NOFOLLOW of a link', () => fs.open('/t/l', OpenFlags.nofollow, 0), Errno.ELOOP],
    ['open with O_DIRECTORY of a file', () => fs.open('/t/f', OpenFlags.directory, 0), Errno.ENOTDIR],
    [
      'open with O_CREAT and a trailing slash',
      () => fs.open('/t/new/', OpenFlags.creat | OpenFlags.wronly, 0o644),
      Errno.EISDIR,
    ],
    ['rename of nothing', () => fs.rename('/t/none', '/t/x'), Errno.ENOENT],
    ['rename of a directory into itself', () => fs.rename('/t/d', '/t/d/in/x'), Errno.EINVAL],
    ['rename of a file over a directory', () => fs.rename('/t/f', '/t/e'), Errno.EISDIR],
    ['rename of a directory over a file', () => fs.rename('/t/e', '/t/f'), Errno.ENOTDIR],
    ['rename of a directory over a full one', () => fs.rename('/t/e', '/t/d'), Errno.ENOTEMPTY],
    ['rename of "."', () => fs.rename('/t/e/.', '/t/x'), Errno.EBUSY],
    ['rename of a file to a name with a slash', () => fs.rename('/t/f', '/t/x/'), Errno.ENOTDIR],
    ['rename onto another name of the same file', () => fs.rename('/t/f', '/t/g2'), 0],
    ['rename of a directory over an empty one', () => fs.rename('/t/d', '/t/e'), 0],
    ['truncate of a directory', () => fs.truncate(fs.lookup('/t/d', true), 0), Errno.EISDIR],
    ['write to a stale inode', () => fs.write(2 ** 40 + 5, 0, text('x')), Errno.ESTALE],
    ['removeTree of nothing', () => fs.removeTree('/t/none/x'), 0],
    ['readlink of a file', () => fs.readlink(fs.lookup('/t/f', true)) as number, Errno.EINVAL],
    ['readdir of a file', () => fs.readdir(fs.lookup('/t/f', true)) as number, Errno.ENOTDIR],
    ['readFile of a directory', () => fs.readFile('/t/d') as number, Errno.EISDIR],
    ['writeFile over a directory', () => fs.writeFile('/t/d', text('x'), 0o644), Errno.EISDIR],
  ])('%s answers as Linux does', async (_title, act, expected) => {
    fs.mkdirAll('/t/d/in', 0o755);
    fs.mkdir('/t/e', 0o755);
    fs.writeFile('/t/f', text('f'), 0o644);
    fs.link('/t/f', '/t/g2');
    fs.writeFile('/t/g', text('g'), 0o644);
    fs.symlink('nowhere', '/t/l');
    expect(act()).toBe(expected);
    expect(await kernel.check()).toEqual([]);
  });

  it('keeps names that are no UTF-8, byte for byte', () => {
    const raw = Uint8Array.of(
      0x61,
      0xff,
      0xe2,
      0x82,
      0x62,
      0xed,
      0xa0,
      0x80,
      0xf0,
      0x9f,
      0x98,
      0x80,
      0xc3,
      0xa9,
      0xf4,
      0x90,
      0xef,
      0xbf,
      0xbd,
    );
    const name = decodeName(raw);
    expect(name).toBe('a\udcff\udce2\udc82b\udced\udca0\udc80\u{1f600}\u00e9\udcf4\udc90\ufffd');
    expect(encodeName(name)).toEqual(raw);
    expect(fs.writeFile(`/t/${name}`, text('x'), 0o644)).toBe(0);
    expect(fs.symlink(name, '/t/link')).toBe(0);
    expect(names('/t')).toEqual([name, 'link']);
    expect(string(fs.readFile(`/t/${name}`))).toBe('x');
    expect(fs.readlink(fs.lookup('/t/link', false))).toBe(name);
    expect(fs.realpath('/t/link')).toBe(`/t/${name}`);
    expect(fs.lookup('/t/a\ufffd', true)).toBe(Errno.ENOENT);
    // A lone surrogate that stands for no byte is a character that cannot be encoded.
    expect(fs.writeFile('/t/\ud800', text('y'), 0o644)).toBe(0);
    expect(string(fs.readFile('/t/\ufffd'))).toBe('y');
  });

  it('names sockets and FIFOs, which hold nothing and cannot be opened as files', async () => {
    expect(fs.mknod('/t/s', 0o140755)).toBe(0);
    expect(fs.mknod('/t/p', 0o010644)).toBe(0);
    expect(fs.mknod('/t/s', 0o140755)).toBe(Errno.EEXIST);
    expect(fs.mknod('/t/x', 0o060644)).toBe(Errno.EINVAL);
    expect(stat('/t/s').mode).toBe(0o140755);
    expect((fs.readdir(fs.lookup('/t', true)) as Dirent[]).map(({ name, type }) => [name, type])).toEqual([
      ['s', DirentType.socket],
      ['p', DirentType.fifo],
    ]);
    expect(fs.open('/t/s', OpenFlags.rdwr, 0)).toBe(Errno.ENXIO);
    expect(fs.open('/t/s', OpenFlags.rdwr | OpenFlags.trunc, 0)).toBe(Errno.ENXIO);
    expect(fs.open('/t/p', OpenFlags.rdonly, 0)).toBe(Errno.ENXIO);
    expect(fs.writeFile('/t/p', text('x'), 0o644)).toBe(Errno.ENXIO);
    expect(fs.rename('/t/s', '/t/q')).toBe(0);
    expect(fs.unlink('/t/q')).toBe(0);
    expect(await kernel.check()).toEqual([]);
  });

  it('creates through a dangling link', () => {
    fs.symlink('made', '/t/l');
    const ino = fs.open('/t/l', OpenFlags.creat | OpenFlags.wronly, 0o644);
    expect(ino).toBe(fs.lookup('/t/made', false));
    fs.release(ino);
  });

  it('makes directories on the way and says which was the first', () => {
    expect(fs.mkdirAll('/t/a/b/c', 0o755)).toEqual({ errno: 0, created: '/t/a' });
    expect(fs.mkdirAll('/t/a/b/c', 0o755)).toEqual({ errno: 0 });
    expect(fs.mkdirAll('/t/a/x/../y', 0o755)).toEqual({ errno: 0, created: '/t/a/x' });
    expect(names('/t/a')).toEqual(['b', 'x', 'y']);
  });

  it('moves directories with their links and their ".."', () => {
    fs.mkdirAll('/t/a/b/c', 0o755);
    fs.mkdir('/t/z', 0o755);
    expect(fs.rename('/t/a/b', '/t/z/q')).toBe(0);
    expect(stat('/t/a').nlink).toBe(2);
    expect(stat('/t/z').nlink).toBe(3);
    expect(fs.realpath('/t/z/q/c/../..')).toBe('/t/z');
    expect(fs.pathOf(fs.lookup('/t/z/q/c', true))).toBe('/t/z/q/c');
  });

  it('scales to directories of 12,000 names', async () => {
    fs.mkdir('/t/big', 0o755);
    fs.importEntries(
      '/t/big',
      Array.from({ length: 12_000 }, (_, index) => ({
        type: 'file' as const,
        path: `file-number-${index}`,
        bytes: text(`${index}`),
      })),
    );
    expect(names('/t/big').length).toBe(12_000);
    expect(string(fs.readFile('/t/big/file-number-11999'))).toBe('11999');
    expect(fs.unlink('/t/big/file-number-6000')).toBe(0);
    expect(fs.lookup('/t/big/file-number-6000', true)).toBe(Errno.ENOENT);
    expect(fs.removeTree('/t/big')).toBe(0);
    expect(await kernel.check()).toEqual([]);
  });

  it('imports trees, large files and links in one call', () => {
    const big = new Uint8Array(500_000).fill(9);
    expect(
      fs.importEntries('/t', [
        { type: 'directory', path: 'p' },
        { type: 'file', path: 'p/small', bytes: text('s'), mode: 0o755, mtimeMs: 1234.5 },
        { type: 'file', path: 'p/big', bytes: big, mtimeMs: 99 },
        { type: 'link', path: 'p/link', target: 'small' },
      ]),
    ).toBe(0);
    expect(stat('/t/p/small')).toMatchObject({ mode: 0o100755, mtimeMs: 1234.5, size: 1 });
    expect(stat('/t/p/big')).toMatchObject({ size: 500_000, mtimeMs: 99 });
    expect(string(fs.readFile('/t/p/link'))).toBe('s');
    expect(fs.importEntries('/t', [{ type: 'file', path: 'none/x', bytes: text('') }])).toBe(Errno.ENOENT);
  });

  it('moves times and metadata as the calls do', () => {
    fs.writeFile('/t/a', text('a'), 0o644);
    const ino = fs.lookup('/t/a', true);
    expect(fs.utimes(ino, 1000.25, 2000.5)).toBe(0);
    expect(fs.chmod(ino, 0o7)).toBe(0);
    expect(fs.chown(ino, 5, 0xffffffff)).toBe(0);
    expect(stat('/t/a')).toMatchObject({ atimeMs: 1000.25, mtimeMs: 2000.5, mode: 0o100007, uid: 5, gid: 0 });
    const generation = fs.contentGeneration(ino);
    fs.write(ino, 0, text('b'));
    expect(fs.contentGeneration(ino)).not.toBe(generation);
    expect(stat('/t/a').mtimeMs).toBeGreaterThan(2000.5);
  });

  it('tells what changed, under every name, and when a reader was lapped', async () => {
    fs.mkdir('/t/d', 0o755);
    const start = fs.sequence();
    expect(fs.since(start).changes).toEqual([]);
    const waiting = kernel.changed(start);
    fs.writeFile('/t/d/a', text('1'), 0o644);
    await waiting;
    fs.link('/t/d/a', '/t/b');
    fs.rename('/t/b', '/t/c');
    fs.append(fs.lookup('/t/c', true), text('2'));
    fs.unlink('/t/c');
    const d = fs.lookup('/t/d', true);
    const t = fs.lookup('/t', true);
    const ino = fs.lookup('/t/d/a', true);
    const { changes, sequence, overflow } = fs.since(start);
    expect(overflow).toBe(false);
    expect(
      changes.map(({ type, parent, name }) => `${type} ${parent === d ? 'd' : parent === t ? 't' : parent}/${name}`),
    ).toEqual([
      'create d/a',
      'change d/a',
      'create t/b',
      'change 0/',
      'remove t/b',
      'create t/c',
      'change t/c',
      'change d/a',
      'remove t/c',
      'change 0/',
    ]);
    expect(changes.every((change) => change.ino === ino)).toBe(true);
    expect(fs.since(sequence).changes).toEqual([]);
    for (let round = 0; round < 30; round++) {
      fs.importEntries(
        '/t',
        Array.from({ length: 1000 }, (_, index) => ({ type: 'file' as const, path: `n${index}`, bytes: text('x') })),
      );
      fs.importEntries(
        '/t',
        Array.from({ length: 1000 }, (_, index) => ({ type: 'link' as const, path: `n${index}`, target: 'x' })),
      );
      if (fs.since(start).overflow) break;
    }
    expect(fs.since(start).overflow).toBe(true);
  });
});

describe('the kernel side', () => {
  it('does the same without blocking, one at a time in order', async () => {
    const results = await Promise.all([
      kernel.mkdirAll('/t/k/l', 0o755),
      kernel.writeFile('/t/k/l/f', text('one'), 0o644),
      kernel.writeFile('/t/k/l/f', new Uint8Array(200_000), 0o644),
      kernel.open('/t/k/l/f', OpenFlags.rdwr | OpenFlags.trunc, 0),
    ]);
    expect(results.slice(0, 3)).toEqual([{ errno: 0, created: '/t/k' }, 0, 0]);
    const ino = results[3] as number;
    expect(await kernel.append(ino, text('tail'))).toBe(4);
    expect(string(kernel.readFile('/t/k/l/f'))).toBe('tail');
    kernel.release(ino);
    expect(await kernel.rename('/t/k/l', '/t/k')).toBe(Errno.ENOTEMPTY);
  });
});
