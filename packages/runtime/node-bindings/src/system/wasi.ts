import type { Foreign, Realm } from '../realm/realm.ts';
import { codedError } from '@slipway/node-values';
import { monotonicMs, wallClockMs } from './clock.ts';
import { WASI_ERRNO, WasiSandbox } from './wasi-sandbox.ts';

/** Those of WASI's own numbering that are answered here; they have nothing to do with Linux's. */
const Errno = { success: 0, badf: 8, inval: 28, noent: 44, nosys: 52, notdir: 54, notsock: 57 } as const;
/** lookupflags::symlink_follow, the one flag of a path lookup: a link at the path's end is followed. */
const FOLLOW = 1;
const Clock = { realtime: 0, monotonic: 1, processCpu: 2, threadCpu: 3 } as const;
/** subclockflags::subscription_clock_abstime, and layouts of `subscription` and `event` in bytes (witx). */
const ABSOLUTE_TIME = 1;
const EVENT_CLOCK = 0;
const SUBSCRIPTION_SIZE = 48;
const EVENT_SIZE = 32;
/** Bytes that crypto.getRandomValues gives at once. */
const RANDOM_QUOTA = 65536;
/** Long enough for the holder of a lock to be given a core, milliseconds. */
const YIELD_MS = 1;
/** Nobody ever wakes what sleeps on it. */
const resting = new Int32Array(new SharedArrayBuffer(4));

/**
 * internalBinding('wasi'): the functions of wasi_snapshot_preview1 over Node's
 * own `fs`. Reference: src/node_wasi.cc; spec: WASI preview 1 witx.
 *
 * The file functions come from @tybys/wasm-util. What it does with a console, a
 * busy loop or Math.random is replaced here, because a process can do better.
 */
export function createWasiBinding(realm: Realm): Foreign {
  class WASI {
    constructor(
      args: readonly string[],
      env: readonly string[],
      preopens: readonly string[],
      stdio: readonly number[],
    ) {
      const fs: Foreign = realm.requireBuiltin('fs');
      const library: Foreign = realm.requireBuiltin('internal/slipway/library/wasi');
      // Preopens come as pairs (name for the guest, path of the host): every second one is a path.
      const sandbox = new WasiSandbox(
        fs,
        preopens.filter((_, index) => index % 2 === 1).map((path) => realPath(fs, path)),
      );
      const inner = makeInner(library, sandbox.fs, args, env, preopens);
      const calls = inner.wasiImport as Record<string, (...parameters: number[]) => number>;
      const guest = new GuestMemory();
      // Ours win over the library's where both have a call.
      const own: Record<string, (...parameters: never[]) => unknown> = {
        ...systemCalls(realm, fs, guest, stdio, calls),
        ...followingCalls(sandbox, calls),
      };
      for (const [name, call] of Object.entries({ ...calls, ...own })) {
        // lib binds every enumerable member to this object.
        (this as Foreign)[name] = Object.defineProperty(
          (...parameters: never[]) => {
            // The calls exist from the beginning, to be imported; they need the memory of the instance they are
            // given to.
            if (!guest.ready) throw codedError(Error, 'ERR_WASI_NOT_STARTED', 'wasi.start() has not been called');
            return errnoOf(() => (call as (...all: never[]) => unknown)(...parameters));
          },
          'name',
          { value: name },
        );
      }
      (this as Foreign)._setMemory = (memory: unknown) => {
        if (!(memory instanceof WebAssembly.Memory)) {
          throw codedError(
            TypeError,
            'ERR_INVALID_ARG_TYPE',
            '"instance.exports.memory" property must be a WebAssembly.Memory object',
          );
        }
        // The library reads the memory from the instance's exports; here lib hands over the memory alone.
        inner.finalizeBindings({ exports: { memory } });
        guest.memory = memory;
      };
    }
  }
  return { WASI };
}

function makeInner(
  library: Foreign,
  fs: Foreign,
  args: readonly string[],
  env: readonly string[],
  preopens: readonly string[],
): Foreign {
  const pairs: Record<string, string> = {};
  for (let index = 0; index < preopens.length; index += 2) pairs[preopens[index]!] = preopens[index + 1]!;
  const variables = Object.fromEntries(
    env.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
  try {
    return new library.WASI({ version: 'preview1', args, env: variables, preopens: pairs, fs });
  } catch (error) {
    // uvwasi_init: a preopened directory that is not there.
    const code = (error as { code?: string }).code;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    const members = {
      errno: code === 'ENOENT' ? Errno.noent : Errno.notdir,
      code: `UVWASI_${code}`,
      syscall: 'uvwasi_init',
    };
    throw Object.assign(new Error(`UVWASI_${code}, uvwasi_init`), members);
  }
}

/** `uvwasi_init` says what is wrong with a directory that is not there. */
function realPath(fs: Foreign, path: string): string {
  try {
    return fs.realpathSync(path) as string;
  } catch (error) {
    if (typeof (error as { code?: unknown }).code !== 'string') throw error;
    return path;
  }
}

/** The library knows some errno and throws the others. */
function errnoOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    const errno = WASI_ERRNO[(error as { code?: string } | null)?.code ?? ''];
    if (errno === undefined) throw error;
    return errno;
  }
}

