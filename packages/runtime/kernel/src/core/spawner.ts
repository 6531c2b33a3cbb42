import { Errno } from '@slipway/posix';
import type {
  DescriptorEnd,
  ExecRequest,
  ExitStatus,
  SpawnRequest,
  StartMessage,
  ThreadStart,
} from '../contract/messages.ts';
import type { KernelHost } from '../contract/kernel-host.ts';
import type { Process, ProcessTable, Task } from '../tables/process-table.ts';
import { nameOfProcess, wantsInspection } from '../workers/worker-name.ts';
import type { Seat, WorkerPool } from '../workers/worker-pool.ts';
import type { Connections } from './connections.ts';
import type { Ends } from './ends.ts';
import { type Program, resolveProgram } from './resolve-program.ts';
import { tell } from './tell.ts';
import type { Terminals } from './terminals.ts';

const DEFAULT_UMASK = 0o022;

/** Of the host only these three: workers come from the pool. */
export interface SpawnerParts {
  readonly host: Pick<KernelHost, 'emit' | 'fs' | 'nowMs'>;
  readonly processes: ProcessTable;
  readonly connections: Connections;
  readonly pool: WorkerPool;
  readonly terminals: Terminals;
  readonly ends: Ends;
  /** Begins to listen to the worker of a seat. */
  readonly seatTask: (seat: Seat, process: Process, threadId: number, parent: Task | null) => Task;
}

/** How programs begin: fork(2) and execve(2) in one step, execve(2) alone, worker_threads. */
export class Spawner {
  readonly #parts: SpawnerParts;

  constructor(parts: SpawnerParts) {
    this.#parts = parts;
  }

  /** A new process, or a negative errno. `onEnd` is for whoever has no task to be told. */
  spawn(request: SpawnRequest, parent: Task | null, onEnd: Process['onEnd']): Process | number {
    const { host, processes, connections, pool, terminals } = this.#parts;
    // A working directory that is gone is ENOENT, before any program is looked for.
    const cwd = host.fs.lookup(request.cwd, true);
    if (cwd < 0) return cwd;
    const program = resolveProgram(host.fs, request.file, request.argv, request.env, request.cwd);
    if (typeof program === 'number') return program;
    const holder = parent ?? connections;
    // All of them before anything is made: a refused request has had no effect.
    if (!request.descriptors.every((entry) => connections.mayPass(entry, holder))) return Errno.EBADF;
    const pid = processes.nextPid();
    const seat = pool.take(program.image, nameToInspect(pid, program, request.env));
    if (seat === undefined) return Errno.EAGAIN;

    // In this order: table, descriptors, terminal, message.
    // Until `start` the worker knows nothing of its program.
    const process = newProcess(pid, program, request, parent?.process, host.nowMs(), onEnd);
    const task = this.#parts.seatTask(seat, process, 0, parent);
    process.main = task;
    processes.add(process);
    const descriptors = request.descriptors.map((entry) => connections.hand(entry, task));
    process.stdio = descriptors.slice(0, 3);
    if (parent === null || request.foreground === true) terminals.claim(process, descriptors);
    tell(task, startOf(process, program, request, descriptors));
    host.emit({ type: 'processes' });
    return process;
  }

  /**
   * execve(2): another worker takes over the pid, and the one that asked is not
   * answered any more. A negative errno when it cannot.
   */
  exec(task: Task, request: ExecRequest): number {
    const { host, connections, pool, ends, seatTask } = this.#parts;
    const { process } = task;
    // Node refuses process.execve in a worker thread as well.
    if (task.threadId !== 0) return Errno.EINVAL;
    const program = resolveProgram(host.fs, request.file, request.argv, request.env, request.cwd);
    if (typeof program === 'number') return program;
    if (!request.descriptors.every((entry) => connections.mayPass(entry, task))) return Errno.EBADF;
    const seat = pool.take(program.image, nameToInspect(process.pid, program, request.env));
    if (seat === undefined) return Errno.EAGAIN;
    const next = seatTask(seat, process, 0, task.parent);
    const descriptors = request.descriptors.map((entry) => connections.hand(entry, next));
    // execve(2): threads end, handlers are forgotten, the pid and the parent stay.
    for (const thread of process.threads.values()) ends.closeTask(thread);
    process.threads.clear();
    process.watched.clear();
    ends.closeTask(task);
    process.main = next;
    process.argv = program.argv;
    process.env = request.env;
    process.cwd = request.cwd;
    process.stdio = descriptors.slice(0, 3);
    tell(next, startOf(process, program, request, descriptors));
    host.emit({ type: 'processes' });
    return 0;
  }

  /** worker_threads: the parent is told at once where there is no room, as of a thread that ended. */
  startThread(parent: Task, thread: ThreadStart, ports: readonly unknown[]): void {
    const { host, connections, pool, seatTask } = this.#parts;
    const { process } = parent;
    // A number that is in use is a sender's mistake; it gets the answer for no room.
    const seat = process.threads.has(thread.threadId) ? undefined : pool.take('thread');
    if (seat === undefined) {
      tell(parent, { type: 'thread-exit', threadId: thread.threadId, code: 1, error: 'EAGAIN' });
      return;
    }
    const task = seatTask(seat, process, thread.threadId, parent);
    process.threads.set(thread.threadId, task);
    const start: StartMessage = {
      type: 'start',
      pid: process.pid,
      ppid: process.ppid,
      program: 'thread',
      argv: process.argv,
      // Only Node has threads.
      execPath: '/usr/local/bin/node',
      env: thread.env ?? process.env,
      cwd: thread.cwd,
      umask: DEFAULT_UMASK,
      descriptors: process.stdio.map((entry) => connections.hand(entry, task)),
      startedAtMs: host.nowMs(),
      thread: { ...thread, port: ports[0] },
    };
    tell(task, start, ports);
  }
}

function nameToInspect(
  pid: number,
  { image, argv }: Program,
  env: Readonly<Record<string, string>>,
): string | undefined {
  return image === 'node' && wantsInspection(argv, env) ? nameOfProcess(pid, argv) : undefined;
}

function newProcess(
  pid: number,
  program: Program,
  request: SpawnRequest,
  parent: Process | undefined,
  startedAtMs: number,
  onEnd: ((status: ExitStatus) => void) | null,
): Process {
  const { group } = request;
  // What the host starts begins a session of its own.
  const sid = group === 'new-session' ? pid : (parent?.sid ?? pid);
  const inherited = parent?.pgid ?? pid;
  return {
    pid,
    // As a child of init, which is not there: nobody has pid 1.
    ppid: parent?.pid ?? 1,
    pgid: typeof group === 'object' ? group.join : group === 'inherit' ? inherited : pid,
    sid,
    argv: program.argv,
    cwd: request.cwd,
    env: request.env,
    startedAtMs,
    reap: request.reap,
    stdio: [],
    state: { name: 'starting' },
    main: null,
    threads: new Map(),
    watched: new Set(),
    rawTerminals: new Set(),
    onEnd,
  };
}

function startOf(
  { pid, ppid, startedAtMs }: Process,
  { image, argv, execPath }: Program,
  { env, cwd, umask = DEFAULT_UMASK }: ExecRequest,
  descriptors: readonly (DescriptorEnd | null)[],
): StartMessage {
  return { type: 'start', pid, ppid, program: image, argv, execPath, env, cwd, umask, descriptors, startedAtMs };
}
