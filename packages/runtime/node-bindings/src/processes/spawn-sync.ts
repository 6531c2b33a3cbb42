import { Errno, joinBytes } from '@slipway/posix';
import { plainView } from '../handles/stream-base.ts';
import type { BindingFactory, Foreign, Realm } from '../realm/realm.ts';
import {
  environmentOf,
  openChildPipe,
  sharedDescriptor,
  streamOf,
  type ChildPipe,
  type StdioEntry,
} from './child-descriptors.ts';
import { signalName } from './signal-names.ts';

/** Milliseconds to sleep on one ring while another may become ready; doubles while nothing happens. */
const SHORTEST_NAP_MS = 1;
const LONGEST_NAP_MS = 16;
const CHUNK_BYTES = 64 * 1024;

/**
 * What lib/child_process.js hands over, checked there. `timeout` in ms, `maxBuffer` in bytes for each pipe; 0 and
 * undefined mean no limit.
 */
interface Options {
  readonly file: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly envPairs?: readonly string[];
  readonly stdio: readonly StdioEntry[];
  readonly detached?: boolean;
  readonly timeout?: number;
  readonly maxBuffer?: number;
  readonly killSignal?: number;
}

/** A pipe to the child: what is still to be written, what was read. */
interface Transfer {
  readonly index: number;
  readonly pipe: ChildPipe;
  input: Uint8Array;
  inputOpen: boolean;
  outputOpen: boolean;
  readonly chunks: Uint8Array[];
  size: number;
}

/**
 * internalBinding('spawn_sync'). Reference: Node src/spawn_sync.cc.
 *
 * This worker blocks until the child has ended and its pipes are drained. It
 * can wait on one ring at a time, so it naps on one and looks at the others.
 */
export const createSpawnSyncBinding: BindingFactory = (realm) => ({
  spawn: (options: Options) => spawnAndWait(realm, options),
});

/** Runs a program to its end, its output in memory. What lib's spawnSync takes apart. */
export function spawnAndWait(realm: Realm, options: Options): Foreign {
  const { sys } = realm;
  const transfers: Transfer[] = [];
  const descriptors = options.stdio.map((entry, index) => {
    if (entry.type !== 'pipe' && entry.type !== 'overlapped') return sharedDescriptor(realm, index, entry);
    const pipe = openChildPipe(realm, index, false);
    const { input, output } = streamOf(realm, pipe.fd);
    transfers.push({
      index,
      pipe,
      input: entry.input === undefined ? new Uint8Array(0) : plainView(entry.input),
      inputOpen: output !== null,
      outputOpen: input !== null && entry.writable !== false,
      chunks: [],
      size: 0,
    });
    return pipe.end;
  });
  const { errno, pid } = sys.kernel.spawn({
    file: String(options.file),
    argv: options.args === undefined || options.args.length === 0 ? [String(options.file)] : options.args.map(String),
    env: environmentOf(realm, options.envPairs),
    cwd: options.cwd === undefined || options.cwd === null ? sys.cwd() : sys.absolute(String(options.cwd)),
    descriptors,
    group: options.detached === true ? 'new-session' : 'inherit',
    umask: sys.umask(),
    reap: 'wait',
  });
  // The child's ends, or this side would never see an end of file.
  for (const { pipe } of transfers) pipe.release();
  try {
    // lib makes the exception of `error`; no child, no output.
    if (errno < 0) return { pid: 0, status: null, signal: null, output: null, error: errno };
    return new SyncChild(realm, options, transfers, pid).run();
  } finally {
    for (const { pipe } of transfers) if (pipe.fd >= 0) sys.descriptors.close(pipe.fd);
  }
}

class SyncChild {
  readonly #realm: Realm;
  readonly #options: Options;
  readonly #transfers: readonly Transfer[];
  readonly #pid: number;
  readonly #deadline: number;
  readonly #maxBuffer: number;
  readonly #scratch = new Uint8Array(CHUNK_BYTES);
  #error = 0;

  constructor(realm: Realm, options: Options, transfers: readonly Transfer[], pid: number) {
    this.#realm = realm;
    this.#options = options;
    this.#transfers = transfers;
    this.#pid = pid;
    // By the worker's clock, in ms; the time to start the child counts.
    this.#deadline = options.timeout ? realm.host.performanceNow() + options.timeout : Number.POSITIVE_INFINITY;
    this.#maxBuffer = options.maxBuffer || Number.POSITIVE_INFINITY;
  }

