import { FileMode, fileType } from '@slipway/posix';
import type { ProcessSystem } from '@slipway/kernel';
import { isDirectory, isFile, isLink, statPath } from '../io/files.ts';

// They are descriptors by name and not files of the tree; lookup would not find them.
const DEVICES: ReadonlySet<string> = new Set([
  '/dev/null',
  '/dev/zero',
  '/dev/random',
  '/dev/urandom',
  '/dev/tty',
  '/dev/stdin',
  '/dev/stdout',
  '/dev/stderr',
]);

/**
 * A primary of test(1) about one file; `undefined` for an
 * unknown one. What is not there is false, whatever is asked.
 */
export function testFile(sys: ProcessSystem, operator: string, operand: string): boolean | undefined {
  if (operator === '-t') {
    const descriptor = sys.descriptors.get(Number(operand));
    return descriptor?.kind === 'stream' && descriptor.end.as === 'tty';
  }
  if (!'-e-f-d-L-h-r-w-x-s-p-S-b-c-g-u-k-O-G-N'.includes(operator) || operator.length !== 2) return undefined;
  const path = sys.absolute(operand);
  if (DEVICES.has(path)) return '-e-r-w-c'.includes(operator);
  // Only -L and -h ask about the link itself.
  const stat = statPath(sys.fs, path, operator !== '-L' && operator !== '-h');
  if (typeof stat === 'number') return false;
  switch (operator) {
    case '-f':
      return isFile(stat);
    case '-d':
      return isDirectory(stat);
    case '-L':
    case '-h':
      return isLink(stat);
    case '-s':
      return stat.size > 0;
    // The container's user is root, who may do everything but run what nobody may run.
    case '-x':
      return isDirectory(stat) || (stat.mode & 0o111) !== 0;
    case '-p':
      return fileType(stat.mode) === FileMode.fifo;
    case '-S':
      return fileType(stat.mode) === FileMode.socket;
    case '-b':
      return fileType(stat.mode) === FileMode.block;
    case '-c':
      return fileType(stat.mode) === FileMode.char;
    case '-g':
      return (stat.mode & FileMode.setgid) !== 0;
    case '-u':
      return (stat.mode & 0o4000) !== 0;
    case '-k':
      return (stat.mode & 0o1000) !== 0;
    case '-N':
      return stat.mtimeMs > stat.atimeMs;
    default:
      return true;
  }
}

/** `-nt`, `-ot`, `-ef`, as bash has them: a file that is there is newer than one that is not. */
export function compareFiles(sys: ProcessSystem, operator: string, left: string, right: string): boolean {
  const a = statPath(sys.fs, sys.absolute(left));
  const b = statPath(sys.fs, sys.absolute(right));
  if (operator === '-ef') return typeof a !== 'number' && typeof b !== 'number' && a.ino === b.ino;
  if (operator === '-nt') return typeof a !== 'number' && (typeof b === 'number' || a.mtimeMs > b.mtimeMs);
  return typeof b !== 'number' && (typeof a === 'number' || a.mtimeMs < b.mtimeMs);
}