/** Links are followed by the sandbox, not by the library, which follows one step from the wrong place. */
function followingCalls(sandbox: WasiSandbox, library: Calls): Calls {
  const follow = (flags: number, call: (flags: number) => number): number => {
    sandbox.followsLast = (flags & FOLLOW) !== 0;
    // The flag is for the one call: calls of a guest cannot nest.
    try {
      return call(flags & ~FOLLOW);
    } finally {
      sandbox.followsLast = false;
    }
  };
  const call = (name: string, ...parameters: number[]): number => library[name]!(...parameters);
  return {
    path_open: (fd: number, flags: number, ...rest: number[]) =>
      follow(flags, (left) => call('path_open', fd, left, ...rest)),
    path_filestat_set_times: (fd: number, flags: number, ...rest: number[]) =>
      follow(flags, (left) => call('path_filestat_set_times', fd, left, ...rest)),
    path_link: (fd: number, flags: number, ...rest: number[]) =>
      follow(flags, (left) => call('path_link', fd, left, ...rest)),
  };
}

/** The guest's memory; views are taken anew for every call, because it may have grown. */
class GuestMemory {
  memory: WebAssembly.Memory | undefined;

  get ready(): boolean {
    return this.memory !== undefined;
  }

  get view(): DataView {
    return new DataView(this.memory!.buffer);
  }

  bytes(offset: number, length: number): Uint8Array {
    return new Uint8Array(this.memory!.buffer, offset, length);
  }

  /** The parts that a vector of (pointer, length) names. */
  vector(offset: number, count: number): Uint8Array[] {
    const { view } = this;
    return Array.from({ length: count }, (_, index) =>
      this.bytes(view.getUint32(offset + index * 8, true), view.getUint32(offset + index * 8 + 4, true)),
    );
  }
}

type Calls = Record<string, (...parameters: number[]) => number>;

function systemCalls(
  realm: Realm,
  fs: Foreign,
  guest: GuestMemory,
  stdio: readonly number[],
  library: Calls,
): Record<string, (...parameters: never[]) => number> {
  // In two parts: milliseconds since 1970 times a million are beyond what a double holds exactly.
  const nanoseconds = (ms: number): bigint => BigInt(Math.floor(ms)) * 1_000_000n + BigInt(Math.floor((ms % 1) * 1e6));
  const now = (clock: number): bigint | undefined => {
    if (clock === Clock.realtime) return nanoseconds(wallClockMs(realm));
    // CPU time of a worker is told by nobody: its upper bound, the time itself, stands in.
    return clock === Clock.monotonic || clock === Clock.processCpu || clock === Clock.threadCpu
      ? nanoseconds(monotonicMs(realm))
      : undefined;
  };

  /** fd_datasync looks the descriptor up first. */
  const isOpen = (fd: number): boolean => library['fd_datasync']!(fd) !== Errno.badf;
  const noSocket = (fd: number): number => (isOpen(fd) ? Errno.notsock : Errno.badf);

  return {
    clock_time_get(clock: number, _precision: bigint, out: number) {
      const time = now(clock);
      if (time === undefined) return Errno.inval;
      // Pointers arrive as signed 32-bit numbers: above 2 GiB they would be negative.
      guest.view.setBigUint64(out >>> 0, time, true);
      return Errno.success;
    },

    clock_res_get(clock: number, out: number) {
      if (now(clock) === undefined) return Errno.inval;
      // What a cross-origin isolated page gets from performance.now().
      guest.view.setBigUint64(out >>> 0, 5000n, true);
      return Errno.success;
    },

    random_get(offset: number, length: number) {
      const target = guest.bytes(offset >>> 0, length >>> 0);
      // getRandomValues refuses shared memory and more than its quota.
      for (let done = 0; done < target.length; done += RANDOM_QUOTA) {
        // Through a copy, since the guest's memory may be shared.
        const part = new Uint8Array(Math.min(RANDOM_QUOTA, target.length - done));
        target.set(realm.host.crypto.getRandomValues(part), done);
      }
      return Errno.success;
    },

    /** The library collects lines for a console; a program writes bytes. */
    fd_write(fd: number, vector: number, count: number, out: number) {
      if (fd !== 1 && fd !== 2) return library['fd_write']!(fd, vector, count, out);
      let written = 0;
      for (const part of guest.vector(vector >>> 0, count)) {
        // A copy: the memory may be shared between threads.
        if (part.length > 0) written += fs.writeSync(stdio[fd], part.slice()) as number;
      }
      guest.view.setUint32(out >>> 0, written, true);
      return Errno.success;
    },

    fd_read(fd: number, vector: number, count: number, out: number) {
      if (fd !== 0) return library['fd_read']!(fd, vector, count, out);
      let total = 0;
      for (const part of guest.vector(vector >>> 0, count)) {
        const copy = new Uint8Array(part.length);
        const length = part.length === 0 ? 0 : (fs.readSync(stdio[0], copy, 0, copy.length, null) as number);
        part.set(copy.subarray(0, length));
        total += length;
        // A terminal or pipe has no more for now: waiting for the rest of the vector would hang a prompt.
        if (length < part.length) break;
      }
      guest.view.setUint32(out >>> 0, total, true);
      return Errno.success;
    },

    poll_oneoff: (input: number, output: number, count: number, outCount: number) =>
      poll({ guest, now, isOpen }, input, output, count, outCount),

    // No descriptor of a guest is a socket: preopens are directories.
    sock_accept: (fd: number) => noSocket(fd),
    sock_recv: (fd: number) => noSocket(fd),
    sock_send: (fd: number) => noSocket(fd),
    sock_shutdown: (fd: number) => noSocket(fd),

    /**
     * A worker yields by sleeping. It must: a lock of Rust's parking_lot yields a
     * few times and then panics, because WebAssembly on stable Rust cannot park.
     */
    sched_yield() {
      Atomics.wait(resting, 0, 0, YIELD_MS);
      return Errno.success;
    },
    proc_raise: () => Errno.nosys,
  };
}

