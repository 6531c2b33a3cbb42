import { CallbackContext } from '../handles/async-wrap.ts';
import { kernelMessagesOf } from '../handles/kernel-messages.ts';
import { shareEnvironment } from '../realm/env-proxy.ts';
import type { Hold } from '../realm/loop.ts';
import type { BindingFactory, Foreign, Realm } from '../realm/realm.ts';
import { invalidThreadOptions, invalidThreadVariable } from '../system/options/command-line.ts';
import { PORT_REGISTRY, type PortRegistry } from './port-table.ts';
import type { NativePort } from './port-handle.ts';

/** Young and old generation, code range and stack, in MiB: kept and shown, but no browser enforces them. */
const RESOURCE_LIMITS = 4;
/** After a worker's end its last messages may still be on the way, by another road than the news of its end. */
const LAST_WORDS_MS = 100;

/** internalBinding('worker'). Reference: Node src/node_worker.cc. */
export const createWorkerBinding: BindingFactory = (realm) => {
  const ports = (): PortRegistry => realm.internalBinding('messaging')[PORT_REGISTRY];
  let environmentPort: Foreign;
  let ownCounter: SharedArrayBuffer | undefined;
  // Shared by all threads of the process, so that ids are never given twice; 0 is the main thread.
  const counter = (): SharedArrayBuffer => (ownCounter ??= realm.sys.start.thread?.counter ?? new SharedArrayBuffer(4));

  class Worker extends WorkerHandle {
    constructor(
      url: unknown,
      env: unknown,
      execArgv: unknown,
      resourceLimits: Float64Array,
      _track: boolean,
      internal: boolean,
      name: string,
    ) {
      // A thread of lib's own (the loader's hooks): its parent waits for it without a turn of the loop.
      if (internal) ports().readWhileListening();
      super(realm, ports(), { url, env, execArgv, resourceLimits, name, counter: counter() });
      // Only what was given for this thread is judged; the parent's own options were.
      const invalid = Array.isArray(execArgv) ? invalidThreadOptions(realm.data, execArgv.map(String)) : [];
      if (invalid.length > 0) this.invalidExecArgv = invalid;
      const variable = (env as { NODE_OPTIONS?: unknown } | null)?.NODE_OPTIONS;
      // The parent's own was judged when the parent started.
      const isOwn = variable === realm.sys.start.env['NODE_OPTIONS'];
      const invalidVariable = typeof variable === 'string' && !isOwn ? invalidThreadVariable(realm.data, variable) : [];
      if (invalidVariable.length > 0) this.invalidNodeOptions = invalidVariable;
    }

    /** lib throws when it finds one of these on the handle. */
    declare invalidExecArgv?: readonly string[];
    declare invalidNodeOptions?: readonly string[];
  }

  return {
    Worker,
    isMainThread: realm.isMainThread,
    ownsProcessState: realm.isMainThread,
    // Threads lib starts for itself (the loader's hooks) are named by a builtin.
    get isInternalThread() {
      return !realm.isMainThread && (realm.sys.start.thread?.url?.startsWith('node:') ?? false);
    },
    get threadId() {
      return realm.isMainThread ? 0 : (realm.sys.start.thread?.threadId ?? 0);
    },
    get threadName() {
      return realm.isMainThread ? '' : (realm.sys.start.thread?.name ?? '');
    },
    get resourceLimits() {
      return Float64Array.from(
        realm.isMainThread
          ? new Array<number>(RESOURCE_LIMITS).fill(0)
          : (realm.sys.start.thread?.resourceLimits ?? []),
      );
    },
    getEnvMessagePort() {
      if (realm.isMainThread) return undefined;
      return (environmentPort ??= ports().wrap(realm.sys.start.thread?.port as NativePort));
    },
  };
};

interface WorkerOptions {
  readonly url: unknown;
  readonly env: unknown;
  readonly execArgv: unknown;
  readonly resourceLimits: Float64Array;
  readonly name: string;
  /** Last thread id of this process, shared by its threads, which all may start more. */
  readonly counter: SharedArrayBuffer;
}

/**
 * The parent's handle of a thread.
 *
 *   made ──startThread──▶ running ──stopThread / its own end──▶ ended
 *
 * The thread is started by the kernel and needs nothing of this worker, which
 * may block in Atomics.wait right after.
 */
class WorkerHandle {
  readonly threadId: number;
  readonly threadName: string;
  readonly messagePort: Foreign;
  readonly #realm: Realm;
  readonly #ports: PortRegistry;
  readonly #options: WorkerOptions;
  readonly #context: CallbackContext;
  /** Goes to the thread when it starts; until then nothing may be posted through it. */
  readonly #childPort: unknown;
  #state: 'made' | 'running' | 'ended' = 'made';
  #referenced = true;
  #hold: Hold | null = null;

