import * as z from 'zod';
import { id, micros } from './ids.ts';
import { plainText } from './text.ts';

/** What a sandbox may take (SB-01). Decided by whoever makes it, within what the schema allows. */
export const sandboxConfig = z.strictObject({
  cpu: z.int().min(1).max(16).default(2),
  /** Of all its processes, the browser's included where there is one. */
  memoryMiB: z.int().min(256).max(16_384).default(2048),
  processes: z.int().min(1).max(1024).default(64),
  diskMiB: z.int().min(1).max(4096).default(1024),
  /** All that its commands may write to stdout and stderr. */
  outputBytes: z
    .int()
    .min(1)
    .max(16 * 1024 ** 3)
    .default(64 * 1024 ** 2),
  /** `registry`: packages and nothing else. */
  network: z.enum(['registry', 'none']).default('registry'),
});
/** Fixed for the sandbox's life; a restore brings the files back, with the same limits. */
export type SandboxConfig = z.infer<typeof sandboxConfig>;

/** What its owner calls a sandbox, or a checkpoint of one. */
export const sandboxName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'begins with a letter or digit and holds up to 63 of a-z, 0-9, ".", "_", "-"');

/** `created` waits for its start. An `exited` one is brought back by a restore alone, a `destroyed` one too. */
export const sandboxStatus = z.enum(['created', 'running', 'exited', 'destroyed']);

/** POST /api/v1/sandboxes. What an earlier sandbox of that id left is removed first (SB-01). */
export const createSandboxBody = z.strictObject({
  id: sandboxName,
  cpu: sandboxConfig.shape.cpu,
  memoryMiB: sandboxConfig.shape.memoryMiB,
  processes: sandboxConfig.shape.processes,
  diskMiB: sandboxConfig.shape.diskMiB,
  outputBytes: sandboxConfig.shape.outputBytes,
  network: sandboxConfig.shape.network,
  /** What its files are at first; absent: nothing. */
  template: plainText.min(1).max(100).optional(),
  /** A line of shell that runs from its start on, and again after a restore. */
  command: plainText.min(1).max(4096).nullable().default(null),
});
/** `command` null: it starts nothing and waits for what it is told. */
export type CreateSandboxBody = z.infer<typeof createSandboxBody>;

/** A sandbox as its owner sees it. Its files are those of a project of its own, its checkpoints that one's. */
export const sandbox = z.strictObject({
  id: sandboxName,
  projectId: id,
  config: sandboxConfig,
  command: z.string().nullable(),
  status: sandboxStatus,
  exitCode: z.int().nullable(),
  /** Why it ended, where nobody asked it to. */
  problem: z.string().nullable(),
  createdAt: micros,
  startedAt: micros.nullable(),
  endedAt: micros.nullable(),
  /** Microseconds from its start to its end, or to now. */
  uptime: z.int().nonnegative().nullable(),
  /** How often it was brought back because its worker went away. */
  recoveries: z.int().nonnegative(),
});
/** `exitCode` is its command's; null while it runs, and where there is none. */
export type Sandbox = z.infer<typeof sandbox>;

/** A request for one is a row; the caller asks by its id how far it is. */
export const sandboxVerbs = ['start', 'stop', 'checkpoint', 'restore', 'destroy'] as const;
/** Stored with the request that a worker takes. */
export type SandboxVerb = (typeof sandboxVerbs)[number];

/** POST /api/v1/sandboxes/:id/requests. */
export const sandboxRequestBody = z.discriminatedUnion('verb', [
  z.strictObject({ verb: z.enum(['start', 'stop', 'destroy']) }),
  z.strictObject({ verb: z.enum(['checkpoint', 'restore']), checkpointId: sandboxName }),
]);
/** 202: it is done by the worker that has the sandbox, and told by the request's state. */
export type SandboxRequestBody = z.infer<typeof sandboxRequestBody>;

/** A verb on its way: a worker does it when it has time. `false` is told as `failed`. */
export const sandboxRequest = z.strictObject({
  id,
  verb: z.enum(sandboxVerbs),
  checkpointId: z.string().nullable(),
  state: z.enum(['waiting', 'done', 'failed']),
  problem: z.string().nullable(),
  createdAt: micros,
});
/** `problem` says in words why it is `failed`. */
export type SandboxRequest = z.infer<typeof sandboxRequest>;

/** POST /api/v1/sandboxes and GET of one. */
export const sandboxResponse = z.strictObject({ sandbox });
/** How it is now, by the database: a worker that died is noticed when its lease lapses. */
export type SandboxResponse = z.infer<typeof sandboxResponse>;
/** So many sandboxes are on one page of the list. */
export const SANDBOXES_PAGE = 100;
/** GET /api/v1/sandboxes: the caller's own, a page of them; `next` goes into `?after=` and is absent on the last. */
export const sandboxListResponse = z.strictObject({
  sandboxes: z.array(sandbox).max(SANDBOXES_PAGE),
  next: z.string().max(100).optional(),
});
/** The newest first, destroyed ones too until retention takes their records away. */
export type SandboxListResponse = z.infer<typeof sandboxListResponse>;
/** The answer to a verb, and GET of its request while somebody waits for it. */
export const sandboxRequestResponse = z.strictObject({ request: sandboxRequest });
/** `waiting` is no failure: ask again. */
export type SandboxRequestResponse = z.infer<typeof sandboxRequestResponse>;
