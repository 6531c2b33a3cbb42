import type { ControlEvent } from '@slipway/wire';
import { ControlError } from './control-error.ts';
import type { ControlLimits } from './control-limits.ts';
import type { RunSink } from './run-sink.ts';

/** All that names a pid, and so may arrive before the reply that does. */
export type RunMessage = Extract<ControlEvent, { type: 'output' | 'exit' | 'quiet' | 'end' }>;

/**
 * The processes that a client runs, by pid. A program may write, and end, before
 * the reply that names its pid has come: what arrives for a pid that nobody knows
 * is kept while a reply is awaited, up to the limits. A pid that passed them fails
 * its run, because output with a hole in it is no output.
 */
export class RunTable {
  readonly #limits: ControlLimits;
  readonly #runs = new Map<number, RunSink>();
  readonly #early = new Map<number, RunMessage[]>();
  /** Pids of which something was not kept. */
  readonly #spoiled = new Set<number>();
  /** More pids than that: each that comes now may have lost something. */
  #allSpoiled = false;
  #awaited = 0;
  #earlyBytes = 0;
  #earlyMessages = 0;

  constructor(limits: ControlLimits) {
    this.#limits = limits;
  }

  /** A reply to `run` is awaited from now on; `started` or `notStarted` ends that. */
  await(): void {
    this.#awaited++;
  }

  /** No process came of it. */
  notStarted(): void {
    this.#awaited--;
    if (this.#awaited === 0) this.#forgetEarly();
  }

  /** The reply named the pid: the run gets what came early, and all that comes. */
  started(pid: number, run: RunSink): void {
    const early = this.#early.get(pid) ?? [];
    const spoiled = this.#allSpoiled || this.#spoiled.has(pid);
    this.#awaited--;
    this.#drop(pid);
    if (this.#awaited === 0) this.#forgetEarly();
    run.started(pid);
    if (spoiled) {
      run.failed(
        new ControlError('ENOBUFS', `Cannot follow process ${pid}`, 'it wrote too much before its pid was known'),
      );
      return;
    }
    this.#runs.set(pid, run);
    for (const message of early) this.receive(message);
  }

  receive(message: RunMessage): void {
    const run = this.#runs.get(message.pid);
    if (run === undefined) return this.#keep(message);
    switch (message.type) {
      case 'output':
        return run.output(message.stream, message.chunk as Uint8Array<ArrayBuffer>);
      case 'exit':
        return run.exited({ code: message.code, signal: message.signal });
      case 'quiet':
        return run.quiet();
      case 'end':
        this.#runs.delete(message.pid);
        return run.ended();
    }
  }

  failAll(error: ControlError): void {
    const runs = [...this.#runs.values()];
    this.#runs.clear();
    this.#forgetEarly();
    for (const run of runs) run.failed(error);
  }

  #keep(message: RunMessage): void {
    // Of a process that somebody else runs; with the topic `output` everybody's comes.
    if (this.#awaited === 0 || this.#allSpoiled || this.#spoiled.has(message.pid)) return;
    this.#earlyMessages++;
    this.#earlyBytes += bytesOf(message);
    const kept = this.#early.get(message.pid);
    if (kept === undefined) this.#early.set(message.pid, [message]);
    else kept.push(message);
    if (this.#earlyBytes <= this.#limits.earlyBytes && this.#earlyMessages <= this.#limits.earlyMessages) return;
    this.#drop(message.pid);
    if (this.#spoiled.size < this.#limits.earlyMessages) this.#spoiled.add(message.pid);
    else this.#allSpoiled = true;
  }

  #drop(pid: number): void {
    for (const message of this.#early.get(pid) ?? []) {
      this.#earlyMessages--;
      this.#earlyBytes -= bytesOf(message);
    }
    this.#early.delete(pid);
    this.#spoiled.delete(pid);
  }

  #forgetEarly(): void {
    this.#early.clear();
    this.#spoiled.clear();
    this.#allSpoiled = false;
    this.#earlyBytes = 0;
    this.#earlyMessages = 0;
  }
}

function bytesOf(message: RunMessage): number {
  return message.type === 'output' ? message.chunk.length : 0;
}
