import { Errno } from '@slipway/posix';
import type { ExitStatus, Replies } from '../contract/messages.ts';
import type { KernelHost } from '../contract/kernel-host.ts';
import { pendingSignals, putReply } from '../memory/reply-page.ts';
import { waitStatus } from '../tables/process-state.ts';
import type { Process, ProcessTable, Task } from '../tables/process-table.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import type { Connections } from './connections.ts';
import { tell } from './tell.ts';

/** Of the host only `emit` is needed: ends start nothing. */
export interface EndsParts {
  readonly host: Pick<KernelHost, 'emit'>;
  readonly processes: ProcessTable;
  readonly connections: Connections;
  readonly pool: WorkerPool;
  /** The process will not switch its terminals back any more. */
  readonly leaveTerminals: (process: Process) => void;
}

/** How processes and threads end, and how their parents learn of it: exit(3), wait(2). */
export class Ends {
  readonly #parts: EndsParts;

  constructor(parts: EndsParts) {
    this.#parts = parts;
  }

  /** One worker has ended: with the main program its whole process. */
  endTask(task: Task, status: ExitStatus): void {
    if (task.ended) return;
    if (task.threadId === 0) {
      this.end(task.process, status);
      return;
    }
    this.closeTask(task);
    task.process.threads.delete(task.threadId);
    if (task.parent !== null && !task.parent.ended)
      tell(task.parent, { type: 'thread-exit', threadId: task.threadId, code: status.code ?? 1, error: null });
  }

  /** Everything a task held goes back, however it ended. */
  closeTask(task: Task): void {
    task.ended = true;
    this.#parts.pool.dispose(task.seat);
    this.#parts.connections.releaseAll(task);
  }

  /** A process that starts or runs becomes a zombie; nothing where it is one already. */
  end(process: Process, given: ExitStatus): void {
    const { host, processes } = this.#parts;
    if (process.state.name !== 'starting' && process.state.name !== 'running') return;
    const status = waitStatus(given);
    processes.dispatch(process, { type: 'end', status });
    // Threads first: they share what the main program held.
    for (const thread of process.threads.values()) this.closeTask(thread);
    process.threads.clear();
    this.#parts.leaveTerminals(process);
    // Taken before the main task is closed: the one to be told.
    const parent = process.main?.parent ?? null;
    if (process.main !== null) this.closeTask(process.main);
    // Children live on without a parent, as under init; nobody will wait for them.
    for (const child of processes.childrenOf(process.pid)) {
      if (child.state.name === 'zombie') processes.dispatch(child, { type: 'reap' });
    }
    // After all is given back: who waits for the end may start the next at once.
    process.onEnd?.(status);
    host.emit({ type: 'processes' });
    this.#tellParent(parent, process, status);
  }

  /** wait(2). `later`: the answer comes when a child ends, or a signal. */
  wait(task: Task, pid: number, hang: boolean): Replies['wait'] | 'later' {
    const { processes } = this.#parts;
    const children = processes.childrenOf(task.process.pid).filter((child) => pid === -1 || child.pid === pid);
    if (children.length === 0) return { errno: Errno.ECHILD, pid: 0, status: null };
    const zombie = children.find((child) => child.state.name === 'zombie');
    if (zombie !== undefined) return this.#reap(zombie);
    if (!hang) return { errno: 0, pid: 0, status: null };
    // A signal that came before the wait ends it as well.
    if (pendingSignals(task.seat.reply) !== 0) return { errno: Errno.EINTR, pid: 0, status: null };
    task.waiting = { pid };
    return 'later';
  }

  #tellParent(parent: Task | null, process: Process, status: ExitStatus): void {
    if (parent === null || parent.ended) {
      this.#parts.processes.dispatch(process, { type: 'reap' });
      return;
    }
    if (parent.waiting !== null && (parent.waiting.pid === -1 || parent.waiting.pid === process.pid)) {
      parent.waiting = null;
      putReply(parent.seat.reply, this.#reap(process));
    } else if (process.reap === 'message') {
      this.#parts.processes.dispatch(process, { type: 'reap' });
      tell(parent, { type: 'child-exit', pid: process.pid, status });
    }
  }

  #reap(child: Process): Replies['wait'] {
    const status = child.state.name === 'zombie' ? child.state.status : null;
    this.#parts.processes.dispatch(child, { type: 'reap' });
    return { errno: 0, pid: child.pid, status };
  }
}
