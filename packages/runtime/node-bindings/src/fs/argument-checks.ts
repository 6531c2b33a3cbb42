/**
 * The few arguments that src/node_file.cc checks itself, because lib/fs.js does
 * not: descriptors (`GetValidatedFd`) and the modes of access and copyFile
 * (`GetValidFileMode`).
 */
import { codedError } from '@slipway/node-values';

/** int32, as the C++ reads it. lib/fs.js checks what it documents; these two are left to native code. */
const MAX_FD = 2 ** 31 - 1;
/** R_OK, W_OK and X_OK; by chance also all COPYFILE_* flags. */
const MAX_MODE = 7;

/** Members that take a descriptor first. */
const OF_DESCRIPTOR = [
  'close',
  'fsync',
  'fdatasync',
  'ftruncate',
  'fstat',
  'fchmod',
  'fchown',
  'futimes',
  'read',
  'readBuffers',
  'writeBuffer',
  'writeBuffers',
  'writeString',
];
/** Members that take a mode, and where. Position of the mode among the arguments, counted from 0. */
const OF_MODE: readonly (readonly [name: string, position: number])[] = [
  ['access', 1],
  ['copyFile', 2],
];

type Member = (...args: unknown[]) => unknown;

/** The binding with those members checking before anything happens. */
export function withArgumentChecks<T extends object>(binding: T): T {
  const members = binding as Record<string, Member>;
  const checked: Record<string, Member> = { ...members };
  // A member that is renamed must not lose its check silently.
  const get = (name: string): Member => {
    const member = members[name];
    if (member === undefined)
      throw new Error(`Cannot check the arguments of fs.${name}: the binding has no such member`);
    return member;
  };
  for (const name of OF_DESCRIPTOR) {
    const member = get(name);
    // Spelled out, for these run once for every piece of every file. None takes more than seven.
    checked[name] = (fd, b, c, d, e, f, g) => {
      checkDescriptor(fd);
      return member(fd, b, c, d, e, f, g);
    };
  }
  for (const [name, position] of OF_MODE) {
    const member = get(name);
    checked[name] = (...args) => {
      args[position] ??= 0;
      checkMode(args[position]);
      return member(...args);
    };
  }
  return checked as T;
}

function checkDescriptor(fd: unknown): void {
  if (typeof fd !== 'number') throw wrongType(fd);
  if (!Number.isInteger(fd))
    throw codedError(
      RangeError,
      'ERR_OUT_OF_RANGE',
      `The value of "fd" is out of range. It must be an integer. Received ${fd}`,
    );
  if (fd < 0 || fd > MAX_FD)
    throw codedError(
      RangeError,
      'ERR_OUT_OF_RANGE',
      `The value of "fd" is out of range. It must be >= 0 && <= ${MAX_FD}. Received ${fd}`,
    );
}

/** Throws ERR_INVALID_ARG_TYPE or ERR_OUT_OF_RANGE with the words of C++. A fraction passes: it is read as int32. */
function checkMode(mode: unknown): void {
  if (typeof mode !== 'number')
    throw codedError(TypeError, 'ERR_INVALID_ARG_TYPE', 'mode must be int32 or null/undefined');
  if (Number.isNaN(mode)) throw codedError(RangeError, 'ERR_OUT_OF_RANGE', 'mode is out of range');
  if (mode < 0 || mode > MAX_MODE)
    throw codedError(RangeError, 'ERR_OUT_OF_RANGE', `mode is out of range: >= 0 && <= ${MAX_MODE}`);
}

function wrongType(value: unknown): Error {
  return codedError(
    TypeError,
    'ERR_INVALID_ARG_TYPE',
    `The "fd" argument must be of type number. Received ${kindOf(value)}`,
  );
}

/** DetermineSpecificErrorType of src/node_errors.h. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value === 'object') {
    const name = (value as { constructor?: { name?: unknown } }).constructor?.name;
    return typeof name === 'string' && name !== '' ? `an instance of ${name}` : '[Object: null prototype] {}';
  }
  // Long strings are cut at 25 characters, as lib's own errors cut them.
  const shown =
    typeof value === 'string'
      ? `'${value.length > 28 ? `${value.slice(0, 25)}...` : value}'`
      : `${String(value)}${typeof value === 'bigint' ? 'n' : ''}`;
  return `type ${typeof value} (${shown})`;
}
