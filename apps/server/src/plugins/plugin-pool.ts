import { Worker } from 'node:worker_threads';
import type { CallResult, CompiledComponent, EntityQuery, EntityRow, PluginCall, Manifest } from '@slipway/plugin-host';
import {
  CELL_BYTES,
  CELL_HEAD,
  type CellAnswer,
  type PreparedPlugin,
  type ThreadAnswer,
  type ThreadRequest,
} from './plugin-thread.ts';

/** What a thread needs to call a plugin; it keeps compiled components by their key. */
export interface LoadedPlugin {
  /** Of the component; two with the same are the same. */
  key: string;
  component: CompiledComponent;
  manifest: Manifest;
}

/** `wallMs` ends the call from outside, whatever fuel it has left. */
export interface PoolCall extends Omit<PluginCall, 'query'> {
  plugin: LoadedPlugin;
  wallMs: number;
  query(query: EntityQuery): Promise<readonly EntityRow[]>;
}

/** Neither call rejects for what a plugin does; a loop or a crash is an outcome, and costs its thread. */
export interface PluginPool {
  call(call: PoolCall): Promise<CallResult>;
  prepare(
    bytes: Uint8Array,
  ): Promise<{ outcome: 'prepared'; plugin: PreparedPlugin } | { outcome: 'refused'; message: string }>;
  /** Ends every thread; what is under way is answered as `died`. */
  close(): Promise<void>;
}

/** Of a thread's own heap, in MiB. A plugin's WebAssembly memory is not in it; `memoryPages` bounds that. */
const CALL_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };
const PREPARE_LIMITS = { maxOldGenerationSizeMb: 256, stackSizeMb: 4 };
/** What the largest component takes is far below. */
const PREPARE_MS = 60_000;
/** Calls that may wait for a thread. */
const WAITING = 1000;

/** How a request ended that its thread did not answer. */
type Ending = { kind: 'timeout' } | { kind: 'died' };

/**
 * Runs calls on threads of their own, `size` at once. One that takes too long is ended with its
 * thread (PL-14), which stops loops and waits alike; a spare thread is started ahead.
 */
