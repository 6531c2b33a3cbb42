import type { ProcessSystem } from '@slipway/kernel';
import { isDirectory, isFile, isLink, S_IFMT, statPath } from '../io/files.ts';

const DEVICES: ReadonlySet<string> = new Set(['/dev/null', '/dev/zero', '/dev/random', '/dev/urandom', '/dev/tty', '/dev/stdin', '/dev/stdout', '/dev/stderr']);

/** A primary of test(1) about one file; `undefined` for an unknown one. */
export function testFile(sys: ProcessSystem, operator: string, operand: string): boolean | undefined {
  if (operator === '-t') {
    const descriptor = sys.descriptors.get(Number(operand));
    return descriptor?.kind === 'stream' && descriptor.end.as === 'tty';
  }
  if (!'-e-f-d-L-h-r-w-x-s-p-S-b-c-g-u-k-O-G-N'.includes(operator) || operator.length !== 2) return undefined;
  const path = operand === '' ? undefined : sys.absolute(operand);
  if (path === undefined) return false;
  if (DEVICES.has(path)) return '-e-r-w-c'.includes(operator);
  const stat = statPath(sys.fs, path, operator !== '-L' && operator !== '-h');
  if (typeof stat === 'number') return false;
  switch (operator) {
    case '-f': return isFile(stat);
    case '-d': return isDirectory(stat);
    case '-L':
    case '-h': return isLink(stat);
    case '-s': return stat.size > 0;
    // The container's user is root, who may do everything but run what nobody may run.
    case '-x': return isDirectory(stat) || (stat.mode & 0o111) !== 0;
    case '-p': return (stat.mode & S_IFMT) === 0o010000;
    case '-S': return (stat.mode & S_IFMT) === 0o140000;
    case '-b': return (stat.mode & S_IFMT) === 0o060000;
    case '-c': return (stat.mode & S_IFMT) === 0o020000;
    case '-g': return (stat.mode & 0o2000) !== 0;
    case '-u': return (stat.mode & 0o4000) !== 0;
    case '-k': return (stat.mode & 0o1000) !== 0;
    case '-N': return stat.mtimeMs > stat.atimeMs;
    default: return true;
  }
}

/** `-nt`, `-ot`, `-ef` */
export function compareFiles(sys: ProcessSystem, operator: string, left: string, right: string): boolean {
  const a = statPath(sys.fs, sys.absolute(left));
  const b = statPath(sys.fs, sys.absolute(right));
  if (operator === '-ef') return typeof a !== 'number' && typeof b !== 'number' && a.ino === b.ino;
  if (operator === '-nt') return typeof a !== 'number' && (typeof b === 'number' || a.mtimeMs > b.mtimeMs);
  return typeof b !== 'number' && (typeof a === 'number' || a.mtimeMs < b.mtimeMs);
}
