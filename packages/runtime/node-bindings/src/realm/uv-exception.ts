import { nativeError } from '@slipway/node-values';
import type { Realm } from './realm.ts';

/** Becomes `ENOENT: no such file or directory, open 'a'`, and properties of the error. */
export interface UvFailure {
  readonly syscall: string;
  readonly path?: string;
  readonly dest?: string;
}

/** The Error that C++ throws for a failed system call. Reference: node::UVException, src/api/exceptions.cc. */
export function uvException(realm: Realm, errno: number, { syscall, path, dest }: UvFailure): Error {
  const [code, text] = uvNameAndText(realm, errno);
  let message = `${code}: ${text}, ${syscall}`;
  if (path !== undefined) message += ` '${path}'`;
  if (dest !== undefined) message += ` -> '${dest}'`;
  // Members in the order in which C++ sets them: `util.inspect` and JSON show them in that order.
  const members = {
    errno,
    code,
    syscall,
    ...(path === undefined ? {} : { path }),
    ...(dest === undefined ? {} : { dest }),
  };
  return Object.assign(nativeError(Error, message), members);
}

/** uv_err_name and uv_strerror of a negative errno, from the dump: libuv's words, not those of the C library. */
export function uvNameAndText(realm: Realm, errno: number): readonly [string, string] {
  const entry = realm.data.uv.errorMap.find(([number]) => number === errno);
  // libuv has the same text for name and message of a number it does not know.
  return entry?.[1] ?? [`Unknown system error ${errno}`, `Unknown system error ${errno}`];
}
