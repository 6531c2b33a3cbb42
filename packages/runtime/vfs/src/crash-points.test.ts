import { fileType, isDirectoryMode, OpenFlags } from '@slipway/posix';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Dirent, type Stat, VfsClient, VfsWriter, createVfsMemory } from './index.ts';
import { MortalCaller } from './testing/mortal-caller.ts';

/**
 * A process may be terminated at any instruction. Here it ends at the n-th
 * thing it stores, for every n of every call, and each time the memory is
 * checked as a whole and what is left compared with what may be left.
 */
interface Act {
  readonly name: string;
  /** Before the clock starts: what the process has open. */
  readonly prepare?: (fs: VfsClient) => number;
  readonly act: (fs: VfsClient, prepared: number) => unknown;
  /** Made of several requests: what is left may be anything between before and after. */
  readonly inSteps?: true;
}

const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte);
const opened =
  (path: string, flags: number = OpenFlags.rdwr) =>
  (fs: VfsClient): number =>
    fs.open(path, flags, 0o644);
const unlinkedOpen = (fs: VfsClient): number => {
  const ino = fs.open('/w/file', OpenFlags.rdwr, 0);
  fs.unlink('/w/file');
  return ino;
};
const found =
  (path: string) =>
  (fs: VfsClient): number =>
    fs.lookup(path, false);

