import * as z from 'zod';

/**
 * The documented extension of `/headless`: what the @webcontainer/api protocol
 * has no words for. `/headless` posts to its parent
 *
 *   { type: 'slipway:control', version: CONTROL_VERSION }      with one MessagePort
 *
 * as early as it can, before the kernel is up and before `{type:'init'}`, and to
 * an allowed parent only. The client ignores messages of other types. The page
 * that embeds the client listens for it and checks `event.origin`.
 *
 * On the port the container speaks `ControlEvent`s unasked, for the topics that
 * were subscribed, and answers each `ControlRequest` with one `reply` of its id.
 *
 * A process that was started by `run` speaks with the page over three pipes. Its
 * output can have credit: the container then sends no more bytes of a stream than
 * the page has granted, what is beyond stays in the program's own pipe, and a
 * program whose pipe is full waits, as under any shell. Its events, in this order:
 *
 *   output*  exit  [quiet]  output*  end
 *
 * The pages that can speak this are of the same build: versions must be equal.
 */
export const CONTROL_VERSION = 6;

/** The most bytes of one `write`; more is refused with EMSGSIZE. */
export const MAX_WRITE_BYTES = 1024 * 1024;
/** The most bytes of `write`s to one process that may wait for its stdin; more is refused with EAGAIN. */
export const MAX_WAITING_WRITE_BYTES = 4 * 1024 * 1024;
/** The most credit, in bytes, that one stream can have at a time; more is refused with EOVERFLOW. */
export const MAX_CREDIT_BYTES = 64 * 1024 * 1024;

/** The longest `note` beside what is kept, in characters. */
export const MAX_NOTE = 4096;

/** The most bytes of files in the reply to one `read`; what is beyond is left for the next. */
export const MAX_READ_BYTES = 32 * 1024 * 1024;
/** The most paths of one `read`, and the most changes of one `apply`. */
export const MAX_PATHS = 10_000;

/** The message to the parent that brings the port. Another version does not parse, and is then no offer at all. */
export const controlOffer = z.object({ type: z.literal('slipway:control'), version: z.literal(CONTROL_VERSION) });
/** Posted once for each page of `/headless`, to the origin of its parent alone. */
export type ControlOffer = z.infer<typeof controlOffer>;

/** What may be subscribed; an event has its topic's name as `type`. Events of one's own `run`s come unasked. */
export const controlTopic = z.enum([
  'boot',
  'processes',
  'memory',
  'ports',
  'output',
  'persistence',
  'previews',
  'changes',
]);
/** What a client subscribes to; the schema refuses any other. */
export type ControlTopic = z.infer<typeof controlTopic>;

const bytes = z.instanceof(Uint8Array);

/** In the order in which a boot passes through them. */
export const bootPhase = z.enum(['assets', 'file-system', 'kernel', 'node', 'ready', 'failed']);
/** Where a boot is; `failed` may follow any of the others and is the last. */
export type BootPhase = z.infer<typeof bootPhase>;

/** A row of the process table, as ps(1) would show it; of a zombie as long as nobody has waited for it. */
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
/** `ppid` is 1 for what was started from outside the container, as with init. */
export type ProcessInfo = z.infer<typeof processInfo>;

/** Somebody listens there; `url` is the preview origin on which its page is. */
export const openPort = z.strictObject({ port: z.int().positive(), pid: z.int().positive(), url: z.string() });
/** The port counts inside the container; on the network nothing is opened. */
export type OpenPort = z.infer<typeof openPort>;

/** Descriptors 1 and 2: apart for what `run` started, while a terminal has only one output. */
export const outputStream = z.enum(['stdout', 'stderr']);
/** Each has a credit of its own. */
export type OutputStream = z.infer<typeof outputStream>;

/**
 * What becomes of the home folder when the page goes. `off`: it goes too, as nobody asked for more. `kept`: it is
 * written down, and is there the next time. `elsewhere`: another tab of this origin keeps it, and this one does not.
 * `failed`: what was kept before stays as it was, what changes here goes with the page; `message` says why.
 */
