/**
 * What POSIX numbers is written once, in `packages/runtime/posix`, and compared there with the machine. Elsewhere it is
 * asked for by name: a bare -2 does not say whether it is ENOENT, and a second table is the one that has the other
 * sign.
 */
import { describe, expect, it } from 'vitest';
import { Errno, FileMode, signalNumbers } from '@slipway/posix';
import { isCode, isTest, read, sourceFiles } from './sources.ts';

/** Numbers that only look like errno, and what they are. */
const OTHER_NUMBERS: Readonly<Record<string, string>> = {
  'packages/runtime/node-bindings/src/core/buffer.ts':
    'internalBinding("buffer"): -2 says that a range is out of bounds',
};
/** Modes that are another's, and look like those of POSIX. */
const OTHER_MODES: Readonly<Record<string, string>> = {
  'packages/product/git/src/objects/tree.ts':
    'git has five modes of its own, 160000 among them, in every tree for ever',
  'packages/runtime/container/guest/git/restore-modes.ts': 'the mode of a link in git\u2019s trees',
  'apps/web/src/projects/read-zip.ts':
    'what a zip made on Unix says of a file; the IDE has no room of the runtime but wire and embed',
};
/** Tables that cannot ask `posix`. */
const OWN_TABLES: Readonly<Record<string, string>> = {
  'packages/tools/setup/run.mjs': 'runs before anything is built, on any Node',
};

const product = sourceFiles().filter(
  (path) => isCode(path) && !isTest(path) && !/^(test|packages\/runtime\/posix)\//.test(path),
);
const bare = (path: string): string =>
  read(path)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '$1');

const errnoValues = new Set<number>(Object.values(Errno));
const typeBits = new Set<number>(
  Object.entries(FileMode)
    .filter(([, bits]) => bits >= FileMode.fifo)
    .map(([, bits]) => bits),
);
/** `ENOENT: 2`, `['ENOENT', -2]`: a line of a table with Linux's own number. */
const named: Readonly<Record<string, number>> = { ...Errno, ...signalNumbers };

function bareErrnos(text: string): string[] {
  return [...text.matchAll(/(?:[!=]==|\breturn|\bcase|=>) (-\d+)\b(?!\s*[*/+.]|\s*-)/g)]
    .filter(([, number]) => Number(number) < -1 && errnoValues.has(Number(number)))
    .map(([found]) => found);
}

function typeOctals(text: string): string[] {
  return [...text.matchAll(/\b0o[0-7]{5,6}\b/g)].map(([octal]) => octal).filter((octal) => typeBits.has(Number(octal)));
}

function tableLines(text: string): string[] {
  const lines = [...text.matchAll(/\b(E[A-Z0-9]{2,}|SIG[A-Z0-9]+)['"]?\s*[:,=]\s*(-?\d+)\b/g)]
    .filter(([, name, number]) => named[name!] !== undefined && Math.abs(named[name!]!) === Math.abs(Number(number)))
    .map(([found]) => found);
  return lines.length > 1 ? lines : [];
}

const findings = (find: (text: string) => string[], paths: readonly string[], allowed: object): string[] =>
  paths.filter((path) => !(path in allowed)).flatMap((path) => find(bare(path)).map((found) => `${path}: ${found}`));

describe('numbers of POSIX', () => {
  it('see what they are meant to see, and nothing else', () => {
    expect(bareErrnos('if (errno === -2) return -22; case -17: f = () => -13;')).toHaveLength(4);
    expect(bareErrnos('return -1; x === -1; return -2 * y; a - 2; return -1000; slice(-2)')).toEqual([]);
    expect(typeOctals('mode & 0o170000; 0o040000 0o40000; 0o100644 0o755 0o200000')).toEqual([
      '0o170000',
      '0o040000',
      '0o40000',
    ]);
    expect(tableLines("{ ENOENT: 2, EEXIST: -17 }; [['SIGINT', 2], ['SIGTERM', 15]]")).toHaveLength(4);
    // WASI's numbers and exit codes have names of errno as well.
    expect(tableLines('{ EACCES: 2, EBADF: 8, ENOENT: 127 }')).toEqual([]);
  });

  it('are asked for by name in the runtime: no bare errno', () => {
    const runtime = product.filter((path) => /^(packages|apps)\/runtime\//.test(path));
    expect(findings(bareErrnos, runtime, OTHER_NUMBERS)).toEqual([]);
  });

  it('are asked for by name: no type bits of a mode in octal', () => {
    expect(findings(typeOctals, product, OTHER_MODES)).toEqual([]);
  });

  it('have one table: none of errno or signals outside of posix', () => {
    expect(findings(tableLines, product, OWN_TABLES)).toEqual([]);
  });
});