const acts: readonly Act[] = [
  { name: 'open of an existing file', act: (fs) => fs.open('/w/file', OpenFlags.rdwr, 0) },
  { name: 'open and close', act: (fs) => fs.release(fs.open('/w/file', OpenFlags.rdwr, 0)) },
  { name: 'open with O_CREAT', act: (fs) => fs.open('/w/new', OpenFlags.rdwr | OpenFlags.creat, 0o600) },
  {
    name: 'open with O_CREAT | O_EXCL through a link',
    act: (fs) => fs.open('/w/dangling', OpenFlags.rdwr | OpenFlags.creat, 0o600),
  },
  { name: 'open with O_TRUNC', act: (fs) => fs.open('/w/file', OpenFlags.rdwr | OpenFlags.trunc, 0) },
  {
    name: 'a second open of an open file',
    prepare: opened('/w/file'),
    act: (fs) => fs.open('/w/file', OpenFlags.rdwr | OpenFlags.creat, 0),
  },
  { name: 'write in place', prepare: opened('/w/file'), act: (fs, ino) => fs.write(ino, 10, filled(100, 9)) },
  { name: 'write past the end', prepare: opened('/w/file'), act: (fs, ino) => fs.write(ino, 50_000, filled(3000, 9)) },
  { name: 'write into a hole', prepare: opened('/w/sparse'), act: (fs, ino) => fs.write(ino, 20_000, filled(3000, 9)) },
  {
    name: 'write in pieces',
    prepare: opened('/w/file'),
    act: (fs, ino) => fs.write(ino, 0, filled(150_000, 9)),
    inSteps: true,
  },
  { name: 'write to an unlinked file', prepare: unlinkedOpen, act: (fs, ino) => fs.write(ino, 0, filled(100, 9)) },
  { name: 'append', prepare: opened('/w/file'), act: (fs, ino) => fs.append(ino, filled(3000, 9)) },
  { name: 'truncate to less', prepare: opened('/w/file'), act: (fs, ino) => fs.truncate(ino, 1025) },
  { name: 'truncate to more', prepare: opened('/w/file'), act: (fs, ino) => fs.truncate(ino, 100_000) },
  { name: 'truncate of an unlinked file', prepare: unlinkedOpen, act: (fs, ino) => fs.truncate(ino, 5) },
  { name: 'close of an unlinked file', prepare: unlinkedOpen, act: (fs, ino) => fs.release(ino) },
  { name: 'mkdir', act: (fs) => fs.mkdir('/w/new', 0o755) },
  { name: 'mkdir that fails', act: (fs) => fs.mkdir('/w/full', 0o755) },
  { name: 'mkdir -p', act: (fs) => fs.mkdirAll('/w/new/a/b/c', 0o755) },
  { name: 'rmdir', act: (fs) => fs.rmdir('/w/empty') },
  { name: 'unlink', act: (fs) => fs.unlink('/w/file') },
  { name: 'unlink of one of two names', act: (fs) => fs.unlink('/w/second') },
  { name: 'unlink of an open file', prepare: opened('/w/file'), act: (fs) => fs.unlink('/w/file') },
  {
    name: 'unlink and close of an open file',
    prepare: opened('/w/file'),
    act: (fs, ino) => (fs.unlink('/w/file'), fs.release(ino)),
  },
  { name: 'unlink of a link', act: (fs) => fs.unlink('/w/link') },
  { name: 'rm -rf', act: (fs) => fs.removeTree('/w/full') },
  {
    name: 'rm -rf of a tree with an open file',
    prepare: opened('/w/full/deep/leaf'),
    act: (fs) => fs.removeTree('/w/full'),
  },
  { name: 'rename of a file', act: (fs) => fs.rename('/w/file', '/w/new') },
  { name: 'rename over a file', act: (fs) => fs.rename('/w/file', '/w/first') },
  { name: 'rename over an open file', prepare: opened('/w/file'), act: (fs) => fs.rename('/w/first', '/w/file') },
  {
    name: 'rename of an open file into another directory',
    prepare: opened('/w/file'),
    act: (fs) => fs.rename('/w/file', '/w/full/file'),
  },
  { name: 'rename onto another name of the same file', act: (fs) => fs.rename('/w/first', '/w/second') },
  { name: 'rename of a directory', act: (fs) => fs.rename('/w/full', '/w/new') },
  { name: 'rename of a directory into another', act: (fs) => fs.rename('/w/full', '/w/empty/full') },
  { name: 'rename of a directory over an empty one', act: (fs) => fs.rename('/w/full', '/w/empty') },
  { name: 'rename of a link over a link', act: (fs) => fs.rename('/w/link', '/w/dangling') },
  { name: 'rename to a longer name', act: (fs) => fs.rename('/w/file', `/w/${'long'.repeat(50)}`) },
  { name: 'rename that fails', act: (fs) => fs.rename('/w/full', '/w/full/deep/x') },
  { name: 'link', act: (fs) => fs.link('/w/file', '/w/new') },
  { name: 'symlink', act: (fs) => fs.symlink('file', '/w/new') },
  { name: 'symlink to a long target', act: (fs) => fs.symlink('t'.repeat(3000), '/w/new') },
  { name: 'mknod', act: (fs) => fs.mknod('/w/new', 0o140755) },
  { name: 'chmod', prepare: found('/w/file'), act: (fs, ino) => fs.chmod(ino, 0o400) },
  { name: 'chown', prepare: found('/w/file'), act: (fs, ino) => fs.chown(ino, 7, 8) },
  { name: 'utimes', prepare: found('/w/file'), act: (fs, ino) => fs.utimes(ino, 1000, 2000) },
  { name: 'copy to a new name', act: (fs) => fs.copyFile('/w/file', '/w/new', true) },
  { name: 'copy over a file', act: (fs) => fs.copyFile('/w/file', '/w/first', false) },
  { name: 'copy of a file with holes', act: (fs) => fs.copyFile('/w/sparse', '/w/first', false) },
  { name: 'a whole small file, new', act: (fs) => fs.writeFile('/w/new', filled(3000, 9), 0o600) },
  { name: 'a whole small file over another', act: (fs) => fs.writeFile('/w/file', filled(3000, 9), 0o600) },
  { name: 'a whole large file, new', act: (fs) => fs.writeFile('/w/new', filled(200_000, 9), 0o600) },
  { name: 'a whole large file over another', act: (fs) => fs.writeFile('/w/file', filled(200_000, 9), 0o600) },
  {
    name: 'a large file after an unfinished one',
    act: (fs) => (
      fs.writeFile('/w/missing/x', filled(70_000, 8), 0o600),
      fs.writeFile('/w/new', filled(70_000, 9), 0o600)
    ),
  },
  { name: 'import of a few entries', act: (fs) => fs.importEntries('/w', small) },
  {
    name: 'import with a large file in the middle',
    act: (fs) =>
      fs.importEntries('/w', [
        ...small,
        { type: 'file', path: 'big', bytes: filled(100_000, 9) },
        { type: 'file', path: 'last', bytes: filled(5, 9) },
      ]),
    inSteps: true,
  },
  {
    name: 'reading',
    act: (fs) => (
      fs.readFile('/w/file'),
      fs.readdir(fs.lookup('/w', true)),
      fs.realpath('/w/link'),
      fs.statPath('/w/full/deep/leaf', true)
    ),
  },
];