  run(): Foreign {
    this.#drain();
    const status = this.#awaitExit();
    const { Buffer } = this.#realm.requireBuiltin('buffer');
    const output = this.#options.stdio.map((entry, index) => {
      const transfer = this.#transfers.find((candidate) => candidate.index === index);
      const readable =
        transfer !== undefined &&
        streamOf(this.#realm, transfer.pipe.fd).input !== null &&
        (entry.type === 'pipe' || entry.type === 'overlapped') &&
        entry.writable !== false;
      return readable ? Buffer.from(joinBytes(transfer.chunks).buffer) : null;
    });
    return {
      pid: this.#pid,
      status: status.code,
      signal: status.signal,
      output,
      ...(this.#error < 0 ? { error: this.#error } : {}),
    };
  }

  /** Feeds and empties the pipes until all are at their end or the child was given up. */
  #drain(): void {
    let nap = SHORTEST_NAP_MS;
    for (;;) {
      // Before looking: an event that comes between the look and the nap then ends the nap at once.
      const marks = this.#transfers.map(({ pipe }) => streamOf(this.#realm, pipe.fd).input?.readableEvents ?? 0);
      const moved = this.#transfers.map((transfer) => this.#write(transfer) || this.#read(transfer)).includes(true);
      if (this.#error < 0) return;
      const open = this.#transfers.filter((transfer) => transfer.outputOpen || transfer.inputOpen);
      if (open.length === 0) return;
      const left = this.#deadline - this.#realm.host.performanceNow();
      if (left <= 0) return this.#giveUp(Errno.ETIMEDOUT);
      nap = moved ? SHORTEST_NAP_MS : Math.min(nap * 2, LONGEST_NAP_MS);
      if (moved) continue;
      const awaited = open.find((transfer) => transfer.outputOpen);
      const ring = awaited === undefined ? null : streamOf(this.#realm, awaited.pipe.fd).input;
      // Alone on its ring a reader sleeps until it is woken; else it looks around now and then.
      const limit =
        open.length === 1 && left === Number.POSITIVE_INFINITY && ring !== null ? undefined : Math.min(left, nap);
      if (awaited !== undefined && ring !== null)
        ring.waitForEventAfter(marks[this.#transfers.indexOf(awaited)] ?? 0, limit);
      else sleep(Math.min(left, nap));
    }
  }

  #write(transfer: Transfer): boolean {
    if (!transfer.inputOpen) return false;
    const ring = streamOf(this.#realm, transfer.pipe.fd).output;
    if (ring === null) return false;
    // A child that does not read its input is no error here; it may well have ended.
    // What nobody will read counts as written.
    const written = ring.broken ? transfer.input.length : ring.writeSome(transfer.input);
    transfer.input = transfer.input.subarray(written);
    if (transfer.input.length === 0) {
      transfer.inputOpen = false;
      // The child reads an end of file.
      ring.closeWriters();
    }
    return written > 0;
  }

  #read(transfer: Transfer): boolean {
    if (!transfer.outputOpen) return false;
    const ring = streamOf(this.#realm, transfer.pipe.fd).input;
    if (ring === null) return false;
    const count = ring.readSome(this.#scratch);
    if (count === 0) {
      transfer.outputOpen = !ring.ended;
      return false;
    }
    // The chunk that is too much is still given, as Node gives it.
    transfer.chunks.push(this.#scratch.slice(0, count));
    transfer.size += count;
    if (transfer.size > this.#maxBuffer) this.#giveUp(Errno.ENOBUFS);
    return true;
  }

  /** SyncProcessRunner::Kill: the pipes are left as they are, the child is waited for. */
  #giveUp(error: number): void {
    this.#error = error;
    const signal = this.#options.killSignal ? signalName(this.#options.killSignal) : undefined;
    this.#realm.sys.kernel.kill(this.#pid, signal ?? 'SIGTERM');
  }

  #awaitExit(): { readonly code: number | null; readonly signal: string | null } {
    const { kernel } = this.#realm.sys;
    // Its pipes may be closed long before it ends.
    for (;;) {
      // Given up already: killed, and waited for without a limit.
      const limited = this.#deadline !== Number.POSITIVE_INFINITY && this.#error === 0;
      const { errno, status } = kernel.wait(this.#pid, !limited);
      if (status !== null) return status;
      if (errno < 0) throw new Error(`Cannot wait for process ${this.#pid}: error ${errno}`);
      const left = this.#deadline - this.#realm.host.performanceNow();
      if (limited && left <= 0) this.#giveUp(Errno.ETIMEDOUT);
      else sleep(Math.max(0, Math.min(left, LONGEST_NAP_MS)));
    }
  }
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
