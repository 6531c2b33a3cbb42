/** Arguments of the object that `instance.fs()` returns, and the odd shape of its entries. */
import * as z from 'zod';
import { bytes, callback, maybe, path } from './schema.ts';

export const fsEncodings = [
  'utf8',
  'utf-8',
  'ascii',
  'latin1',
  'binary',
  'hex',
  'base64',
  'base64url',
  'utf16le',
  'utf-16le',
  'ucs2',
  'ucs-2',
] as const;
const encoding = z
  .string()
  .transform((value) => value.toLowerCase())
  .pipe(z.enum(fsEncodings));
export type FsEncoding = (typeof fsEncodings)[number];

/** Names also come as bytes. */
const nameEncoding = z
  .string()
  .transform((value) => value.toLowerCase())
  .pipe(z.enum([...fsEncodings, 'buffer']));
export type NameEncoding = FsEncoding | 'buffer';

/** Node's habit: a bare encoding, or an object with one, or nothing. */
const encodingOption = maybe(
  z.union([encoding, z.object({ encoding: maybe(encoding) }).transform((options) => options.encoding)]),
);

export const readFileArguments = z.tuple([path, encodingOption]);
export const writeFileArguments = z.tuple([path, z.union([z.string(), bytes]), encodingOption]);

export const readdirArguments = z.tuple([
  path,
  maybe(
    z.union([
      nameEncoding.transform((value): { encoding: NameEncoding | undefined; withFileTypes: boolean } => ({
        encoding: value,
        withFileTypes: false,
      })),
      z
        .object({ encoding: maybe(nameEncoding), withFileTypes: maybe(z.boolean()) })
        .transform((options) => ({ encoding: options.encoding, withFileTypes: options.withFileTypes ?? false })),
    ]),
  ),
]);

export const mkdirArguments = z.tuple([
  path,
  maybe(
    z.union([
      z.object({ recursive: maybe(z.boolean()), mode: maybe(z.int().min(0).max(0o7777)) }),
      z.int().transform((mode) => ({ recursive: undefined, mode })),
    ]),
  ),
]);
export const rmArguments = z.tuple([
  path,
  maybe(z.object({ recursive: maybe(z.boolean()), force: maybe(z.boolean()) })),
]);
export const renameArguments = z.tuple([path, path]);

export const watchArguments = z.tuple([
  path,
  maybe(
    z.union([
      nameEncoding.transform((value): { encoding: NameEncoding | undefined; recursive: boolean } => ({
        encoding: value,
        recursive: false,
      })),
      // `persistent` is about a process of Node's that a watcher keeps alive: nothing here.
      z
        .object({ encoding: maybe(nameEncoding), recursive: maybe(z.boolean()), persistent: maybe(z.boolean()) })
        .transform((options) => ({ encoding: options.encoding, recursive: options.recursive ?? false })),
    ]),
  ),
  maybe(callback),
]);

/** The client reads this literal key; only 1 and 2 mean something to it. */
export interface WireDirent {
  readonly name: string | Uint8Array;
  readonly 'Symbol(type)': number;
}

export const WireDirentType = { file: 1, directory: 2, link: 3, other: 0 } as const;
