import * as z from 'zod';
import { id, micros } from './ids.ts';
import { LIVE_HOURS } from './live.ts';
import { plainText } from './text.ts';

/**
 * What the link of a share is for (UX-15). `copy`: its page shows the files and lets anybody who is signed
 * in take a copy; `embed`: so it does in a frame of any site; `live`: a host of its own shows what runs in the
 * owner's tab (UX-21).
 */
export const shareKind = z.enum(['copy', 'embed', 'live']);
/** A link keeps its kind: another use needs another link. */
export type ShareKind = z.infer<typeof shareKind>;

/** A share as its owner sees it (UX-20); the token itself was shown once. */
export const share = z.strictObject({
  id,
  projectId: id,
  kind: shareKind,
  /** The last four characters of the token. */
  ending: z.string(),
  createdAt: micros,
  expiresAt: micros,
  /** How often somebody opened it; exact to some at once. */
  views: z.int().nonnegative(),
  copies: z.int().nonnegative(),
});
/** `expiresAt` is when its link stops; a share is deleted to stop it sooner. */
export type Share = z.infer<typeof share>;

/** So many shares a project may have at once. */
export const SHARES_LIMIT = 50;

/** POST /api/v1/projects/:id/shares. */
export const createShareBody = z
  .strictObject({ kind: shareKind, expiresInHours: z.int().min(1).max(8784) })
  .refine(({ kind, expiresInHours }) => kind !== 'live' || expiresInHours <= LIVE_HOURS, {
    path: ['expiresInHours'],
    error: `a live preview lives for ${LIVE_HOURS} hours at most`,
  });
/** A live preview has a shorter end than the rest, because it leads into a running machine. */
export type CreateShareBody = z.infer<typeof createShareBody>;

/** The only answer that ever holds the token. */
export const createShareResponse = z.strictObject({
  share,
  token: z.string(),
  url: z.string(),
});
/** Who loses `url` makes another share: the server keeps a hash. */
export type CreateShareResponse = z.infer<typeof createShareResponse>;

/** GET /api/v1/projects/:id/shares, for the owner alone. */
export const shareListResponse = z.strictObject({ shares: z.array(share).max(SHARES_LIMIT) });
/** Expired ones are not in it. */
export type ShareListResponse = z.infer<typeof shareListResponse>;

/** Made of 32 random bytes. */
export const shareToken = z.string().regex(/^[\w-]{43}$/, 'the token of a link');

/** POST /api/v1/shared, by anybody: what is behind a link. The token is in the body, out of the logs. */
export const lookAtShareBody = z.strictObject({ token: shareToken });

/** So many files are told of a shared project; a copy has all of them. */
export const SHARED_FILES_LIMIT = 5000;

/** The answer to anybody with the link: no id of the project or of its owner is in it. */
export const sharedProjectResponse = z.strictObject({
  kind: shareKind,
  name: z.string(),
  /** Who shares it, by the name they gave. */
  owner: z.string(),
  expiresAt: micros,
  files: z.array(z.strictObject({ path: z.string(), size: z.int().nonnegative() })).max(SHARED_FILES_LIMIT),
  /** There are more files than are told. */
  cut: z.boolean(),
});
/** Without bytes: a file is asked for by its path, with the same token. */
export type SharedProjectResponse = z.infer<typeof sharedProjectResponse>;

/** On the answer to POST /api/v1/shared/mount: the origin where the share's files are run. */
export const SHARED_ORIGIN_HEADER = 'X-Runtime-Origin';
/** 32 MiB: a share with more is run as a copy only, which its owner's quota bounds. */
export const SHARED_MOUNT_BYTES = 32 * 1024 * 1024;

/** POST /api/v1/shared/file, by anybody: the bytes of a file, up to SHARED_FILE_BYTES. */
export const sharedFileBody = z.strictObject({ token: shareToken, path: plainText.min(1).max(4096) });
/** 1 MiB: more than a page would show of a file. A larger one is only in a copy. */
export const SHARED_FILE_BYTES = 1024 * 1024;
