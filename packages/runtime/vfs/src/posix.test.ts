/**
 * The same random calls against this file system and against the machine's own
 * Linux one: every errno, every tree, every content must agree.
 */
import { fileType, isDirectoryMode, OpenFlags } from '@slipway/posix';
import * as native from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AsyncVfsClient, VfsClient } from './index.ts';
import { type TestVolume, startVolume } from './testing/threads.ts';

interface Calls {
  mkdir(path: string): number;
  rmdir(path: string): number;
  unlink(path: string): number;
  rename(from: string, to: string): number;
  chmod(path: string, mode: number): number;
  link(from: string, to: string): number;
  symlink(target: string, path: string): number;
  /** open(2), some bytes where that is allowed, close(2). */
  touch(path: string, flags: number, text: string): number;
  lookup(path: string, follow: boolean): number;
  realpath(path: string): string | number;
  tree(): string[];
}

const errnoOf = (error: unknown): number => (error as { errno: number }).errno;
const attempt = (act: () => unknown): number => {
  try {
    act();
    return 0;
  } catch (error) {
    return errnoOf(error);
  }
};

function linuxCalls(root: string): Calls {
  const at = (path: string): string => root + path;
  const describeTree = (folder: string): string[] =>
    native
      .readdirSync(root + folder)
      .sort()
      .flatMap((name) => {
        const path = `${folder}/${name}`;
        const stat = native.lstatSync(root + path);
        if (stat.isSymbolicLink()) return [`${path} -> ${native.readlinkSync(root + path)}`];
        if (stat.isDirectory()) return [`${path}/ ${stat.nlink}`, ...describeTree(path)];
        return [`${path} ${stat.nlink} ${stat.size} ${native.readFileSync(root + path, 'latin1')}`];
      });
  return {
    mkdir: (path) => attempt(() => native.mkdirSync(at(path))),
    rmdir: (path) => attempt(() => native.rmdirSync(at(path))),
    unlink: (path) => attempt(() => native.unlinkSync(at(path))),
    rename: (from, to) => attempt(() => native.renameSync(at(from), at(to))),
    chmod: (path, mode) => attempt(() => native.chmodSync(at(path), mode)),
    link: (from, to) => attempt(() => native.linkSync(at(from), at(to))),
    symlink: (target, path) => attempt(() => native.symlinkSync(target, at(path))),
    touch: (path, flags, text) =>
      attempt(() => {
        const fd = native.openSync(at(path), flags, 0o644);
        if ((flags & OpenFlags.accmode) !== OpenFlags.rdonly) native.writeSync(fd, text);
        native.closeSync(fd);
      }),
    lookup: (path, follow) => attempt(() => (follow ? native.statSync(at(path)) : native.lstatSync(at(path)))),
    realpath(path) {
      try {
        return native.realpathSync.native(at(path)).slice(root.length) || '/';
      } catch (error) {
        return errnoOf(error);
      }
    },
    tree: () => describeTree(''),
  };
}

function ourCalls(fs: VfsClient, root: string): Calls {
  const at = (path: string): string => root + path;
  const describeTree = (folder: string): string[] => {
    const list = fs.readdir(fs.lookup(root + folder, false));
    if (typeof list === 'number') throw new Error(`Cannot list "${folder}": ${list}`);
    return list
      .map((entry) => entry.name)
      .sort()
      .flatMap((name) => {
        const path = `${folder}/${name}`;
        const stat = fs.statPath(root + path, false);
        if (typeof stat === 'number') throw new Error(`Cannot stat "${path}": ${stat}`);
        if (fileType(stat.mode) === 0o120000) return [`${path} -> ${fs.readlink(stat.ino)}`];
        if (isDirectoryMode(stat.mode)) return [`${path}/ ${stat.nlink}`, ...describeTree(path)];
        return [
          `${path} ${stat.nlink} ${stat.size} ${Buffer.from(fs.readFile(root + path) as Uint8Array).toString('latin1')}`,
        ];
      });
  };
  return {
    mkdir: (path) => fs.mkdir(at(path), 0o755),
    rmdir: (path) => fs.rmdir(at(path)),
    unlink: (path) => fs.unlink(at(path)),
    rename: (from, to) => fs.rename(at(from), at(to)),
    chmod(path, mode) {
      const ino = fs.lookup(at(path), true);
      return ino < 0 ? ino : fs.chmod(ino, mode);
    },
    link: (from, to) => fs.link(at(from), at(to)),
    symlink: (target, path) => fs.symlink(target, at(path)),
    touch(path, flags, text) {
      const ino = fs.open(at(path), flags, 0o644);
      if (ino < 0) return ino;
      const bytes = Buffer.from(text);
      if ((flags & OpenFlags.append) !== 0) fs.append(ino, bytes);
      else if ((flags & OpenFlags.accmode) !== OpenFlags.rdonly) fs.write(ino, 0, bytes);
      fs.release(ino);
      return 0;
    },
    lookup: (path, follow) => Math.min(0, fs.lookup(at(path), follow)),
    realpath(path) {
      const real = fs.realpath(at(path));
      return typeof real === 'number' ? real : real.slice(root.length) || '/';
    },
    tree: () => describeTree(''),
  };
}

