import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  Errno,
  type ErrnoName,
  errnoName,
  exitCodeOfSignal,
  FileMode,
  isDirectoryMode,
  isFileMode,
  isLinkMode,
  joinBytes,
  OpenFlags,
  signalNumber,
  signalNumbers,
  signalOfNumber,
  strerror,
  uvStrerror,
} from './index.ts';
import { constants as fsConstants, lstatSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const names = Object.keys(Errno) as ErrnoName[];

describe('error numbers', () => {
  it('are those of the machine, negative', () => {
    const machine: Readonly<Record<string, number>> = constants.errno;
    const positive = Object.fromEntries(names.map((name) => [name, -Errno[name]]));
    expect(positive).toEqual(Object.fromEntries(names.map((name) => [name, machine[name]])));
  });

  it('have the names and words of the real libuv, where libuv has any', () => {
    const uv = getSystemErrorMap();
    for (const name of names) {
      const known = uv.get(Errno[name]);
      if (known === undefined) expect(uvStrerror(Errno[name]), name).toBe('unknown error');
      else expect([errnoName(Errno[name]), uvStrerror(Errno[name])]).toEqual(known);
    }
  });

  it('have the words of the real strerror(3)', () => {
    const numbers = [...names.map((name) => -Errno[name]), 4000];
    const script = 'import os,sys\nfor n in sys.argv[1:]: print(os.strerror(int(n)))';
    const { stdout, error } = spawnSync('python3', ['-c', script, ...numbers.map(String)], {
      encoding: 'utf8',
      env: { LC_ALL: 'C', PATH: process.env['PATH'] },
    });
    if (error !== undefined) throw error;
    expect(numbers.map((number) => strerror(-number))).toEqual(stdout.trimEnd().split('\n'));
  });

  it('without a name say their number', () => {
    expect([errnoName(-999), strerror(-4000), uvStrerror(-4000)]).toEqual([
      'E999',
      'Unknown error 4000',
      'unknown error',
    ]);
  });
});

describe('signals', () => {
  it('have the numbers of the machine', () => {
    const machine: Readonly<Record<string, number | undefined>> = constants.signals;
    expect(signalNumbers).toEqual(Object.fromEntries(Object.keys(signalNumbers).map((name) => [name, machine[name]])));
  });

  it('stand in the order of their numbers, none left out: who lists them may count', () => {
    expect(Object.values(signalNumbers)).toEqual(Array.from({ length: 31 }, (_, index) => index + 1));
  });

  it('are found by name and by number, and nothing else is', () => {
    expect([signalNumber('SIGTERM'), signalNumber('TERM'), signalNumber('constructor')]).toEqual([15, 0, 0]);
    expect([signalOfNumber(9), signalOfNumber(0), signalOfNumber(99)]).toEqual(['SIGKILL', undefined, undefined]);
    expect(exitCodeOfSignal('SIGINT')).toBe(spawnSync('sh', ['-c', "sh -c 'kill -INT $$'; exit $?"]).status);
  });
});

describe('modes and flags', () => {
  it('are the bits of the machine', () => {
    const { S_IFMT, S_IFSOCK, S_IFLNK, S_IFREG, S_IFBLK, S_IFDIR, S_IFCHR, S_IFIFO } = fsConstants;
    expect(FileMode).toMatchObject({
      typeMask: S_IFMT,
      socket: S_IFSOCK,
      link: S_IFLNK,
      file: S_IFREG,
      block: S_IFBLK,
      directory: S_IFDIR,
      char: S_IFCHR,
      fifo: S_IFIFO,
    });
    const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_DIRECTORY, O_NOFOLLOW } = fsConstants;
    expect(OpenFlags).toEqual({
      rdonly: O_RDONLY,
      wronly: O_WRONLY,
      rdwr: O_RDWR,
      accmode: 3,
      creat: O_CREAT,
      excl: O_EXCL,
      trunc: O_TRUNC,
      append: O_APPEND,
      directory: O_DIRECTORY,
      nofollow: O_NOFOLLOW,
    });
  });

  it('tell what a real path is', () => {
    const folder = mkdtempSync(join(tmpdir(), 'posix-'));
    try {
      writeFileSync(join(folder, 'file'), '');
      symlinkSync('file', join(folder, 'link'));
      const kinds = ['.', 'file', 'link'].map((name) => {
        const { mode } = lstatSync(join(folder, name));
        return [isDirectoryMode(mode), isFileMode(mode), isLinkMode(mode)];
      });
      expect(kinds).toEqual([
        [true, false, false],
        [false, true, false],
        [false, false, true],
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('joinBytes', () => {
  it('copies all parts in their order, and none is an empty array', () => {
    const part = new Uint8Array([1, 2]);
    const joined = joinBytes([part, new Uint8Array(), new Uint8Array([3])]);
    part[0] = 9;
    expect([...joined]).toEqual([1, 2, 3]);
    expect(joinBytes([])).toEqual(new Uint8Array());
  });
});
