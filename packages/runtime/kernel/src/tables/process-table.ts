import type { DescriptorEnd, ExitStatus, ProcessInfo } from '../contract/messages.ts';
import type { Holder } from './channel-table.ts';
import { nextState, type ProcessEvent, type ProcessState } from './process-state.ts';
import type { Seat } from '../workers/worker-pool.ts';

/** One worker of a process: its main program (`threadId` 0) or a thread. */
export interface Task extends Holder {
  readonly slot: number;
  readonly seat: Seat;
  readonly process: Process;
  readonly threadId: number;
  /** The task that is told when this one ends; `null` for what the host started. */
  readonly parent: Task | null;
  /** A `wait` this task is blocked in. */
  waiting: { readonly pid: number } | null;
  ended: boolean;
}

/**
 * What the kernel knows of a process. Only argv, cwd and env change
 * when it calls execve(2), and what is spelled without `readonly`.
 */
export interface Process {
  readonly pid: number;
  readonly ppid: number;
  pgid: number;
  sid: number;
  argv: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  readonly startedAtMs: number;
  readonly reap: 'message' | 'wait';
  /** Descriptors 0 to 2 as it started with; its threads share them. */
  stdio: readonly (DescriptorEnd | null)[];
  state: ProcessState;
  main: Task | null;
  readonly threads: Map<number, Task>;
  readonly watched: Set<string>;
  /** Terminals it has put in raw mode; they fall back when it ends. */
  readonly rawTerminals: Set<number>;
  /** Settled when it ends, for whoever started it from outside. */
  readonly onEnd: ((status: ExitStatus) => void) | null;
}

/**
 * Processes by pid, zombies included until they are reaped. Pids
 * start at 2 and are not reused: 1 is nobody's, as init is not there.
 */
export class ProcessTable {
  readonly #processes = new Map<number, Process>();
  #lastPid = 1;

  nextPid(): number {
    return ++this.#lastPid;
  }

  add(process: Process): void {
    this.#processes.set(process.pid, process);
  }

  get(pid: number): Process | undefined {
    return this.#processes.get(pid);
  }

  all(): readonly Process[] {
    return [...this.#processes.values()];
  }

  alive(): readonly Process[] {
    return this.all().filter((process) => process.state.name === 'starting' || process.state.name === 'running');
  }

  group(pgid: number): readonly Process[] {
    return this.alive().filter((process) => process.pgid === pgid);
  }

  childrenOf(pid: number): readonly Process[] {
    return this.all().filter((process) => process.ppid === pid);
  }

  /** The only door through which a process changes state. */
  dispatch(process: Process, event: ProcessEvent): void {
    const next = nextState(process.state, event);
    if (next === undefined)
      throw new Error(`Cannot ${event.type} process ${process.pid}: current state is "${process.state.name}"`);
    process.state = next;
    if (next.name === 'reaped') this.#processes.delete(process.pid);
  }

  /** Those with a pid above `after`, in the order of their pids. */
  info(after = 0): readonly ProcessInfo[] {
    return this.all()
      .filter(({ pid }) => pid > after)
      .map(({ pid, ppid, pgid, state, argv, cwd, startedAtMs, threads }) => ({
        pid,
        ppid,
        pgid,
        state: state.name,
        argv,
        cwd,
        startedAtMs,
        threads: threads.size,
      }));
  }
}
