/** Arguments of the object that `instance.fs()` returns, and the odd shape of its entries. */
import * as z from 'zod';
import { bytes, callback, maybe, path } from './schema.ts';

/** Node's names, aliases included, in small letters; Node itself takes any case. */
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
/** One of `fsEncodings`, after the schema has made it small. */
export type FsEncoding = (typeof fsEncodings)[number];

/** Names also come as bytes. */
const nameEncoding = z
  .string()
  .transform((value) => value.toLowerCase())
  .pipe(z.enum([...fsEncodings, 'buffer']));
/** `buffer`: names as the bytes that they are, also those that are no UTF-8. */
export type NameEncoding = FsEncoding | 'buffer';

/** Node's habit: a bare encoding, or an object with one, or nothing. */
const encodingOption = maybe(
  z.union([encoding, z.object({ encoding: maybe(encoding) }).transform((options) => options.encoding)]),
);

/** Without an encoding the answer is bytes. */
export const readFileArguments = z.tuple([path, encodingOption]);
/** The encoding is for text alone; bytes are written as they are. */
export const writeFileArguments = z.tuple([path, z.union([z.string(), bytes]), encodingOption]);

/** `recursive` is no option of the client's, so it is dropped. */
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

/** A bare number is the mode, as in Node; where there is none the host chooses. */
export const mkdirArguments = z.tuple([
  path,
  maybe(
    z.union([
      z.object({ recursive: maybe(z.boolean()), mode: maybe(z.int().min(0).max(0o7777)) }),
      z.int().transform((mode) => ({ recursive: undefined, mode })),
    ]),
  ),
]);
/** `force`: what is not there is no error. Both false as in Node where they are missing. */
export const rmArguments = z.tuple([
  path,
  maybe(z.object({ recursive: maybe(z.boolean()), force: maybe(z.boolean()) })),
]);
/** From, to; rename(2), so a file that is at the second goes. */
export const renameArguments = z.tuple([path, path]);

/** The callback is the third also where no options were given. */
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

/** The client's own numbers, not those of dirent.h or of Node's `UV_DIRENT_*`. */
export const WireDirentType = { file: 1, directory: 2, link: 3, other: 0 } as const;
