/** From the iframe's address to `build()`. */
import * as z from 'zod';
import { parseArguments } from './schema.ts';
import { WireError } from './wire-error.ts';

/** Read from the address, which anybody can write: hence its parser. */
export interface HeadlessQuery {
  readonly version: string;
  readonly coep: 'require-corp' | 'credentialless' | 'none';
  /** What `configureAPIKey` was given. */
  readonly clientId: string | null;
}

/**
 * Set in the query of `/headless` by the page that has looked at its ancestors and found them
 * allowed. It opens nothing: the answer then always has `frame-ancestors`.
 */
export const EMBEDDER_CHECKED_QUERY = 'embedder-checked';

/** Throws `WireError` for an unknown `coep`; what is absent has the default. */
export function parseHeadlessQuery(search: { get(name: string): string | null }): HeadlessQuery {
  const coep = search.get('coep') ?? 'require-corp';
  if (coep !== 'require-corp' && coep !== 'credentialless' && coep !== 'none')
    throw new WireError(`Cannot boot: coep is "${coep.slice(0, 40)}"`);
  return { version: search.get('version') ?? 'unknown', coep, clientId: search.get('client_id') };
}

/** What the page posts to its parent. Other `type`s are ignored by the client; a value without `type` breaks it. */
export type HeadlessMessage =
  /** With one port: the root object. */
  | { readonly type: 'init' }
  /** `console[level](message)` in the embedder: the only way to be heard before `init`. */
  | { readonly type: 'warning'; readonly level: 'warn' | 'error'; readonly message: string };

const workdirName = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => name !== '.' && name !== '..' && !name.includes('/') && !name.includes('\0'), {
    error: 'must be a valid folder name',
  });

/** `root.build(options)`. */
export const buildArguments = z.tuple([
  z.object({
    /** `location.host` of the app; what the client says, so never a ground for trust. */
    host: z.string().max(300),
    version: z.string().max(64).optional(),
    workdirName: workdirName.optional(),
    forwardPreviewErrors: z.union([z.boolean(), z.literal('exceptions-only')]).optional(),
  }),
]);
/** What `WebContainer.boot()` was called with, as far as it crosses; `workdirName` absent: the container chooses. */
export type BuildOptions = z.output<typeof buildArguments>[0];

/** Throws a WireError whose text names the wrong argument: the embedder sees it as boot's rejection. */
export function parseBuildArguments(args: readonly unknown[]): BuildOptions {
  return parseArguments('build', buildArguments, args)[0];
}
