import { Errno, FileMode } from '@slipway/posix';
import type { AsyncVfs } from '@slipway/vfs';
import type { KernelEvent, KernelHost, OutboundConnection } from '../contract/kernel-host.ts';
import type { BootMessage, KernelMessage, SpawnRequest, StartMessage } from '../contract/messages.ts';
import type { ProgramKind } from '../contract/programs.ts';
import type { WorkerHandle } from '../contract/worker-handle.ts';
import { Kernel } from '../kernel.ts';
import { expectReply, takeReply } from '../memory/reply-page.ts';

const FILES: Readonly<Record<string, string>> = {
  '/': '',
  '/work': '',
  '/bin/node': '#!slipway:node\n',
  '/bin/sh': '#!slipway:shell\n',
  '/bin/tool': '#!/usr/bin/env node\n',
};

/** Nothing runs in it; it keeps in `got` what it was told. */
export class FakeWorker implements WorkerHandle {
  readonly kind: ProgramKind;
  readonly got: KernelMessage[] = [];
  ended = false;
  #receive: (message: unknown, ports: readonly unknown[]) => void = () => undefined;
  #fail: (message: string) => void = () => undefined;

  constructor(kind: ProgramKind) {
    this.kind = kind;
  }

  post(message: unknown): void {
    this.got.push(message as KernelMessage);
  }

  onMessage(receiver: (message: unknown, ports: readonly unknown[]) => void): void {
    this.#receive = receiver;
  }

  onError(receiver: (message: string) => void): void {
    this.#fail = receiver;
  }

  terminate(): Promise<void> {
    this.ended = true;
    return Promise.resolve();
  }

  /** The program posts something, be it a message or not. */
  say(message: unknown, ports: readonly unknown[] = []): void {
    this.#receive(message, ports);
  }

  /** Posts a call and gives its answer; `undefined` when the kernel has not answered yet. */
  ask(message: unknown): unknown {
    const { reply } = this.boot;
    expectReply(reply);
    this.say(message);
    return Atomics.load(new Int32Array(reply, 0, 1), 0) === 0 ? undefined : takeReply(reply);
  }

  fail(message: string): void {
    this.#fail(message);
  }

  get boot(): BootMessage {
    return this.#only('boot');
  }

  get start(): StartMessage {
    return this.#only('start');
  }

  #only<K extends 'boot' | 'start'>(type: K): Extract<KernelMessage, { type: K }> {
    const found = this.got.find((message) => message.type === type);
    if (found === undefined) throw new Error(`Cannot find "${type}": the worker was not told`);
    return found as Extract<KernelMessage, { type: K }>;
  }
}

/** Workers, files and time are the test's own. */
export class FakeContainer {
  readonly kernel: Kernel;
  readonly workers: FakeWorker[] = [];
  readonly events: KernelEvent[] = [];
  readonly outbound: OutboundConnection[] = [];

  constructor(options: Partial<KernelHost> = {}) {
    const page = new SharedArrayBuffer(64);
    this.kernel = new Kernel({
      fs: fakeFiles(),
      vfsMemory: page,
      slots: 17,
      spares: { node: 0, shell: 0, thread: 0 },
      assets: {},
      createWorker: (kind) => {
        const worker = new FakeWorker(kind);
        this.workers.push(worker);
        return worker;
      },
      releaseSlot: () => undefined,
      nowMs: () => 0,
      delay: (_ms, task) => queueMicrotask(task),
      outbound: (connection) => this.outbound.push(connection) > 0,
      engineWork: () => undefined,
      emit: (event) => void this.events.push(event),
      ...options,
    });
  }

  /** A process of the host's, already running. */
  run(request: Partial<SpawnRequest> = {}): { worker: FakeWorker; pid: number; exit: Promise<unknown> } {
    const started = this.kernel.start({ ...requestOf('node'), ...request });
    if (typeof started === 'number') throw new Error(`Cannot start the process: errno ${started}`);
    const worker = this.last();
    worker.say({ type: 'ready' });
    return { worker, ...started };
  }

  /** Throws where none was made. */
  last(): FakeWorker {
    const worker = this.workers.at(-1);
    if (worker === undefined) throw new Error('Cannot find a worker: none was made');
    return worker;
  }

  errors(): string[] {
    return this.events.flatMap((event) => (event.type === 'error' ? [event.message] : []));
  }
}

/** Starts `file` without descriptors. */
export function requestOf(file: string): SpawnRequest {
  return {
    file,
    argv: [file],
    env: { PATH: '/bin' },
    cwd: '/work',
    descriptors: [],
    group: 'inherit',
    reap: 'message',
  };
}

/** Lets what was put off and promised happen. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

/** Only what finding a program needs. */
function fakeFiles(): AsyncVfs {
  const paths = Object.keys(FILES);
  const files: Pick<AsyncVfs, 'lookup' | 'stat' | 'read' | 'realpath'> = {
    lookup: (path) => (paths.includes(path) ? paths.indexOf(path) + 1 : Errno.ENOENT),
    stat: (ino) =>
      ({ mode: (FILES[paths[ino - 1] ?? ''] === '' ? FileMode.directory : FileMode.file) | 0o755 }) as ReturnType<
        AsyncVfs['stat']
      >,
    read: (ino, _at, into) => {
      const bytes = new TextEncoder().encode(FILES[paths[ino - 1] ?? '']);
      into.set(bytes.subarray(0, into.length));
      return Math.min(bytes.length, into.length);
    },
    realpath: (path) => path,
  };
  return files as AsyncVfs;
}
