import { Errno, OpenFlags } from '@slipway/posix';
import { VfsClient } from '@slipway/vfs';
import { startVolume, type TestVolume } from '@slipway/vfs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChannelEnd, ProcessMessage } from '../contract/messages.ts';
import { Ring } from '../memory/ring.ts';
import { allocateTtyPage, TtyWord } from '../memory/tty-page.ts';
import { OpenDescriptors } from './open-descriptors.ts';
import type { KernelClient } from './process-system.ts';

// The file system is the real one; of the kernel only what a table says to it.

let volume: TestVolume;
let fs: VfsClient;
let posted: ProcessMessage[];
let signals: boolean;
let table: OpenDescriptors;

beforeAll(() => {
  volume = startVolume();
  fs = new VfsClient(volume.memory, 1);
});
afterAll(() => volume.stop());

function makeTable(): OpenDescriptors {
  let id = 10;
  const kernel: Pick<KernelClient, 'post' | 'nextId' | 'signalPending'> = {
    post: (message) => void posted.push(message),
    nextId: () => id++,
    signalPending: () => signals,
  };
  return new OpenDescriptors({
    fs,
    kernel: kernel as KernelClient,
    slot: 1,
    halted: new Int32Array(new SharedArrayBuffer(4)),
    fillRandom: (into) => into.fill(7),
  });
}

beforeEach(() => {
  posted = [];
  signals = false;
  fs.removeTree('/t');
  expect(fs.mkdir('/t', 0o755)).toBe(0);
  expect(fs.writeFile('/t/abc', Buffer.from('abcdef'), 0o644)).toBe(0);
  table = makeTable();
});

const { rdonly, wronly, rdwr, append, creat } = OpenFlags;
const open = (path = '/t/abc', flags: number = rdwr): number => table.open(path, flags, 0o644);
/** Up to `most` bytes as text, or the errno. */
function read(fd: number, most: number, position: number | null = null): string | number {
  const into = new Uint8Array(most);
  const count = table.read(fd, into, position, false);
  return count < 0 ? count : Buffer.from(into.subarray(0, count)).toString();
}
const write = (fd: number, text: string, position: number | null = null): number =>
  table.write(fd, Buffer.from(text), position);
const content = (path = '/t/abc'): string => Buffer.from(fs.readFile(path) as Uint8Array).toString();
const end = (as: ChannelEnd['as'], tty?: SharedArrayBuffer): ChannelEnd => ({
  kind: 'channel',
  id: 1,
  side: 0,
  rings: [Ring.allocate(16), Ring.allocate(16)],
  as,
  ...(tty === undefined ? {} : { tty }),
});

describe('numbers (POSIX, 2.14)', () => {
  it('the lowest that is free is taken', () => {
    expect([open(), open(), open()]).toEqual([0, 1, 2]);
    expect(table.close(1)).toBe(0);
    expect([open(), open()]).toEqual([1, 3]);
    expect(table.numbers()).toEqual([0, 1, 2, 3]);
  });

  it('dup takes the lowest, dup2 the one that is asked for', () => {
    open();
    expect([table.dup(0), table.dup2(0, 7), table.dup(0)]).toEqual([1, 7, 2]);
    expect(table.numbers()).toEqual([0, 1, 2, 7]);
  });

  it.each([
    ['read', () => table.read(5, new Uint8Array(1), null)],
    ['write', () => table.write(5, new Uint8Array(1), null)],
    ['close', () => table.close(5)],
    ['dup', () => table.dup(5)],
    ['dup2', () => table.dup2(5, 6)],
    ['dup2 to a number below 0', () => (open(), table.dup2(0, -1))],
    ['dup2 to a number that no process has', () => (open(), table.dup2(0, 4096))],
  ])('%s of what is not open is EBADF', (_title, call) => expect(call()).toBe(Errno.EBADF));

  it('dup2 of a number to itself changes nothing', () => {
    open();
    expect(table.dup2(0, 0)).toBe(0);
    expect(read(0, 3)).toBe('abc');
  });

  it('dup2 closes what was there', () => {
    const [, out] = table.pair('pipe');
    table.install(out, 3);
    open();
    posted = [];
    expect(table.dup2(0, 3)).toBe(3);
    expect(posted).toEqual([{ type: 'channel-close', id: 10, side: 1 }]);
    expect(read(3, 1)).toBe('a');
  });

  it('4096 are open at most; then nothing is opened, and no inode held', () => {
    for (let fd = 0; fd < 4096; fd++) expect(table.open('/dev/null', rdonly, 0)).toBe(fd);
    expect([open(), table.open('/dev/zero', rdonly, 0), table.dup(0)]).toEqual([
      Errno.EMFILE,
      Errno.EMFILE,
      Errno.EMFILE,
    ]);
    expect(table.close(4095)).toBe(0);
    expect(open()).toBe(4095);
  });

  it.each([0, 1])('a pipe that has %i numbers left is none: the kernel hears of no end that stays open', (left) => {
    for (let fd = 0; fd < 4096 - left; fd++) table.open('/dev/null', rdonly, 0);
    expect(table.pipe()).toEqual({ read: Errno.EMFILE, write: Errno.EMFILE });
    expect(table.numbers()).toHaveLength(4096 - left);
    expect(posted).toEqual([]);
  });
});