/** A small world, so that the calls meet: four names, three levels, odd spellings. */
class RandomCalls {
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  below(limit: number): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return this.#seed % limit;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  path(): string {
    const parts = Array.from({ length: 1 + this.below(3) }, () => this.pick(['a', 'b', 'c', 'd', 'a', 'b', '.', '..']));
    // Leaving the root of the test would compare two machines.
    let depth = 0;
    for (const part of parts) depth += part === '..' ? -1 : 1;
    if (depth < 1 || parts[0] === '..') return '/a';
    return `${this.pick(['/', '/', '/', '//'])}${parts.join('/')}${this.pick(['', '', '', '', '/'])}`;
  }

  /** Mostly what locks somebody out. */
  mode(): number {
    return this.pick([0o777, 0o777, 0o777, 0o555, 0o333, 0o666, 0o111, 0o222, 0o444, 0o000]);
  }

  next(): [title: string, act: (calls: Calls) => unknown] {
    const [one, two] = [this.path(), this.path()];
    const flags =
      this.pick([0, OpenFlags.directory, OpenFlags.nofollow]) |
      this.pick([
        OpenFlags.rdonly,
        OpenFlags.wronly,
        OpenFlags.wronly | OpenFlags.append,
        OpenFlags.rdwr | OpenFlags.trunc,
      ]) |
      this.pick([0, OpenFlags.creat, OpenFlags.creat, OpenFlags.creat | OpenFlags.excl]);
    // What O_CREAT with O_DIRECTORY does has changed between kernels.
    const sane = (flags & OpenFlags.creat) !== 0 ? flags & ~OpenFlags.directory : flags;
    const text = String(this.below(1000));
    const target = this.pick(['a', 'b', '../a', 'c/d', '.', '..', 'a/', './b/../c']);
    switch (this.below(11)) {
      case 0:
      case 1:
        return [`mkdir ${one}`, (calls) => calls.mkdir(one)];
      case 2:
        return [`rmdir ${one}`, (calls) => calls.rmdir(one)];
      case 3:
        return [`unlink ${one}`, (calls) => calls.unlink(one)];
      case 4:
      case 5:
        return [`rename ${one} ${two}`, (calls) => calls.rename(one, two)];
      case 6:
        return [`link ${one} ${two}`, (calls) => calls.link(one, two)];
      case 7:
        return [`symlink ${target} ${one}`, (calls) => calls.symlink(target, one)];
      case 8:
        return [`realpath ${one}`, (calls) => calls.realpath(one)];
      case 9:
        return [`lookup ${one}`, (calls) => [calls.lookup(one, true), calls.lookup(one, false)]];
      default:
        return [`touch ${one} ${sane.toString(8)}`, (calls) => calls.touch(one, sane, text)];
    }
  }
}