/** What poll_oneoff needs to know: the clocks, and which descriptors there are. */
interface PollParts {
  readonly guest: GuestMemory;
  readonly now: (clock: number) => bigint | undefined;
  readonly isOpen: (fd: number) => boolean;
}

/**
 * poll_oneoff of WASI preview 1. Files are always ready, as for poll(2); without
 * any the earliest clock is slept for, and no core burns.
 */
function poll(
  { guest, now, isOpen }: PollParts,
  input: number,
  output: number,
  count: number,
  outCount: number,
): number {
  if (count === 0) return Errno.inval;
  const { view } = guest;
  const files: { userdata: bigint; type: number; errno: number }[] = [];
  let soonest: { userdata: bigint; delay: bigint } | undefined;
  // A subscription: userdata (8 bytes), type at 8, then by type either a clock (id at 16, timeout at 24, flags at
  // 40) or a descriptor at 16.
  for (let index = 0; index < count; index += 1) {
    const at = (input >>> 0) + index * SUBSCRIPTION_SIZE;
    const [userdata, type] = [view.getBigUint64(at, true), view.getUint8(at + 8)];
    if (type !== EVENT_CLOCK) {
      files.push({ userdata, type, errno: isOpen(view.getUint32(at + 16, true)) ? Errno.success : Errno.badf });
      continue;
    }
    const time = now(view.getUint32(at + 16, true));
    if (time === undefined) return Errno.inval;
    const timeout = view.getBigUint64(at + 24, true);
    const delay = (view.getUint16(at + 40, true) & ABSOLUTE_TIME) !== 0 ? timeout - time : timeout;
    if (soonest === undefined || delay < soonest.delay) soonest = { userdata, delay };
  }
  // A ready file ends the poll at once, so clocks beside it are not slept for, nor reported.
  if (files.length === 0 && soonest !== undefined) {
    if (soonest.delay > 0n) Atomics.wait(resting, 0, 0, Number(soonest.delay) / 1e6);
    files.push({ userdata: soonest.userdata, type: EVENT_CLOCK, errno: Errno.success });
  }
  // An event: userdata, errno at 8, type at 10; the rest (bytes to read) is 0.
  files.forEach(({ userdata, type, errno }, index) => {
    const at = (output >>> 0) + index * EVENT_SIZE;
    guest.bytes(at, EVENT_SIZE).fill(0);
    guest.view.setBigUint64(at, userdata, true);
    guest.view.setUint16(at + 8, errno, true);
    guest.view.setUint8(at + 10, type);
  });
  guest.view.setUint32(outCount >>> 0, files.length, true);
  return Errno.success;
}