describe('open file descriptions', () => {
  it('are shared by numbers that were duplicated, and each open has its own', () => {
    open();
    table.dup(0);
    open();
    expect([read(0, 2), read(1, 2), read(2, 2)]).toEqual(['ab', 'cd', 'ab']);
  });

  it('are shared with a child, and move together', () => {
    open();
    expect(read(0, 1)).toBe('a');
    const child = makeTable();
    child.receive([table.endOf(0)]);
    const into = new Uint8Array(2);
    expect(child.read(0, into, null)).toBe(2);
    expect(Buffer.from(into).toString()).toBe('bc');
    expect(read(0, 1)).toBe('d');
  });

  it('hold their file until the last number is closed, though its name is gone', async () => {
    open();
    table.dup(0);
    expect(fs.unlink('/t/abc')).toBe(0);
    expect(table.close(0)).toBe(0);
    expect(read(1, 6)).toBe('abcdef');
    const before = fs.usage().freeInodes;
    expect(table.close(1)).toBe(0);
    // The writer frees it in its own time.
    await vi.waitFor(() => expect(fs.usage().freeInodes).toBe(before + 1));
  });

  it('a file that is gone before the child starts is closed there', async () => {
    open();
    const given = table.endOf(0);
    const ino = fs.lookup('/t/abc', true);
    fs.unlink('/t/abc');
    table.close(0);
    await vi.waitFor(() => expect(fs.stat(ino)).toBe(Errno.ESTALE));
    const child = makeTable();
    child.receive([null, given, { kind: 'device', device: 'null' }]);
    expect(child.numbers()).toEqual([2]);
  });
});

describe('read and write', () => {
  it('a position of one’s own leaves the offset alone (pread, pwrite)', () => {
    open();
    expect([read(0, 2, 3), write(0, 'X', 1), read(0, 2)]).toEqual(['de', 1, 'aX']);
    expect(content()).toBe('aXcdef');
  });

  it('reading ends at the end, and writing goes on beyond it with zeros', () => {
    open();
    expect([read(0, 10), read(0, 10)]).toEqual(['abcdef', '']);
    expect(write(0, 'z', 8)).toBe(1);
    expect(content()).toBe('abcdef\0\0z');
  });

  it.each([
    ['read', rdonly, 'abc', Errno.EBADF],
    ['write', wronly, Errno.EBADF, 1],
    ['read and write', rdwr, 'abc', 1],
  ] as const)('a file opened to %s does that alone', (_title, flags, reading, writing) => {
    open('/t/abc', flags);
    expect([read(0, 3), write(0, 'x')]).toEqual([reading, writing]);
  });

  it('with O_APPEND everything goes to the end, whatever position is named (Linux, pwrite(2))', () => {
    open('/t/abc', rdwr | append);
    expect([read(0, 2), write(0, 'g'), write(0, 'h', 0)]).toEqual(['ab', 1, 1]);
    expect(content()).toBe('abcdefgh');
    // The first write moved the offset to the end of what it wrote.
    expect(read(0, 9)).toBe('h');
  });

  it('a file that is not there is not opened, and one that is made is', () => {
    expect(open('/t/new')).toBe(Errno.ENOENT);
    expect(open('/t/new', wronly | creat)).toBe(0);
    expect(content('/t/new')).toBe('');
  });
});

