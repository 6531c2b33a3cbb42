import * as z from 'zod';
import { oid, sha256 } from './ids.ts';
import { snapshot } from './snapshots.ts';
import { plainText } from './text.ts';
import { linkTarget, treeEntry, treePath } from './tree.ts';

/**
 * POST /api/v1/projects/:id/saves: the paths that changed since a commit that the
 * server made (HI-01). The body is one line of JSON, a `saveBody`, a newline, and then
 * the bytes of the changes that have some, in their order and without anything between.
 */
export const SAVE_TYPE = 'application/x-slipway-save';

/** Which tab or machine saves; it stands in the names of files that are kept twice. */
export const deviceName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/, 'letters, digits and dashes');

/**
 * How the bytes of a file reach the server:
 *
 *   known   they are there: the project has them, or they were put as a blob
 *   whole   they follow
 *   splice  of the file at this path at `base`, `start` bytes at its beginning and `end`
 *           at its end stay; `length` bytes, which follow, stand between
 */
export const saveContent = z.discriminatedUnion('as', [
  z.strictObject({ as: z.literal('known') }),
  z.strictObject({ as: z.literal('whole') }),
  z.strictObject({
    as: z.literal('splice'),
    start: z.int().nonnegative(),
    end: z.int().nonnegative(),
    length: z.int().nonnegative(),
  }),
]);
/** Wrong claims are harmless: what is put together must have the hash that the change names. */
export type SaveContent = z.infer<typeof saveContent>;

const mode = z.int().min(0).max(0o7777);

/** What is at a path now. Of two changes of one path the later counts. */
export const saveChange = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('file'),
    path: treePath,
    mode,
    /** Of the whole file, and its size: the server checks what it puts together. */
    sha256,
    size: z.int().nonnegative(),
    content: saveContent,
    /** Kept, and shown to no clone. */
    hidden: z.boolean().optional(),
  }),
  z.strictObject({ kind: z.literal('link'), path: treePath, target: linkTarget, hidden: z.boolean().optional() }),
  z.strictObject({ kind: z.literal('dir'), path: treePath, mode }),
  /** Nothing is there; what was below a folder goes with it. */
  z.strictObject({ kind: z.literal('gone'), path: treePath }),
]);
/** Always the state after the change, never a difference; repeating one changes nothing. */
export type SaveChange = z.infer<typeof saveChange>;

/** The first line of a save's body; what it may be in bytes is checked before it is parsed. */
export const saveBody = z.strictObject({
  /** The commit that the changes were made on; null for a project without one. */
  base: oid.nullable(),
  device: deviceName,
  /** Whether to merge where another device saved on the same base; else STALE_REVISION tells of it. */
  merge: z.boolean(),
  message: plainText.max(1_000).optional(),
  changes: z.array(saveChange).max(100_000),
});
/** With `merge` false, a base that is no longer the newest is STALE_REVISION. */
export type SaveBody = z.infer<typeof saveBody>;

/** A path that a device has to make like the server's: an entry, or nothing. */
export const treeChange = z.discriminatedUnion('kind', [
  ...treeEntry.options,
  z.strictObject({ kind: z.literal('gone'), path: treePath }),
]);
/** A folder that is `gone` takes all below it along. */
export type TreeChange = z.infer<typeof treeChange>;

/** Where two devices changed one path in different ways, and what was done. */
export const mergeConflict = z.strictObject({
  path: z.string(),
  outcome: z.enum(['kept-both', 'kept-changed']),
  /** For `kept-both`: where the saving device's version is. */
  keptAs: z.string().optional(),
});
/** `kept-changed`: one side deleted what the other changed, and the changed file stays. */
export type MergeConflict = z.infer<typeof mergeConflict>;

/** The answer to a save: 201 with the snapshot it made, 200 with the newest one where nothing was to be made. */
export const saveResponse = z.strictObject({
  snapshot,
  /** Not null where another device had saved: what the saving one lacks now. */
  merged: z.strictObject({ changes: z.array(treeChange), conflicts: z.array(mergeConflict) }).nullable(),
});
/** `merged` null: the base was the newest, so the saving device has everything already. */
export type SaveResponse = z.infer<typeof saveResponse>;

/** `details` of MISSING_CONTENT: files whose bytes have to be sent whole. */
export const missingContentDetails = z.strictObject({ paths: z.array(z.string()) });
