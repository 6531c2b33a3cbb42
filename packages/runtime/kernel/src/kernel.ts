import type { KernelHost } from './contract/kernel-host.ts';
import type { ExitStatus, ProcessInfo, SpawnRequest } from './contract/messages.ts';
import { Connections } from './core/connections.ts';
import { Ends } from './core/ends.ts';
import { type HostPipe, openHostPipe } from './core/open-host-pipe.ts';
import { Signals } from './core/signals.ts';
import { Spawner } from './core/spawner.ts';
import { type Terminal, type TerminalOutput, Terminals } from './core/terminals.ts';
import { readMessage } from './door/read-message.ts';
import { handleMessage, refuseMessage } from './handlers/handle-message.ts';
import type { KernelParts } from './handlers/handler.ts';
import { allocateControlPage, firstUnissuedId } from './memory/control-page.ts';
import type { ByteStream } from './memory/ring-stream.ts';
import { ModuleShelf } from './tables/module-shelf.ts';
import { type Process, ProcessTable, type Task } from './tables/process-table.ts';
import { type Seat, type SlotUsage, WorkerPool } from './workers/worker-pool.ts';

const KERNEL_SLOT = 0;

/** What the kernel has given out. A container that is at rest has the same figures before and after any work. */
export interface Accounting {
  readonly slots: SlotUsage;
  readonly channels: number;
  /** Ports and socket paths that somebody holds. */
  readonly listeners: number;
  /** Zombies count, too: they keep their pid until they are waited for. */
  readonly processes: number;
}

/** A process started from outside the container: its `ppid` is 1, as under init. */
export type Started = { readonly pid: number; readonly exit: Promise<ExitStatus> };

/**
 * The kernel: processes, channels, ports, signals.
 *
 * It lives in one worker, runs no user code and never waits: what takes time is
 * answered later, through the asking task's reply page. Files are not its
 * business (see packages/runtime/vfs), bytes do not pass through it (see
 * memory/ring.ts). Here is only who works with whom; the work is in `core/`.
 */
export class Kernel {
  readonly #control = allocateControlPage();
  readonly #pool: WorkerPool;
  readonly #parts: KernelParts;

  constructor(host: KernelHost) {
    const processes = new ProcessTable();
    const connections = new Connections(KERNEL_SLOT, this.#control, host);
    const pool = this.#makePool(host);
    const terminals = new Terminals({
      host,
      control: this.#control,
      connections,
      signal: (pgid, name) => this.#parts.signals.sendToGroup(pgid, name),
    });
    const leaveTerminals = (process: Process): void => terminals.leave(process);
    const ends = new Ends({ host, processes, connections, pool, leaveTerminals });
    const signals = new Signals(processes, ends, KERNEL_SLOT);
    const seatTask = this.#seatTask.bind(this);
    const spawner = new Spawner({ host, processes, connections, pool, terminals, ends, seatTask });
    const modules = { large: new ModuleShelf(4), small: new ModuleShelf(16) };
    this.#parts = { host, processes, connections, terminals, signals, spawner, ends, modules };
    this.#pool = pool;
    pool.refill();
  }

  /** Starts a process that has no parent. A negative errno when it cannot run. */
  start(request: SpawnRequest): Started | number {
    let settle: (status: ExitStatus) => void = () => undefined;
    const exit = new Promise<ExitStatus>((resolve) => (settle = resolve));
    const result = this.#parts.spawner.spawn(request, null, (status) => settle(status));
    return typeof result === 'number' ? result : { pid: result.pid, exit };
  }

  /** kill(2) without a caller: 0 or a negative errno. A negative `pid` is a group. */
  kill(pid: number, signal: string): number {
    return this.#parts.signals.kill(pid, signal);
  }

  /** What ps(1) would show. */
  processes(): readonly ProcessInfo[] {
    return this.#parts.processes.info();
  }

  /** Ports somebody accepts connections on, and one of those who do. */
  listening(): readonly { readonly port: number; readonly pid: number }[] {
    return this.#parts.connections.listening();
  }

  /** What must end as it began. */
  accounting(): Accounting {
    const { connections, processes } = this.#parts;
    return {
      slots: this.#pool.usage,
      channels: connections.channels.size,
      listeners: connections.listeners,
      processes: processes.all().length,
    };
  }

  /** A pipe whose far end is outside. */
  openPipe(direction: 'to-process' | 'from-process'): HostPipe {
    return openHostPipe(this.#parts.connections, this.#control, direction);
  }

  /** A terminal; what processes write arrives at `output`, newlines as CR LF if `crlf`. */
  openTerminal(shape: { columns: number; rows: number; crlf: boolean }, output: TerminalOutput): Terminal {
    return this.#parts.terminals.open(shape, output);
  }

  /** Connects to a port a process listens on, or a negative errno. */
  connect(port: number): ByteStream | number {
    return this.#parts.connections.connectFromOutside(port);
  }

  /** What `KernelHost.demand` began to start for that port has ended, or cannot be started. */
  refuse(port: number): void {
    this.#parts.connections.refuse(port);
  }

  /** Ends everything. No message is handled afterwards. */
  shutdown(): void {
    const { processes, ends, modules } = this.#parts;
    for (const process of processes.alive()) ends.end(process, { code: null, signal: 'SIGKILL' });
    this.#pool.close();
    for (const shelf of Object.values(modules)) shelf.clear();
  }

  #makePool(host: KernelHost): WorkerPool {
    return new WorkerPool({
      create: (kind, name) => host.createWorker(kind, name),
      vfs: host.vfsMemory,
      control: this.#control,
      assets: host.assets,
      slots: host.slots,
      spares: host.spares,
      sparesInDemand: host.sparesInDemand ?? {},
      releaseSlot: (slot) => host.releaseSlot(slot),
      delay: (ms, task) => host.delay(ms, task),
      report: (message) => host.emit({ type: 'error', message }),
    });
  }

  #seatTask(seat: Seat, process: Process, threadId: number, parent: Task | null): Task {
    const task: Task = { slot: seat.slot, seat, process, threadId, parent, waiting: null, ended: false };
    seat.worker.onMessage((message, ports) => this.#receive(task, message, ports));
    seat.worker.onError((message) => {
      if (task.ended) return;
      this.#parts.host.emit({ type: 'error', message: `Process ${process.pid} failed: ${message}` });
      this.#parts.ends.endTask(task, { code: null, signal: 'SIGABRT' });
    });
    return task;
  }

  #receive(task: Task, posted: unknown, ports: readonly unknown[]): void {
    if (task.ended) return;
    const message = readMessage(posted, { firstUnissuedId: firstUnissuedId(this.#control), ports: ports.length });
    if (message.type === 'refused') {
      refuseMessage(this.#parts, task, message);
      return;
    }
    try {
      handleMessage(this.#parts, task, message, ports);
    } catch (error) {
      // A mistake of ours. It costs the one who met with it his life, and the others nothing.
      const reason = error instanceof Error ? error.message : String(error);
      const { pid } = task.process;
      this.#parts.host.emit({ type: 'error', message: `Cannot handle "${message.type}" of process ${pid}: ${reason}` });
      this.#parts.ends.endTask(task, { code: null, signal: 'SIGSYS' });
    }
  }
}
