/**
 * A ContainerHost for tests of the wire: the real file system, and "programs"
 * that only serve to produce the output a test needs. No kernel.
 */
import type { AsyncVfs } from '@slipway/vfs';
import type { ByteStream } from '@slipway/kernel';
import type { ContainerHost, HostEvent, HostProcess, HostSpawn, LineMatcher } from '../container-host.ts';
import type { KeptState } from '@slipway/wire';
import { matchLines } from '../match-lines.ts';

type ExitStatus = Awaited<HostProcess['exit']>;

const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

/** What a fake program is given. It ends by returning its exit code. */
export interface FakeTerminal {
  readonly request: HostSpawn;
  print(bytes: Uint8Array<ArrayBuffer>, stream?: 'stdout' | 'stderr'): void | Promise<void>;
  /** The next piece of input, or `null` at its end. */
  input(): Promise<Uint8Array | null>;
  readonly sizes: [number, number][];
  /** Keeps the output open after the program has ended, until the promise settles. */
  hold(until: Promise<unknown>): void;
}

export type FakeProgram = (terminal: FakeTerminal) => Promise<number>;

export class FakeHost implements ContainerHost {
  readonly fs: AsyncVfs;
  readonly workdir: string;
  readonly searchPath = '/usr/local/bin:/usr/bin:/bin';
  readonly ports = new Map<number, () => ByteStream>();
  readonly signals: string[] = [];
  /** Outputs that nobody reads any more, as `pid stream`. */
  readonly abandoned: string[] = [];
  /** What `kept` says, and what `persist` was given. */
  keptState: KeptState = { state: 'off', restored: false };
  readonly notes: (string | undefined)[] = [];
  readonly #programs: Readonly<Record<string, FakeProgram>>;
  readonly #listeners = new Set<(event: HostEvent) => void>();
  readonly #running = new Map<number, (status: ExitStatus) => void>();
  #nextPid = 1;

  constructor(fs: AsyncVfs, workdir: string, programs: Readonly<Record<string, FakeProgram>>) {
    this.fs = fs;
    this.workdir = workdir;
    this.#programs = programs;
  }

  emit(event: HostEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  kept(): KeptState {
    return this.keptState;
  }

  async persist(note: string | undefined): Promise<void> {
    this.notes.push(note);
  }

  async forgetKept(): Promise<number> {
    return this.keptState.state === 'elsewhere' ? -16 : 0;
  }

  spawn(request: HostSpawn): HostProcess | number {
    const program = this.#programs[request.command];
    if (program === undefined) return -2;
    const pid = this.#nextPid++;
    const inputs: (Uint8Array | null)[] = [];
    let wake: () => void = () => undefined;
    const holds: Promise<unknown>[] = [];
    const sizes: [number, number][] = [];
    let end: (status: ExitStatus) => void = () => undefined;
    const exit = new Promise<ExitStatus>((resolve) => (end = resolve));
    this.#running.set(pid, end);
    const terminal: FakeTerminal = {
      request,
      print: (bytes, stream = 'stdout') => request.onOutput(stream, bytes),
      input: async () => {
        while (inputs.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        return inputs.shift() ?? null;
      },
      sizes,
      hold: (until) => void holds.push(until),
    };
    void program(terminal).then((code) => end({ code, signal: null }));
    void exit.then(() => this.#running.delete(pid));
    return {
      pid,
      exit,
      drained: exit.then(() => Promise.all(holds)).then(() => undefined),
      write: (bytes) => {
        inputs.push(bytes);
        wake();
      },
      // A pipe that holds nothing: the program must take it.
      written: async () => {
        while (inputs.some((input) => input !== null) && this.#running.has(pid)) await nextTurn();
        return this.#running.has(pid) ? 0 : -32;
      },
      endInput: () => {
        inputs.push(null);
        wake();
      },
      resize: (columns, rows) => void sizes.push([columns, rows]),
      signal: (name) => {
        this.signals.push(name);
        if (name === 'SIGKILL' || request.command !== 'stubborn') end({ code: null, signal: name });
        return 0;
      },
      abandonOutput: (stream) => void this.abandoned.push(`${pid} ${stream ?? 'all'}`),
    };
  }

  connect(port: number): ByteStream | number {
    return this.ports.get(port)?.() ?? -111;
  }

  listening(): readonly { port: number; pid: number }[] {
    return [...this.ports.keys()].map((port) => ({ port, pid: 1 }));
  }

  processes(): ReturnType<ContainerHost['processes']> {
    return [...this.#running.keys()].map((pid) => ({
      pid,
      ppid: 0,
      pgid: pid,
      state: 'running',
      argv: ['fake', 'program'],
      cwd: this.workdir,
      startedAtMs: 0,
      threads: 0,
    }));
  }

  signal(pid: number, name: string): number {
    const end = this.#running.get(Math.abs(pid));
    end?.({ code: null, signal: name });
    return end === undefined ? -3 : 0;
  }

  async inspect(): ReturnType<ContainerHost['inspect']> {
    const { freeBlocks, freeInodes } = this.fs.usage();
    return {
      slots: { inUse: this.#running.size, spares: 0, resting: 0, free: 0 },
      processes: this.#running.size,
      channels: 0,
      listeners: this.ports.size,
      fileSystem: { freeBlocks, freeInodes },
    };
  }

  memory(): { fileSystemUsedBytes: number; fileSystemSizeBytes: number } {
    return { fileSystemUsedBytes: 1, fileSystemSizeBytes: 2 };
  }

  openMatcher(expression: RegExp): LineMatcher {
    return { find: async (text, limit) => matchLines(text, expression, limit), close: () => undefined };
  }

  subscribe(listener: (event: HostEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async teardown(): Promise<void> {
    for (const end of this.#running.values()) end({ code: null, signal: 'SIGKILL' });
  }
}
