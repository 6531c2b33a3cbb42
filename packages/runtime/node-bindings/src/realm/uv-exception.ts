/** The Error that C++ throws for a failed system call. Reference: node::UVException, src/api/exceptions.cc. */
import { nativeError } from '../core/coded-error.ts';
import type { Realm } from '../realm.ts';

export interface UvFailure {
  readonly syscall: string;
  readonly path?: string;
  readonly dest?: string;
}

export function uvException(realm: Realm, errno: number, { syscall, path, dest }: UvFailure): Error {
  const [code, text] = uvNameAndText(realm, errno);
  let message = `${code}: ${text}, ${syscall}`;
  if (path !== undefined) message += ` '${path}'`;
  if (dest !== undefined) message += ` -> '${dest}'`;
  const members = { errno, code, syscall, ...(path === undefined ? {} : { path }), ...(dest === undefined ? {} : { dest }) };
  return Object.assign(nativeError(Error, message), members);
}

export function uvNameAndText(realm: Realm, errno: number): readonly [string, string] {
  const entry = realm.data.uv.errorMap.find(([number]) => number === errno);
  return entry?.[1] ?? [`Unknown system error ${errno}`, `Unknown system error ${errno}`];
}
