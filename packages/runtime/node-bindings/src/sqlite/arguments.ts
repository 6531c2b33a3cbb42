import { plain } from '../realm/bytes.ts';
import { codedError } from '@slipway/node-values';
import type { Foreign } from '../realm/realm.ts';

const PATH_ERROR = 'The "path" argument must be a string, Uint8Array, or URL without null bytes.';

/** THROW_ERR_INVALID_ARG_TYPE: `what` with its article ("a string"). To be thrown by the caller. */
export function wrongArgument(name: string, what: string): Error {
  return codedError(TypeError, 'ERR_INVALID_ARG_TYPE', `The "${name}" argument must be ${what}.`);
}

/** THROW_ERR_INVALID_STATE: the object is closed or busy; nothing was done. */
export function badState(message: string): Error {
  return codedError(Error, 'ERR_INVALID_STATE', message);
}

type Kinds = { boolean: boolean; string: string; function: (...parameters: Foreign[]) => Foreign };

/**
 * An option of its type, or `undefined` where it is not given; null is a value of the wrong type. Options are read
 * one by one in C++'s order, which a getter of the program can observe.
 */
export function option<K extends keyof Kinds>(options: Foreign, name: string, kind: K): Kinds[K] | undefined {
  const value = options?.[name];
  if (value === undefined) return undefined;
  if (typeof value !== kind) throw wrongArgument(`options.${name}`, `a ${kind}`);
  return value;
}

/** Throws for anything but an integer; an absent one is undefined. */
export function integerOption(options: Foreign, name: string): number | undefined {
  const value = options?.[name];
  if (value === undefined) return undefined;
  if (!Number.isInteger(value)) throw wrongArgument(`options.${name}`, 'an integer');
  return value;
}

/** Throws unless it is an object or a function. */
export function mustBeObject(value: unknown, name: string): void {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function')
    throw wrongArgument(name, 'an object');
}

/**
 * ValidateDatabasePath: a name as SQLite opens it. URLs stay URLs (SQLITE_OPEN_URI reads them); bytes that are no
 * UTF-8 become U+FFFD.
 */
export function databasePath(path: unknown): string {
  if (typeof path === 'string' && !path.includes('\0')) return path;
  if (path instanceof Uint8Array && !plain(path).includes(0)) return new TextDecoder().decode(plain(path));
  if (typeof path === 'object' && path !== null && 'href' in path && 'protocol' in path) {
    const { href, protocol } = path as { href: unknown; protocol: unknown };
    if (protocol !== 'file:') throw codedError(TypeError, 'ERR_INVALID_URL_SCHEME', 'The URL must be of scheme file:');
    if (typeof href === 'string' && !href.includes('\0')) return href;
  }
  throw codedError(TypeError, 'ERR_INVALID_ARG_TYPE', PATH_ERROR);
}