export function createPluginPool({ size }: { size: number }): PluginPool {
  const idle: Thread[] = [];
  const all = new Set<Thread>();
  const waiting: (() => void)[] = [];
  let running = 0;
  let closed = false;

  const start = (limits: typeof PREPARE_LIMITS): Thread => {
    const thread = new Thread(limits, () => all.delete(thread));
    all.add(thread);
    return thread;
  };
  const takePlace = async (): Promise<void> => {
    if (closed) throw new Error('Cannot call a plugin: the server is stopping');
    if (running < size) {
      running++;
      return;
    }
    if (waiting.length >= WAITING) throw new Error(`Cannot call a plugin: ${WAITING} calls wait already`);
    await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const givePlace = () => {
    const next = waiting.shift();
    if (next) next();
    else running--;
  };

  return {
    call: async (call) => {
      await takePlace();
      const thread = idle.pop() ?? start(CALL_LIMITS);
      try {
        const began = performance.now();
        const answer = await thread.call(call);
        if (answer.kind === 'called') return answer.result;
        const used = { fuel: 0n, memoryBytes: 0, log: [] };
        if (answer.kind === 'timeout') {
          return { kind: 'timeout', message: `It took longer than ${call.wallMs / 1000} seconds`, ...used };
        }
        const seconds = Math.round(performance.now() - began) / 1000;
        const message = 'message' in answer ? answer.message : `Its thread ended after ${seconds} seconds`;
        return { kind: 'died', message, ...used };
      } finally {
        // The place of one that was ended is taken by a new one, which reads its code meanwhile.
        if (!closed) idle.push(thread.alive ? thread : start(CALL_LIMITS));
        givePlace();
      }
    },
    prepare: async (bytes) => {
      if (closed) throw new Error('Cannot prepare a plugin: the server is stopping');
      const thread = start(PREPARE_LIMITS);
      try {
        const answer = await thread.ask({ kind: 'prepare', bytes }, PREPARE_MS);
        if (answer.kind === 'prepared') return { outcome: 'prepared', plugin: answer.plugin };
        const message =
          'message' in answer ? answer.message : 'Cannot use the plugin: preparing it took too much time or memory';
        return { outcome: 'refused', message };
      } finally {
        await thread.end();
      }
    },
    close: async () => {
      closed = true;
      await Promise.all([...all].map((thread) => thread.end()));
    },
  };
}

/** One worker and the cell through which it is answered while it waits. What it has compiled once is not sent again. */
class Thread {
  readonly #worker: Worker;
  readonly #cell = new SharedArrayBuffer(CELL_BYTES);
  #settle: ((answer: ThreadAnswer | Ending) => void) | undefined;
  #query: PoolCall['query'] | undefined;
  readonly #known = new Set<string>();
  alive = true;
  #begun: () => void = () => undefined;
  readonly #ready = new Promise<void>((resolve) => (this.#begun = resolve));

  constructor(resourceLimits: typeof PREPARE_LIMITS, onEnd: () => void) {
    // Types are stripped by Node itself; the environment holds what plugins have no business with.
    const url = new URL('./plugin.worker.ts', import.meta.url);
    this.#worker = new Worker(url, { execArgv: [], env: {}, resourceLimits });
    this.#worker.unref();
    this.#worker.on('message', (answer: ThreadAnswer) => {
      if (answer.kind === 'query') void this.#answerQuery(answer.query);
      else if (answer.kind === 'ready') this.#begun();
      else this.#settle?.(answer);
    });
    const gone = () => {
      this.alive = false;
      this.#begun();
      onEnd();
      this.#settle?.({ kind: 'died' });
    };
    this.#worker.on('error', gone);
    this.#worker.on('exit', gone);
  }

  /** Not to be called again before it has answered: a thread has one answer under way, and no numbers. */
  async ask(request: ThreadRequest, limitMs: number): Promise<ThreadAnswer | Ending> {
    this.#worker.ref();
    await this.#ready;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<ThreadAnswer | Ending>((resolve) => {
        this.#settle = resolve;
        if (!this.alive) resolve({ kind: 'died' });
        timer = setTimeout(() => {
          // Said before the thread ends: its end would say "died".
          resolve({ kind: 'timeout' });
          void this.end();
        }, limitMs);
        this.#worker.postMessage(request);
      });
    } finally {
      clearTimeout(timer);
      this.#settle = undefined;
      this.#worker.unref();
    }
  }

  /** `unknown`: the thread has forgotten the component, which is then sent once more. */
  async call(call: PoolCall): Promise<ThreadAnswer | Ending> {
    const { key, component, manifest } = call.plugin;
    const { method, args, context } = call;
    this.#query = call.query;
    const request = {
      kind: 'call',
      key,
      manifest,
      method,
      args,
      context,
      limits: call.limits ?? {},
      cell: this.#cell,
    } as const;
    const known = this.#known.has(key);
    const answer = await this.ask({ ...request, component: known ? undefined : component }, call.wallMs);
    this.#known.add(key);
    if (answer.kind !== 'unknown') return answer;
    return await this.ask({ ...request, component }, call.wallMs);
  }

  /**
   * Into shared memory, because the thread is blocked and hears no messages: first the bytes, then their
   * length, then the word that wakes it.
   */
  async #answerQuery(query: EntityQuery): Promise<void> {
    let answer: CellAnswer;
    try {
      answer = { rows: (await this.#query?.(query)) ?? [] };
    } catch {
      answer = { failed: 'A query could not be answered' };
    }
    let bytes = new TextEncoder().encode(JSON.stringify(answer));
    if (bytes.length > CELL_BYTES - CELL_HEAD) {
      bytes = new TextEncoder().encode(
        JSON.stringify({ failed: 'The answer to a query is too large' } satisfies CellAnswer),
      );
    }
    const head = new Int32Array(this.#cell, 0, 2);
    new Uint8Array(this.#cell, CELL_HEAD).set(bytes);
    Atomics.store(head, 1, bytes.length);
    Atomics.store(head, 0, 1);
    Atomics.notify(head, 0);
  }

  /** The only way to stop a plugin that does not return. */
  async end(): Promise<void> {
    this.alive = false;
    await this.#worker.terminate();
  }
}