const keptState = z.strictObject({
  type: z.literal('persistence'),
  state: z.enum(['off', 'kept', 'elsewhere', 'failed']),
  /** What the container began with came from there. */
  restored: z.boolean(),
  /** What `persist` was given last, before the container began. */
  note: z.string().optional(),
  message: z.string().optional(),
});
/** What the topic `persistence` says, as the container has it at hand. */
export type KeptState = Omit<z.infer<typeof keptState>, 'type'>;

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
  /**
   * The process has ended. What it wrote comes before this, except what waits for
   * credit and what others write who have its pipes (background jobs).
   */
  z.strictObject({
    type: z.literal('exit'),
    pid: z.int().positive(),
    code: z.int().nullable(),
    signal: z.string().nullable(),
  }),
  /** After `exit`, where `end` is not yet due: nothing of what the process wrote waits for credit any more. */
  z.strictObject({ type: z.literal('quiet'), pid: z.int().positive() }),
  /** After `exit`: its output is over, nobody has its pipes any more. The last event of a pid. */
  z.strictObject({ type: z.literal('end'), pid: z.int().positive() }),
  /**
   * Whose container the previews of this runtime origin show: this page's, or that
   * of another tab which has it open too.
   */
  z.strictObject({ type: z.literal('previews'), state: z.enum(['here', 'elsewhere']) }),
  /** Something that `changes` follows has changed; of a burst one event comes. */
  z.strictObject({ type: z.literal('changes'), cursor: z.int().nonnegative() }),
  keptState,
]);
/** The page parses it: the frame that sent it is of another origin. */
export type ControlEvent = z.infer<typeof controlEvent>;

/**
 * What the runtime has given out, for tests and the curious. A container at
 * rest shows the same figures before and after any work (`spares` and `free`
 * taken together): what differs was leaked.
 */
const inspection = z.strictObject({
  /**
   * Places for workers: a process or a thread each; pre-booted; waiting until a
   * killed worker is surely gone; unused.
   */
  slots: z.strictObject({ inUse: z.int(), spares: z.int(), resting: z.int(), free: z.int() }),
  /** Zombies too. */
  processes: z.int(),
  /** Pipes, sockets and terminals. */
  channels: z.int(),
  /** Ports and socket paths that somebody holds. */
  listeners: z.int(),
  fileSystem: z.strictObject({ freeBlocks: z.int(), freeInodes: z.int() }),
  /** What this origin takes of the browser’s storage, where the home folder is kept. */
  keptBytes: z.number().optional(),
  /** What a check of the whole file system complains of; only when it was asked for and no process ran. */
  problems: z.array(z.string()).optional(),
});
/** Counts, not names: for a test that compares before and after. */
export type Inspection = z.infer<typeof inspection>;

/** What changed below the working directory, and where the next question goes on. */
const changedPaths = z.strictObject({
  cursor: z.int().nonnegative(),
  /** Relative to the working directory. */
  paths: z.array(z.string()),
  /** So much changed that `paths` is all there is; what the page knows beside is gone. */
  all: z.boolean(),
});
/** With `all`, `paths` is every path that there is, not those that changed. */
export type ChangedPaths = z.infer<typeof changedPaths>;

const fileMode = z.int().min(0).max(0o7777);

/** What is at a path. Links are not followed. */
const pathContent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), path: z.string(), mode: fileMode, bytes }),
  z.strictObject({ kind: z.literal('link'), path: z.string(), target: z.string() }),
  z.strictObject({ kind: z.literal('dir'), path: z.string(), mode: fileMode, empty: z.boolean() }),
  /** Nothing, or what no page can have: a socket. */
  z.strictObject({ kind: z.literal('gone'), path: z.string() }),
]);
/** One path of the reply to `read`; bytes are the reader's own, nobody else writes to them. */
export type PathContent = z.infer<typeof pathContent>;

const requestId = z.int().nonnegative();