describe('random calls', () => {
  let volume: TestVolume;
  let fs: VfsClient;
  let scratch: string;

  beforeAll(() => {
    volume = startVolume();
    fs = new VfsClient(volume.memory, 1);
    scratch = native.mkdtempSync(join(tmpdir(), 'slipway-vfs-'));
  });
  afterAll(async () => {
    native.rmSync(scratch, { recursive: true, force: true });
    await volume.stop();
  });

  it.each(Array.from({ length: 30 }, (_, index) => index + 1))('answer as Linux does, seed %i', async (seed) => {
    // Links to `..` lead upwards: far below, they meet what is the same on both sides.
    const root = join(scratch, String(seed), 'w/w/w/w/w/w/w/w/w/w/w/w');
    native.mkdirSync(root, { recursive: true });
    fs.mkdirAll(root, 0o755);
    const [ours, linux] = [ourCalls(fs, root), linuxCalls(root)];
    const random = new RandomCalls(seed * 7919);
    const history: string[] = [];
    for (let step = 0; step < 400; step++) {
      const [title, act] = random.next();
      const expected = act(linux);
      history.push(`${title} = ${String(expected)}`);
      expect(act(ours), history.slice(-12).join('\n')).toEqual(expected);
      if (step % 10 === 0) expect(ours.tree(), history.slice(-12).join('\n')).toEqual(linux.tree());
    }
    expect(await new AsyncVfsClient(volume.memory).check()).toEqual([]);
  });
});

/** Runs `act` as the unprivileged user `uid`; a test that is not root is one already. */
function asUser<T>(uid: number, act: () => T): T {
  if (process.getuid!() !== 0) return act();
  process.seteuid!(uid);
  try {
    return act();
  } finally {
    process.seteuid!(0);
  }
}

describe('random calls of the owner, whom permission bits bind', () => {
  const NOBODY = 65_534;
  const isRoot = process.getuid!() === 0;
  let volume: TestVolume;
  let root: VfsClient;
  let owner: VfsClient;
  let scratch: string;

  beforeAll(() => {
    volume = startVolume();
    root = new VfsClient(volume.memory, 1);
    owner = new VfsClient(volume.memory, 2, { as: 'owner' });
    scratch = native.mkdtempSync(join(tmpdir(), 'slipway-vfs-'));
    if (isRoot) native.chownSync(scratch, NOBODY, NOBODY);
  });
  afterAll(async () => {
    if (isRoot) native.rmSync(scratch, { recursive: true, force: true });
    await volume.stop();
  });

  it.each(Array.from({ length: 20 }, (_, index) => index + 1))('answer as Linux does, seed %i', async (seed) => {
    const folder = join(scratch, String(seed), 'w/w/w/w/w/w/w/w/w/w/w/w');
    asUser(NOBODY, () => native.mkdirSync(folder, { recursive: true }));
    root.mkdirAll(folder, 0o755);
    const [ours, linux] = [ourCalls(owner, folder), linuxCalls(folder)];
    const [ourTree, linuxTree] = [ourCalls(root, folder).tree, linux.tree];
    // Left to chance everything would soon be locked for good.
    const unlock = (): void => {
      const folders = [
        '',
        ...(isRoot ? linuxTree() : [])
          .filter((line) => line.includes('/ '))
          .map((line) => line.slice(0, line.indexOf('/ '))),
      ];
      for (const path of folders) for (const calls of [linux, ourCalls(root, folder)]) calls.chmod(path, 0o777);
    };
    const random = new RandomCalls(seed * 104_729);
    const history: string[] = [];
    for (let step = 0; step < 400; step++) {
      if (step % 40 === 0) unlock();
      const path = random.path();
      const mode = random.mode();
      const [title, act] =
        step % 4 === 0
          ? ([`chmod ${path} ${mode.toString(8)}`, (calls: Calls): unknown => calls.chmod(path, mode)] as const)
          : random.next();
      const expected = asUser(NOBODY, () => act(linux));
      history.push(`${title} = ${String(expected)}`);
      expect(act(ours), history.slice(-12).join('\n')).toEqual(expected);
      // Only root sees all of it.
      if (isRoot && step % 10 === 0) expect(ourTree(), history.slice(-12).join('\n')).toEqual(linuxTree());
    }
    expect(await new AsyncVfsClient(volume.memory).check()).toEqual([]);
  });
});