  constructor(realm: Realm, ports: PortRegistry, options: WorkerOptions) {
    this.#realm = realm;
    this.#ports = ports;
    this.#options = options;
    // The frame in which the Worker was made: 'exit' and 'error' are emitted in it.
    this.#context = new CallbackContext(realm);
    const channel = new realm.host.classes.MessageChannel();
    this.#childPort = channel.port2;
    this.messagePort = ports.wrap(channel.port1 as unknown as NativePort);
    this.threadId = Atomics.add(new Int32Array(options.counter), 0, 1) + 1;
    this.threadName = options.name;
  }

  /** Worker::StartThread: posts and returns; the thread begins without a turn of this worker's loop. */
  startThread(): void {
    const { kernel } = this.#realm.sys;
    const stopListening = kernelMessagesOf(this.#realm).on('thread-exit', this.threadId, ({ code, error }) => {
      stopListening();
      // Messages come by the port, the end by the kernel: 'exit' must not overtake 'message'.
      this.#afterLastWords(() => this.#end(code, error));
    });
    this.#state = 'running';
    this.#settle();
    const { url, env, execArgv, resourceLimits, name } = this.#options;
    kernel.post(
      {
        type: 'thread',
        thread: {
          threadId: this.threadId,
          name,
          url: url === null || url === undefined ? null : String(url),
          // What ends the options is none of them.
          execArgv: Array.isArray(execArgv)
            ? execArgv.map(String).filter((word, at, all) => word !== '--' || at < all.length - 1)
            : (this.#realm.process.execArgv as string[]),
          env: this.#environment(),
          resourceLimits: [...resourceLimits],
          counter: this.#options.counter,
          cwd: this.#realm.sys.cwd(),
          // process.chdir of the main thread is seen by all threads.
          sharedCwd: this.#realm.sys.shareCwd(),
          ...(env === undefined && { sharedEnv: shareEnvironment(this.#realm) }),
          port: this.#childPort,
        },
      },
      [this.#childPort],
    );
  }

  /** Worker::StopThread: asks only; 'exit' comes with the kernel's message. */
  stopThread(): void {
    // The kernel ends the worker; nothing of the thread runs any more, and 'thread-exit' comes.
    if (this.#state === 'running') this.#realm.sys.kernel.post({ type: 'thread-terminate', threadId: this.threadId });
  }

  ref(): void {
    this.#referenced = true;
    this.#settle();
  }

  unref(): void {
    this.#referenced = false;
    this.#settle();
  }

  hasRef(): boolean {
    return this.#referenced;
  }

  getResourceLimits(): Float64Array {
    return this.#options.resourceLimits;
  }

  /** -1: not known. Another worker's loop cannot be asked without waiting for it. */
  loopStartTime(): number {
    return -1;
  }

  loopIdleTime(): number {
    return 0;
  }

  /** SHARE_ENV comes as `undefined`: the thread starts with a copy and follows the shared text. */
  #environment(): Readonly<Record<string, string>> {
    const { env } = this.#options;
    return { ...((typeof env === 'object' && env !== null ? env : this.#realm.process.env) as Record<string, string>) };
  }

  #settle(): void {
    const wanted = this.#state === 'running' && this.#referenced;
    if (wanted && this.#hold === null) this.#hold = this.#realm.loop.hold();
    else if (!wanted && this.#hold !== null) {
      this.#hold.release();
      this.#hold = null;
    }
  }

  #afterLastWords(then: () => void): void {
    // Whichever comes first: the port's close, or the time limit for a thread that was terminated without one.
    let done = false;
    const once = (): void => {
      if (!done) this.#realm.loop.enqueueUnref(then);
      done = true;
    };
    const handle = this.#ports.handleOf(this.messagePort);
    if (handle === undefined) once();
    else handle.whenSilent(once);
    this.#realm.host.setTimeout(once, LAST_WORDS_MS);
  }

  #end(code: number, error: string | null): void {
    this.#state = 'ended';
    this.#settle();
    this.#ports.threadEnded(this.threadId);
    this.#context.callMethod(
      this,
      // Exit code, then lib's code and text for a thread that never came to run its program.
      'onexit',
      code,
      error === null ? null : 'ERR_WORKER_INIT_FAILED',
      error ?? undefined,
    );
    this.#ports.handleOf(this.messagePort)?.close();
  }
}