/** Checked by the container: a page that embeds it is not trusted with more than these. */
export const controlRequest = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('subscribe'), id: requestId, topics: z.array(controlTopic) }),
  z.strictObject({ type: z.literal('unsubscribe'), id: requestId, topics: z.array(controlTopic) }),
  /**
   * Starts a process with stdout and stderr apart and no terminal, as leader of a
   * session and process group of its own. Replies `{pid}`; then `output`, one `exit`
   * and one `end` come for that pid without a subscription. When this port closes,
   * its pipes break: it reads the end of its input, and writing gives EPIPE.
   */
  z.strictObject({
    type: z.literal('run'),
    id: requestId,
    command: z.string(),
    args: z.array(z.string()),
    cwd: z.string().optional(),
    env: z.record(z.string(), z.string()).optional(),
    /** Bytes for stdin, which is then closed unless `keepStdin`. */
    stdin: bytes.optional(),
    /** stdin stays open for `write`, until `close`. */
    keepStdin: z.boolean().optional(),
    /** Bytes of each stream that may come before the first `grant`. Absent: output comes without limit. */
    credit: z.int().nonnegative().optional(),
  }),
  /**
   * Bytes for the stdin of a process that this port runs. Replies when they are in
   * its pipe, so that a program which does not read slows its page down. ESRCH: no
   * such process; EPERM: not one of this port; EPIPE: its stdin is closed.
   */
  z.strictObject({ type: z.literal('write'), id: requestId, pid: z.int().positive(), bytes }),
  /**
   * Closes this side of a pipe. `stdin` (the default): its end, after what was
   * written before. An output stream: whoever writes there gets EPIPE.
   */
  z.strictObject({
    type: z.literal('close'),
    id: requestId,
    pid: z.int().positive(),
    stream: z.enum(['stdin', 'stdout', 'stderr']).optional(),
  }),
  /** Lets so many more bytes of a stream come. Without meaning for a process that was started without `credit`. */
  z.strictObject({
    type: z.literal('grant'),
    id: requestId,
    pid: z.int().positive(),
    stream: outputStream,
    bytes: z.int().positive(),
  }),
  z.strictObject({
    type: z.literal('signal'),
    id: requestId,
    pid: z.int().positive(),
    signal: z.string(),
    /** To the whole process group instead of the one process. */
    group: z.boolean().optional(),
  }),
  /**
   * Previews come to this page's container from now on; the tab that had them is
   * told `elsewhere`. Replies when it is so.
   */
  z.strictObject({ type: z.literal('take-previews'), id: requestId }),
  /**
   * The home folder is to outlive the page: what was kept is brought back when the container is built, and every
   * change is kept from then on. Counts for containers that are built later. Replies at once; `persistence` tells more.
   */
  z.strictObject({ type: z.literal('keep'), id: requestId }),
  /**
   * Replies when all that is kept is on the disk, at once where nothing is. `note` goes with it: what the page wants to
   * know the next time, true of the files as they are now.
   */
  z.strictObject({ type: z.literal('persist'), id: requestId, note: z.string().max(MAX_NOTE).optional() }),
  /** The tab that keeps the folder lets it go. Replies when it is free: for the container that is built next. */
  z.strictObject({ type: z.literal('take-kept'), id: requestId }),
  /** What is kept is deleted, and nothing is kept until the next container. EBUSY: another tab keeps it. */
  z.strictObject({ type: z.literal('forget-kept'), id: requestId }),
  /**
   * Which paths below the working directory changed after `since`, the cursor of an
   * earlier reply; without it, nothing yet, and from now on they are followed. All that
   * was written before the request is in the reply. Folders named in `skip`, wherever
   * they are, are not looked into; the first request decides. `whole`: every path that
   * there is.
   */
  z.strictObject({
    type: z.literal('changes'),
    id: requestId,
    since: z.int().nonnegative().optional(),
    skip: z.array(z.string()).max(100).optional(),
    whole: z.boolean().optional(),
  }),
  /** Replies `read`, one entry to a path from the first on, as many as fit MAX_READ_BYTES and at least one. */
  z.strictObject({ type: z.literal('read'), id: requestId, paths: z.array(z.string()).max(MAX_PATHS) }),
  /**
   * Makes paths what is told, each at once, folders above them too. Replies `kept`:
   * those left alone because they changed after `since`, a cursor of `changes`.
   */
  z.strictObject({
    type: z.literal('apply'),
    id: requestId,
    since: z.int().nonnegative(),
    entries: z
      .array(
        z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('file'), path: z.string(), mode: fileMode, bytes }),
          z.strictObject({ kind: z.literal('link'), path: z.string(), target: z.string() }),
          z.strictObject({ kind: z.literal('dir'), path: z.string(), mode: fileMode }),
          /** The mode of what is there, without its bytes. */
          z.strictObject({ kind: z.literal('mode'), path: z.string(), mode: fileMode }),
          z.strictObject({ kind: z.literal('gone'), path: z.string() }),
        ]),
      )
      .max(MAX_PATHS),
  }),
  /** Replies an `inspection`. `check` verifies the whole file system as well, which takes seconds for a large one. */
  z.strictObject({ type: z.literal('inspect'), id: requestId, check: z.boolean().optional() }),
]);
/** `id` is the page's; the one reply to it carries the same. */
export type ControlRequest = z.infer<typeof controlRequest>;
/** What a path is to be; see the request `apply`. */
export type AppliedEntry = Extract<ControlRequest, { type: 'apply' }>['entries'][number];

/** Which of the optional fields is there follows from the request, which the sender knows by `id`. */
export const controlReply = z.discriminatedUnion('ok', [
  z.strictObject({
    type: z.literal('reply'),
    id: requestId,
    ok: z.literal(true),
    /** Present in the reply to `run`. */
    pid: z.int().positive().optional(),
    /** Present in the reply to `inspect`. */
    inspection: inspection.optional(),
    /** Present in the reply to `changes`. */
    changes: changedPaths.optional(),
    /** Present in the reply to `read`. */
    read: z.array(pathContent).optional(),
    /** Of `apply`: the paths left alone, because they changed in the container after `since`. */
    kept: z.array(z.string()).optional(),
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
/** A refusal with an errno name is about the request; the container goes on. */
export type ControlReply = z.infer<typeof controlReply>;

/** Everything that arrives at the embedding page's end of the port. */
export type ControlMessage = ControlEvent | ControlReply;
