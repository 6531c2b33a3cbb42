import * as z from 'zod';
import { deviceName, treeChange } from './saves.ts';
import { id, micros, oid, sha256 } from './ids.ts';
import { snapshot } from './snapshots.ts';
import { plainText } from './text.ts';
import { linkTarget, treePath } from './tree.ts';

/** GET /api/v1/projects/:id/history?before=REVISION&limit=N: snapshots, newest first, a page at a time. */
export const historyQuery = z.strictObject({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
/** As a caller writes it, before numbers are read from the text of the query. */
export type HistoryQuery = z.input<typeof historyQuery>;

/** A page of the history. A row that comes meanwhile moves nothing: pages go by revision, not by offset. */
export const historyResponse = z.strictObject({
  snapshots: z.array(snapshot),
  /** For `before` of the next page; null where this is the last. */
  next: z.int().positive().nullable(),
});
/** Snapshots that retention took away are simply missing: their revisions are gaps. */
export type HistoryResponse = z.infer<typeof historyResponse>;

const mode = z.int().min(0).max(0o7777);

/** Without bytes: a file's are fetched by its SHA-256. */
export const historyEntry = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), mode, sha256, size: z.int().nonnegative() }),
  z.strictObject({ kind: z.literal('link'), target: linkTarget }),
  z.strictObject({ kind: z.literal('dir'), mode }),
]);
/** A side of a difference; a change of kind, file to folder, has one kind before and another after. */
export type HistoryEntry = z.infer<typeof historyEntry>;

/** GET /api/v1/projects/:id/snapshots/:from/diff/:to: every path that is not the same, at most `DIFF_LIMIT`. */
export const snapshotDiffResponse = z.strictObject({
  changes: z.array(
    z.strictObject({ path: z.string(), before: historyEntry.nullable(), after: historyEntry.nullable() }),
  ),
  cut: z.boolean(),
});
/** `before` null: the path is new; `after` null: it went away. */
export type SnapshotDiffResponse = z.infer<typeof snapshotDiffResponse>;

/** The most paths that one answer about a difference names. */
export const DIFF_LIMIT = 5_000;

/**
 * POST /api/v1/projects/:id/restore: makes a new snapshot whose files are those of an
 * older one, all of them or these paths alone (with what is below them).
 */
export const restoreBody = z.strictObject({
  snapshotId: id,
  device: deviceName,
  paths: z.array(treePath).min(1).max(1_000).optional(),
});
/** Without `paths` everything is restored, and what came later is gone from the new snapshot, not from history. */
export type RestoreBody = z.infer<typeof restoreBody>;

/** What a tab has to do to its folder to be at the snapshot, from the one that was newest before. */
export const restoreResponse = z.strictObject({ snapshot, before: id.nullable(), changes: z.array(treeChange) });
/** The tab applies `changes`, it reads no tree again. `before` null: the project had no snapshot. */
export type RestoreResponse = z.infer<typeof restoreResponse>;

const step = z.int().min(0).max(2_147_483_647);
/** JSON that only the task understands. */
const externalState = z.json();
const EXTERNAL_STATE_LIMIT = 64 * 1024;
/** As JSON writes them: NUL, and halves of surrogate pairs, which it escapes where they stand alone. */
const UNSTORABLE = /\\u(0000|d[89a-f][0-9a-f]{2})/;

/** A name for a snapshot that retention keeps, with what the task wants to know when it comes back (CK-01). */
export const checkpoint = z.strictObject({
  /** `cp-<ms>-<step>`, with a suffix where that was taken (CK-01). */
  checkpointId: z.string(),
  taskId: z.string(),
  step,
  timestamp: micros,
  description: z.string(),
  externalState: externalState.nullable(),
  snapshotId: id,
  commit: oid,
});
/** `step` and `description` are the task's own; nothing here reads them. */
export type Checkpoint = z.infer<typeof checkpoint>;

/** POST /api/v1/projects/:id/checkpoints: the newest snapshot gets a name that a task comes back to. */
export const createCheckpointBody = z.strictObject({
  taskId: plainText.min(1).max(200),
  step,
  /** Any text: quotes, `$()` and newlines are nothing but text (CK-06). */
  description: z
    .string()
    .max(10_000)
    .refine((text) => text.isWellFormed() && !text.includes('\0'), 'text without NUL'),
  externalState: externalState
    .refine((state) => JSON.stringify(state).length <= EXTERNAL_STATE_LIMIT, 'at most 64 KiB of JSON')
    .refine((state) => !UNSTORABLE.test(JSON.stringify(state)), 'text without NUL')
    .optional(),
});
/** Sizes are checked here, in characters of JSON, before the database counts in its own way. */
export type CreateCheckpointBody = z.infer<typeof createCheckpointBody>;

/** The answer to a new checkpoint, and to GET of one by its name. */
export const checkpointResponse = z.strictObject({ checkpoint });
/** `checkpointId` is chosen by the server: two of one millisecond and step get different ones. */
export type CheckpointResponse = z.infer<typeof checkpointResponse>;
/** GET /api/v1/projects/:id/checkpoints. */
export const checkpointListResponse = z.strictObject({ checkpoints: z.array(checkpoint) });
/** The newest first, at most 200; with `?task=` those of one task. */
export type CheckpointListResponse = z.infer<typeof checkpointListResponse>;

/**
 * POST /api/v1/projects/:id/checkpoints/:checkpointId/verify: whether a folder is that
 * state. The body says what is in it, files by hash.
 */
export const verifyCheckpointBody = z.strictObject({
  entries: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('file'), path: treePath, mode, sha256 }),
        z.strictObject({ kind: z.literal('link'), path: treePath, target: linkTarget }),
        z.strictObject({ kind: z.literal('dir'), path: treePath, mode }),
      ]),
    )
    .max(100_000),
});
/** Hashes instead of bytes: a folder of a gigabyte is compared with one small request. */
export type VerifyCheckpointBody = z.infer<typeof verifyCheckpointBody>;

/** `paths`: the first of those that are not as they were, also those that are too many. */
export const verifyCheckpointResponse = z.strictObject({ consistent: z.boolean(), paths: z.array(z.string()) });
/** Not `consistent` and without `paths`: the checkpoint's snapshot is gone, there is nothing to compare with. */
export type VerifyCheckpointResponse = z.infer<typeof verifyCheckpointResponse>;

/** POST /api/v1/projects/:id/fork: a new project that begins with a snapshot of this one (HI-09). */
export const forkBody = z.strictObject({ snapshotId: id, name: plainText.trim().min(1).max(100) });
/** The new project is the caller's own; its history starts with this one snapshot. */
export type ForkBody = z.infer<typeof forkBody>;