const small = [
  { type: 'directory', path: 'imported' },
  { type: 'file', path: 'imported/a', bytes: filled(2000, 9), mtimeMs: 5 },
  { type: 'link', path: 'imported/l', target: 'a' },
  { type: 'file', path: 'file', bytes: filled(10, 9) },
] as const;

function build(fs: VfsClient): void {
  fs.removeTree('/w');
  fs.mkdirAll('/w/full/deep', 0o755);
  fs.mkdir('/w/empty', 0o755);
  fs.writeFile('/w/file', filled(40_000, 1), 0o644);
  fs.writeFile('/w/first', filled(10, 2), 0o644);
  fs.link('/w/first', '/w/second');
  fs.writeFile('/w/full/deep/leaf', filled(10, 3), 0o644);
  fs.symlink('full/deep', '/w/link');
  fs.symlink('made', '/w/dangling');
  fs.writeFile('/w/sparse', filled(2000, 4), 0o644);
  fs.write(fs.lookup('/w/sparse', true), 60_000, filled(2000, 4));
}

/** Everything about a tree but its times and inode numbers. */
function tree(fs: VfsClient, path = '/w'): string[] {
  const { mode, nlink, uid, gid, size, ino } = fs.statPath(path, false) as Stat;
  const line = `${path} ${mode.toString(8)} ${nlink} ${uid}:${gid} ${size}`;
  if (isDirectoryMode(mode))
    return [
      line,
      ...[...(fs.readdir(ino) as Dirent[])]
        .map((entry) => entry.name)
        .toSorted()
        .flatMap((name) => tree(fs, `${path}/${name}`)),
    ];
  if (fileType(mode) === 0o120000) return [`${line} -> ${fs.readlink(ino)}`];
  if (fileType(mode) !== 0o100000) return [line];
  return [
    `${line} ${createHash('md5')
      .update(fs.readFile(path) as Uint8Array)
      .digest('hex')}`,
  ];
}

/**
 * A small file system with its writer and whoever looks at it from outside. New for every act: a long journal takes
 * long to check.
 */
function makeVolume(): { caller: MortalCaller; watcher: VfsClient; faults: unknown[] } {
  const memory = createVfsMemory({ maxBytes: 32 * 1024 * 1024, initialBytes: 0 });
  const faults: unknown[] = [];
  const writer = new VfsWriter(memory, { now: () => 1_000_000, onFault: (error) => faults.push(error) });
  return { caller: new MortalCaller(memory, writer), watcher: new VfsClient(memory, 1), faults };
}

describe('a process that ends at its n-th store', () => {
  it.each(acts)('in "$name" leaves a sound file system, for every n', ({ act, prepare = () => 0, inSteps }) => {
    const { caller, watcher, faults } = makeVolume();
    const outside = (what: () => unknown): unknown => caller.run(Infinity, 'when waited for', () => 0, what);
    const rebuild = (): unknown => outside(() => build(watcher));
    /** What stays taken when everything with a name is gone: nothing may be lost, nobody may still be seen reading. */
    const leftovers = (): string => {
      outside(() => watcher.removeTree('/w'));
      const settled = caller.settle();
      const { freeBlocks, freeInodes } = watcher.usage();
      return `settled ${settled}: ${freeBlocks} units and ${freeInodes} inodes free`;
    };
    const look = (): string => tree(watcher).join('\n');
    // What it looks like without the act, and after all of it.
    const allowed = new Set<string>();
    for (const whole of [() => undefined, act]) {
      rebuild();
      caller.run(Infinity, 'when waited for', prepare, whole);
      allowed.add(look());
      caller.bury();
    }
    const empty = leftovers();
    for (const pace of ['when waited for', 'at once'] as const) {
      for (let last = 1, died = true; died; last++) {
        rebuild();
        died = caller.run(last, pace, prepare, act);
        const buried = caller.bury();
        const problems = caller.check();
        const left = look();
        // One matcher where something is wrong: thousands of them would take longer than the file system.
        const sound = {
          last,
          pace,
          buried,
          problems,
          left: inSteps === true || allowed.has(left) ? 'before or after' : left,
          free: leftovers(),
        };
        if (buried !== 0 || problems.length > 0 || sound.left === left || sound.free !== empty) {
          expect(sound).toEqual({ last, pace, buried: 0, problems: [], left: 'before or after', free: empty });
        }
      }
    }
    expect(faults).toEqual([]);
  });
});
