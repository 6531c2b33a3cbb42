import * as z from 'zod';

/**
 * The documented extension of `/headless`: what the @webcontainer/api protocol
 * has no words for. `/headless` posts to its parent
 *
 *   { type: 'slipway:control', version: 2 }      with one MessagePort
 *
 * as early as it can, before the kernel is up and before `{type:'init'}`, and to
 * an allowed parent only. The client ignores messages of other types. The page
 * that embeds the client listens for it and checks `event.origin`.
 *
 * On the port the container speaks `ControlEvent`s unasked, for the topics that
 * were subscribed, and answers each `ControlRequest` with one `reply` of its id.
 */
export const controlVersion = 3;

export const controlOffer = z.object({ type: z.literal('slipway:control'), version: z.literal(controlVersion) });
export type ControlOffer = z.infer<typeof controlOffer>;

export const controlTopic = z.enum(['boot', 'processes', 'memory', 'ports', 'output', 'persistence', 'previews']);
export type ControlTopic = z.infer<typeof controlTopic>;

const bytes = z.instanceof(Uint8Array);

/** In the order in which a boot passes through them. */
export const bootPhase = z.enum(['assets', 'file-system', 'kernel', 'node', 'ready', 'failed']);
export type BootPhase = z.infer<typeof bootPhase>;

export const processInfo = z.strictObject({
  pid: z.int().positive(),
  ppid: z.int().nonnegative(),
  command: z.string(),
  args: z.array(z.string()),
  cwd: z.string(),
  state: z.enum(['starting', 'running', 'stopped', 'zombie']),
  /** Milliseconds since the epoch. */
  startedAtMs: z.number(),
});
export type ProcessInfo = z.infer<typeof processInfo>;

export const openPort = z.strictObject({ port: z.int().positive(), pid: z.int().positive(), url: z.string() });
export type OpenPort = z.infer<typeof openPort>;

export const outputStream = z.enum(['stdout', 'stderr']);

/** What the container says unasked. `boot` is sent from the first moment; the others only for subscribed topics. */
export const controlEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('boot'),
    phase: bootPhase,
    /** 0 to 1 within the phase, absent where it cannot be told. */
    fraction: z.number().min(0).max(1).optional(),
    /** For `failed`: what could not be done, and what the user can do. */
    message: z.string().optional(),
    elapsedMs: z.number(),
  }),
  /** The whole process table, whenever it changed (at most ten times a second). */
  z.strictObject({ type: z.literal('processes'), processes: z.array(processInfo) }),
  z.strictObject({
    type: z.literal('memory'),
    fileSystemUsedBytes: z.number(),
    fileSystemSizeBytes: z.number(),
    /** JavaScript heaps of all workers, where the browser tells. */
    heapBytes: z.number().optional(),
  }),
  z.strictObject({ type: z.literal('ports'), ports: z.array(openPort) }),
  /** Bytes that a process wrote to a descriptor that is no terminal: stdout and stderr apart. */
  z.strictObject({ type: z.literal('output'), pid: z.int().positive(), stream: outputStream, chunk: bytes }),
  z.strictObject({ type: z.literal('exit'), pid: z.int().positive(), code: z.int().nullable(), signal: z.string().nullable() }),
  /** Whose container the previews of this runtime origin show: this page's, or that of another tab which has it open too. */
  z.strictObject({ type: z.literal('previews'), state: z.enum(['here', 'elsewhere']) }),
  z.strictObject({
    type: z.literal('persistence'),
    state: z.enum(['off', 'saving', 'saved', 'failed']),
    message: z.string().optional(),
  }),
]);
export type ControlEvent = z.infer<typeof controlEvent>;

/**
 * What the runtime has given out, for tests and the curious. A container at
 * rest shows the same figures before and after any work (`spares` and `free`
 * taken together): what differs was leaked.
 */
const inspection = z.strictObject({
  /** Places for workers: a process or a thread each; pre-booted; waiting until a killed worker is surely gone; unused. */
  slots: z.strictObject({ inUse: z.int(), spares: z.int(), resting: z.int(), free: z.int() }),
  /** Zombies too. */
  processes: z.int(),
  /** Pipes, sockets and terminals. */
  channels: z.int(),
  /** Ports and socket paths that somebody holds. */
  listeners: z.int(),
  fileSystem: z.strictObject({ freeBlocks: z.int(), freeInodes: z.int() }),
  /** What a check of the whole file system complains of; only when it was asked for and no process ran. */
  problems: z.array(z.string()).optional(),
});
export type Inspection = z.infer<typeof inspection>;

const requestId = z.int().nonnegative();

/** What the embedding page asks. */
export const controlRequest = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('subscribe'), id: requestId, topics: z.array(controlTopic) }),
  z.strictObject({ type: z.literal('unsubscribe'), id: requestId, topics: z.array(controlTopic) }),
  /**
   * Starts a process with stdout and stderr apart and no terminal. Replies
   * `{pid}`; then `output` and one `exit` come for that pid without a subscription.
   */
  z.strictObject({
    type: z.literal('run'),
    id: requestId,
    command: z.string(),
    args: z.array(z.string()),
    cwd: z.string().optional(),
    env: z.record(z.string(), z.string()).optional(),
    /** Bytes for stdin, which is then closed. */
    stdin: bytes.optional(),
  }),
  z.strictObject({
    type: z.literal('signal'),
    id: requestId,
    pid: z.int().positive(),
    signal: z.string(),
    /** To the whole process group instead of the one process. */
    group: z.boolean().optional(),
  }),
  /** Previews come to this page's container from now on; the tab that had them is told `elsewhere`. Replies when it is so. */
  z.strictObject({ type: z.literal('take-previews'), id: requestId }),
  /** Writes the file system to storage now; replies when it is there. */
  z.strictObject({ type: z.literal('persist'), id: requestId }),
  /** Replies an `inspection`. `check` verifies the whole file system as well, which takes seconds for a large one. */
  z.strictObject({ type: z.literal('inspect'), id: requestId, check: z.boolean().optional() }),
]);
export type ControlRequest = z.infer<typeof controlRequest>;

export const controlReply = z.discriminatedUnion('ok', [
  z.strictObject({
    type: z.literal('reply'),
    id: requestId,
    ok: z.literal(true),
    /** Present in the reply to `run`. */
    pid: z.int().positive().optional(),
    /** Present in the reply to `inspect`. */
    inspection: inspection.optional(),
  }),
  z.strictObject({
    type: z.literal('reply'),
    id: requestId,
    ok: z.literal(false),
    /** An errno name, or `UNSUPPORTED` where this build lacks the request. */
    code: z.string(),
    message: z.string(),
  }),
]);
export type ControlReply = z.infer<typeof controlReply>;

/** Everything that arrives at the embedding page's end of the port. */
export type ControlMessage = ControlEvent | ControlReply;