describe('devices', () => {
  it.each([
    ['/dev/null', '', 3],
    ['/dev/zero', '\0\0\0', 3],
    ['/dev/urandom', '\x07\x07\x07', 3],
    ['/dev/random', '\x07\x07\x07', 3],
  ])('%s', (path, reading, writing) => {
    const fd = table.open(path, rdwr, 0);
    expect([read(fd, 3), write(fd, 'abc')]).toEqual([reading, writing]);
    expect(table.endOf(fd)).toMatchObject({ kind: 'device' });
  });

  it.each([
    ['/dev/stdin', 0],
    ['/dev/stdout', 1],
    ['/dev/stderr', 2],
    ['/dev/fd/1', 1],
    ['/proc/self/fd/2', 2],
  ])('%s is number %i once more', (path, fd) => {
    for (let number = 0; number < 3; number++) open();
    expect(table.open(path, rdonly, 0)).toBe(3);
    expect(table.get(3)).toBe(table.get(fd));
  });

  it.each(['/dev/fd/9', '/proc/self/fd/9', '/dev/tty'])('%s names nothing where nothing is open', (path) =>
    expect(table.open(path, rdonly, 0)).toBe(Errno.ENOENT),
  );

  it('/dev/tty is the terminal that is open', () => {
    open();
    table.install(table.adopt(end('pipe')));
    const terminal = table.install(table.adopt(end('tty')));
    expect(table.get(table.open('/dev/tty', rdwr, 0))).toBe(table.get(terminal));
  });

  it.each(['/dev/nullx', '/dev/fd/', '/dev/fd/1x', '/dev/fd/-1', '/t/dev/null'])('%s is a file like others', (path) =>
    expect(table.open(path, rdonly, 0)).toBe(Errno.ENOENT),
  );
});

describe('streams', () => {
  it('a pipe hands on bytes, and tells the kernel of both ends', () => {
    const { read: reader, write: writer } = table.pipe();
    expect(posted.map(({ type }) => type)).toEqual(['channel']);
    expect(write(writer, 'hello')).toBe(5);
    expect([read(reader, 3), read(reader, 9)]).toEqual(['hel', 'lo']);
    expect(read(reader, 1)).toBe(Errno.EAGAIN);
    expect([read(writer, 1), write(reader, 'x')]).toEqual([Errno.EBADF, Errno.EBADF]);
  });

  it('a pair speaks both ways', () => {
    const [a, b] = table.pair('tcp').map((stream) => table.install(stream));
    write(a!, 'to b');
    write(b!, 'to a');
    expect([read(b!, 9), read(a!, 9)]).toEqual(['to b', 'to a']);
  });

  it('has no place to read from or seek to', () => {
    const { read: reader } = table.pipe();
    expect(read(reader, 1, 0)).toBe(Errno.ESPIPE);
  });

  it('the end is read as nothing, behind the last byte', () => {
    const channel = end('pipe');
    const fd = table.install(table.adopt(channel));
    const writer = new Ring(channel.rings[1]!, 2);
    writer.writeSome(Buffer.from('x'));
    writer.closeWriters();
    expect([read(fd, 9), read(fd, 9), read(fd, 9)]).toEqual(['x', '', '']);
  });

  it('nobody to read is EPIPE', () => {
    const channel = end('pipe');
    const fd = table.install(table.adopt(channel));
    new Ring(channel.rings[0]!, 2).closeReaders();
    expect(write(fd, 'x')).toBe(Errno.EPIPE);
  });

  it('a signal that waits ends a read that would block (EINTR), and no other', () => {
    const { read: reader, write: writer } = table.pipe();
    signals = true;
    expect(table.read(reader, new Uint8Array(1), null)).toBe(Errno.EINTR);
    write(writer, 'x');
    expect(table.read(reader, new Uint8Array(1), null)).toBe(1);
  });

  it('^D on an empty line is one read of nothing, once for each', () => {
    const page = allocateTtyPage(80, 24);
    const fd = table.install(table.adopt(end('tty', page)));
    Atomics.store(new Int32Array(page), TtyWord.eofCount, 2);
    expect([read(fd, 1), read(fd, 1), read(fd, 1)]).toEqual(['', '', Errno.EAGAIN]);
  });

  it('the kernel hears of the last number that is closed, not of those before', () => {
    const { write: writer } = table.pipe();
    const copies = [table.dup(writer), table.dup2(writer, 40)];
    posted = [];
    for (const fd of [writer, ...copies]) {
      expect(posted).toEqual([]);
      table.close(fd);
    }
    expect(posted).toEqual([{ type: 'channel-close', id: 10, side: 0 }]);
  });

  it('the same end that arrives twice is closed with the second', () => {
    const channel = end('tty');
    table.receive([channel, channel, null]);
    table.close(0);
    expect(posted).toEqual([]);
    table.close(1);
    expect(posted).toEqual([{ type: 'channel-close', id: 1, side: 0 }]);
  });

  it('an end that never got a number can be given up', () => {
    const [kept, given] = table.pair('pipe');
    posted = [];
    table.releaseStream(given);
    expect(posted).toEqual([{ type: 'channel-close', id: 10, side: 1 }]);
    expect(table.endOf(table.install(kept))).toBe(kept.end);
  });
});
