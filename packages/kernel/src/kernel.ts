import type { ChannelEnd, ChannelSide, DescriptorEnd, ExecRequest, ExitStatus, KernelMessage, ProcessInfo, ProcessMessage, SpawnDescriptor, SpawnRequest, StartMessage, ThreadStart } from './contract.ts';
import type { Holder } from './channel-table.ts';
import { Connections } from './connections.ts';
import { allocateControlPage, nextId } from './control-page.ts';
import { describeProcesses } from './describe-processes.ts';
import { Errno } from './errno.ts';
import { type Program, resolveProgram } from './exec.ts';
import type { KernelHost } from './kernel-host.ts';
import { ModuleShelf } from './module-shelf.ts';
import { type Process, ProcessTable, type Task } from './process-table.ts';
import { allocateTtyPage, Pty } from './pty.ts';
import { pendingSignals, putReply, raiseSignal } from './reply-page.ts';
import { DEFAULT_RING_BYTES, Ring } from './ring.ts';
import { type ByteStream, RingStream } from './ring-stream.ts';
import { canBeCaught, defaultAction, signalNumbers } from './signals.ts';
import { type Seat, type SlotUsage, WorkerPool } from './worker-pool.ts';

const KERNEL_SLOT = 0;
const DEFAULT_UMASK = 0o022;

/** What the kernel has given out. A container that is at rest has the same figures before and after any work. */
export interface Accounting {
  readonly slots: SlotUsage;
  readonly channels: number;
  /** Ports and socket paths that somebody holds. */
  readonly listeners: number;
  /** Zombies too. */
  readonly processes: number;
}

/** A process started from outside the container. */
export type Started = { readonly pid: number; readonly exit: Promise<ExitStatus> };

/** A terminal whose emulator is outside the container. */
export interface Terminal {
  readonly end: ChannelEnd;
  type(bytes: Uint8Array): void;
  resize(columns: number, rows: number): void;
  /** The kernel lets go of the processes' side: when they have too, the output ends. */
  release(): void;
}

const LARGE_MODULE_BYTES = 1 << 20;

/**
 * The kernel: processes, channels, ports, signals.
 *
 * It lives in one worker, runs no user code and never waits: what takes time is
 * answered later, through the asking task's reply page. Files are not its
 * business (see packages/vfs), bytes do not pass through it (see ring.ts).
 */
export class Kernel {
  readonly #host: KernelHost;
  readonly #control = allocateControlPage();
  readonly #processes = new ProcessTable();
  readonly #connections: Connections;
  readonly #pool: WorkerPool;
  readonly #terminals = new Map<number, Pty>();
  /** A container's programs rarely share more large modules than these; small ones are the runtime's own. */
  readonly #modules = { large: new ModuleShelf(4), small: new ModuleShelf(16) };

  constructor(host: KernelHost) {
    this.#host = host;
    this.#connections = new Connections(KERNEL_SLOT, this.#control, host);
    this.#pool = new WorkerPool({
      create: (kind) => host.createWorker(kind),
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
    this.#pool.refill();
  }

  // ── From outside the container ────────────────────────────────────────────

  /** Starts a process that has no parent. A negative errno when it cannot run. */
  start(request: SpawnRequest): Started | number {
    let settle: (status: ExitStatus) => void = () => undefined;
    const exit = new Promise<ExitStatus>((resolve) => (settle = resolve));
    const result = this.#spawn(request, null, (status) => settle(status));
    return typeof result === 'number' ? result : { pid: result.pid, exit };
  }

  /** kill(2) without a caller: 0 or a negative errno. A negative `pid` is a group. */
  kill(pid: number, signal: string): number {
    if (signal !== '0' && !(signal in signalNumbers)) return Errno.EINVAL;
    const targets = this.#targets(pid);
    if (targets.length === 0) return Errno.ESRCH;
    if (signal !== '0') for (const target of targets) this.#signal(target, signal);
    return 0;
  }

  processes(): readonly ProcessInfo[] {
    return this.#processes.info();
  }

  listening(): readonly { readonly port: number; readonly pid: number }[] {
    return this.#connections.listening();
  }

  /** What must end as it began. */
  accounting(): Accounting {
    return { slots: this.#pool.usage, channels: this.#connections.channels.size, listeners: this.#connections.listeners, processes: this.#processes.all().length };
  }

  /** A pipe whose far end is outside: `end` goes to a process, the stream is the caller's. */
  openPipe(direction: 'to-process' | 'from-process'): { end: ChannelEnd; stream: ByteStream; release(): void } {
    // Side 0 writes ring 0. The kernel holds the process's side too until the process has it.
    const [mine, theirs]: [ChannelSide, ChannelSide] = direction === 'to-process' ? [0, 1] : [1, 0];
    const id = nextId(this.#control);
    const memory = Ring.allocate(DEFAULT_RING_BYTES);
    this.#connections.channels.create(id, [memory, null], 'pipe', [0, 1], this.#connections);
    const ring = new Ring(memory, KERNEL_SLOT);
    const stream = new RingStream(direction === 'from-process' ? ring : null, direction === 'to-process' ? ring : null, () => this.#connections.channels.release(id, mine, this.#connections));
    return { end: this.#connections.mustEnd(id, theirs), stream, release: () => this.#connections.channels.release(id, theirs, this.#connections) };
  }

  /** A terminal; what processes write arrives at `output` (newlines as CR LF if `crlf`, ONLCR of termios(3)); `null` is the end. */
  openTerminal({ columns, rows, crlf }: { columns: number; rows: number; crlf: boolean }, output: (bytes: Uint8Array<ArrayBuffer> | null) => void | Promise<void>): Terminal {
    const id = nextId(this.#control);
    const rings = [Ring.allocate(), Ring.allocate()] as const;
    const page = allocateTtyPage(columns, rows);
    this.#connections.channels.create(id, rings, 'tty', [0, 1], this.#connections, page);
    const pty = new Pty(page, new Ring(rings[0], KERNEL_SLOT), {
      output: (bytes) => void output(bytes),
      signal: (name) => {
        for (const process of this.#processes.group(pty.foreground)) this.#signal(process, name);
      },
    });
    this.#terminals.set(id, pty);
    const stream = new RingStream(new Ring(rings[1], KERNEL_SLOT), null, () => this.#connections.channels.release(id, 0, this.#connections));
    void this.#pumpTerminal(id, stream, crlf, output);
    return {
      end: this.#connections.mustEnd(id, 1),
      type: (bytes) => pty.type(bytes),
      resize: (newColumns, newRows) => pty.resize(newColumns, newRows),
      release: () => this.#connections.channels.release(id, 1, this.#connections),
    };
  }

  /** Connects to a port a process listens on, or a negative errno. */
  connect(port: number): ByteStream | number {
    return this.#connections.connectFromOutside(port);
  }

  /** Ends everything. No message is handled afterwards. */
  shutdown(): void {
    for (const process of this.#processes.alive()) this.#end(process, { code: null, signal: 'SIGKILL' });
    this.#pool.close();
    for (const shelf of Object.values(this.#modules)) shelf.clear();
  }

  // ── Spawning ──────────────────────────────────────────────────────────────

  #spawn(request: SpawnRequest, parent: Task | null, onEnd: ((status: ExitStatus) => void) | null): Process | number {
    const cwd = this.#host.fs.lookup(request.cwd, true);
    if (cwd < 0) return cwd;
    const program = resolveProgram(this.#host.fs, request.file, request.argv, request.env, request.cwd);
    if (typeof program === 'number') return program;
    const holder: Holder = parent ?? this.#connections;
    if (!request.descriptors.every((entry) => this.#mayPass(entry, holder))) return Errno.EBADF;
    const seat = this.#pool.take(program.image);
    if (seat === undefined) return Errno.EAGAIN;

    const pid = this.#processes.nextPid();
    const process: Process = {
      pid,
      ppid: parent?.process.pid ?? 1,
      pgid: parent?.process.pgid ?? pid,
      sid: parent?.process.sid ?? pid,
      argv: program.argv,
      cwd: request.cwd,
      env: request.env,
      startedAtMs: this.#host.nowMs(),
      reap: request.reap,
      stdio: [],
      state: { name: 'starting' },
      main: null,
      threads: new Map(),
      watched: new Set(),
      rawTerminals: new Set(),
      onEnd,
    };
    if (request.group === 'new-group') process.pgid = pid;
    else if (request.group === 'new-session') process.pgid = process.sid = pid;
    else if (request.group !== 'inherit') process.pgid = request.group.join;
    const task = this.#seatTask(seat, process, 0, parent);
    process.main = task;
    this.#processes.add(process);

    const descriptors = request.descriptors.map((entry) => this.#hand(entry, task));
    process.stdio = descriptors.slice(0, 3);
    this.#claimTerminal(process, descriptors, parent === null || request.foreground === true);
    seat.worker.post(startOf(process, program, request, descriptors));
    this.#host.emit({ type: 'processes' });
    return process;
  }

  /** execve(2): another worker takes over the pid; the one that asked is not answered any more. A negative errno when it cannot. */
  #exec(task: Task, request: ExecRequest): number {
    const { process } = task;
    if (task.threadId !== 0) return Errno.EINVAL;
    const program = resolveProgram(this.#host.fs, request.file, request.argv, request.env, request.cwd);
    if (typeof program === 'number') return program;
    if (!request.descriptors.every((entry) => this.#mayPass(entry, task))) return Errno.EBADF;
    const seat = this.#pool.take(program.image);
    if (seat === undefined) return Errno.EAGAIN;
    const next = this.#seatTask(seat, process, 0, task.parent);
    const descriptors = request.descriptors.map((entry) => this.#hand(entry, next));
    for (const thread of process.threads.values()) this.#closeTask(thread);
    process.threads.clear();
    process.watched.clear();
    this.#closeTask(task);
    Object.assign(process, { main: next, argv: program.argv, env: request.env, cwd: request.cwd, stdio: descriptors.slice(0, 3) });
    seat.worker.post(startOf(process, program, request, descriptors));
    this.#host.emit({ type: 'processes' });
    return 0;
  }

  #seatTask(seat: Seat, process: Process, threadId: number, parent: Task | null): Task {
    const task: Task = { slot: seat.slot, seat, process, threadId, parent, waiting: null, ended: false };
    seat.worker.onMessage((message, ports) => this.#receive(task, message as ProcessMessage, ports));
    seat.worker.onError((message) => {
      if (task.ended) return;
      this.#host.emit({ type: 'error', message: `Process ${process.pid} failed: ${message}` });
      this.#endTask(task, { code: null, signal: 'SIGABRT' });
    });
    return task;
  }

  /** A process may pass on what it holds; files and devices are described by value. */
  #mayPass(entry: SpawnDescriptor, holder: Holder): boolean {
    return entry === null || entry.kind !== 'channel' || this.#connections.channels.holds(entry.id, entry.side, holder);
  }

  #hand(entry: SpawnDescriptor, task: Task): DescriptorEnd | null {
    if (entry === null || entry.kind !== 'channel') return entry;
    if (!this.#connections.channels.share(entry.id, entry.side, task)) return null;
    // Rebuilt from the table: what the caller wrote about the rings is not trusted.
    return { ...this.#connections.mustEnd(entry.id, entry.side), as: entry.as };
  }

  #claimTerminal(process: Process, descriptors: readonly (DescriptorEnd | null)[], foreground: boolean): void {
    if (!foreground) return;
    for (const entry of descriptors) {
      const pty = entry?.kind === 'channel' ? this.#terminals.get(entry.id) : undefined;
      if (pty !== undefined) pty.foreground = process.pgid;
    }
  }

  // ── Messages of processes ─────────────────────────────────────────────────

  #receive(task: Task, message: ProcessMessage, ports: readonly unknown[]): void {
    if (task.ended) return;
    switch (message.type) {
      case 'ready':
        if (task.threadId === 0 && task.process.state.name === 'starting') this.#processes.dispatch(task.process, { type: 'ready' });
        return;
      case 'channel':
        this.#connections.channels.create(message.id, message.rings, 'pipe', message.sides, task);
        return;
      case 'channel-close':
        this.#connections.channels.release(message.id, message.side, task);
        return;
      case 'spawn': {
        const result = this.#spawn(message.request, task, null);
        this.#answer(task, typeof result === 'number' ? { errno: result, pid: 0 } : { errno: 0, pid: result.pid });
        return;
      }
      case 'exec': {
        const errno = this.#exec(task, message.request);
        if (errno < 0) this.#answer(task, { errno });
        return;
      }
      case 'wait':
        this.#wait(task, message.pid, message.hang);
        return;
      case 'kill': {
        const pid = message.pid === 0 ? -task.process.pgid : message.pid;
        // As kill(2) promises, a signal to the caller has come before its call returns: one that ends it is never answered.
        const errno = this.kill(pid, message.signal);
        if (!task.ended) this.#answer(task, { errno });
        return;
      }
      case 'signal-watch':
        if (message.on && canBeCaught(message.signal)) task.process.watched.add(message.signal);
        else task.process.watched.delete(message.signal);
        return;
      case 'listen':
        this.#answer(task, this.#connections.listen(task, message));
        return;
      case 'unlisten':
        this.#connections.unlisten(task, message.listener);
        return;
      case 'connect':
        this.#post(task, this.#connections.connect(task, message));
        return;
      case 'udp-bind':
        this.#answer(task, this.#connections.bindDatagrams(task, message));
        return;
      case 'udp-send':
        this.#connections.sendDatagram(task, message);
        return;
      case 'udp-group':
        this.#connections.datagramGroup(task, message);
        return;
      case 'udp-close':
        this.#connections.closeDatagrams(task, message.socket);
        return;
      case 'pass':
        this.#answer(task, this.#connections.pass(task, message));
        return;
      case 'take-passed':
        this.#post(task, this.#connections.takePassed(task, message.channel, message.side));
        return;
      case 'thread':
        this.#startThread(task, message.thread, ports);
        return;
      case 'thread-terminate': {
        const thread = task.process.threads.get(message.threadId);
        if (thread !== undefined) this.#endTask(thread, { code: 1, signal: null });
        return;
      }
      case 'tty':
        this.#answer(task, { errno: this.#setRaw(task.process, message.channel, message.raw) });
        return;
      case 'foreground': {
        const pty = this.#terminals.get(message.channel);
        if (pty !== undefined) pty.foreground = message.pgid;
        this.#answer(task, { errno: pty === undefined ? Errno.ENOTTY : 0 });
        return;
      }
      case 'processes':
        this.#answer(task, describeProcesses(this.#processes, message.after));
        return;
      case 'host-event':
        this.#host.emit({ type: message.name, args: message.args });
        return;
      case 'module':
        this.#modules[message.byteLength < LARGE_MODULE_BYTES ? 'small' : 'large'].keep(message.byteLength, message.module);
        return;
      case 'engine-work':
        this.#host.engineWork(message.work);
        return;
      case 'exit':
        this.#endTask(task, message.status);
        return;
      default:
        // User code can reach postMessage: what is not a message of ours ends its sender.
        this.#host.emit({ type: 'error', message: `Process ${task.process.pid} sent an unknown message` });
        this.#endTask(task, { code: null, signal: 'SIGSYS' });
    }
  }

  #answer(task: Task, answer: unknown): void {
    putReply(task.seat.reply, answer);
  }

  #post(task: Task, message: KernelMessage, transfer?: readonly unknown[]): void {
    task.seat.worker.post(message, transfer);
  }

  #wait(task: Task, pid: number, hang: boolean): void {
    const children = this.#processes.childrenOf(task.process.pid).filter((child) => pid === -1 || child.pid === pid);
    if (children.length === 0) {
      this.#answer(task, { errno: Errno.ECHILD, pid: 0, status: null });
      return;
    }
    const zombie = children.find((child) => child.state.name === 'zombie');
    if (zombie !== undefined) this.#answerWait(task, zombie);
    else if (hang && pendingSignals(task.seat.reply) !== 0) this.#answer(task, { errno: Errno.EINTR, pid: 0, status: null });
    else if (hang) task.waiting = { pid };
    else this.#answer(task, { errno: 0, pid: 0, status: null });
  }

  #answerWait(task: Task, child: Process): void {
    if (child.state.name !== 'zombie') return;
    const { status } = child.state;
    task.waiting = null;
    this.#processes.dispatch(child, { type: 'reap' });
    this.#answer(task, { errno: 0, pid: child.pid, status });
  }

  #setRaw(process: Process, channel: number, raw: boolean): number {
    const pty = this.#terminals.get(channel);
    if (pty === undefined) return Errno.ENOTTY;
    pty.setRaw(raw);
    if (raw) process.rawTerminals.add(channel);
    else process.rawTerminals.delete(channel);
    return 0;
  }

  // ── Threads ───────────────────────────────────────────────────────────────

  #startThread(parent: Task, thread: ThreadStart, ports: readonly unknown[]): void {
    const { process } = parent;
    const seat = process.threads.has(thread.threadId) ? undefined : this.#pool.take('thread');
    if (seat === undefined) {
      this.#post(parent, { type: 'thread-exit', threadId: thread.threadId, code: 1, error: 'EAGAIN' });
      return;
    }
    const task = this.#seatTask(seat, process, thread.threadId, parent);
    process.threads.set(thread.threadId, task);
    const start: StartMessage = {
      type: 'start', pid: process.pid, ppid: process.ppid, program: 'thread', argv: process.argv, execPath: '/usr/local/bin/node',
      env: thread.env ?? process.env, cwd: thread.cwd, umask: DEFAULT_UMASK, descriptors: process.stdio.map((entry) => this.#hand(entry, task)), startedAtMs: this.#host.nowMs(),
      thread: { ...thread, port: ports[0] },
    };
    this.#post(task, start, ports);
  }

  // ── Signals and the end ───────────────────────────────────────────────────

  /** The processes that kill(2) means by `pid`; a negative one is a group. */
  #targets(pid: number): readonly Process[] {
    return pid < 0 ? this.#processes.group(-pid) : this.#processes.alive().filter((process) => process.pid === pid);
  }

  #catches(process: Process, signal: string): boolean {
    return process.main !== null && process.watched.has(signal) && canBeCaught(signal);
  }

  #signal(process: Process, signal: string): void {
    if (process.main !== null && this.#catches(process, signal)) {
      if (process.main.seat.kind === 'shell') this.#interrupt(process.main, signal);
      else this.#post(process.main, { type: 'signal', signal });
      return;
    }
    if (!canBeCaught(signal) && signal !== 'SIGKILL') return;
    if (defaultAction(signal) === 'terminate') this.#end(process, { code: null, signal });
  }

  /** The shell blocks instead of returning to its message queue: it is told by its page and woken. */
  #interrupt(task: Task, signal: string): void {
    raiseSignal(task.seat.reply, signalNumbers[signal] ?? 0);
    if (task.waiting !== null) {
      task.waiting = null;
      this.#answer(task, { errno: Errno.EINTR, pid: 0, status: null });
    }
    for (const end of task.process.stdio) {
      const input = end?.kind === 'channel' ? end.rings[end.side === 0 ? 1 : 0] : null;
      if (input !== null) new Ring(input, KERNEL_SLOT).nudgeReader();
    }
  }

  #endTask(task: Task, status: ExitStatus): void {
    if (task.ended) return;
    if (task.threadId === 0) {
      this.#end(task.process, status);
      return;
    }
    this.#closeTask(task);
    task.process.threads.delete(task.threadId);
    if (task.parent !== null && !task.parent.ended) {
      this.#post(task.parent, { type: 'thread-exit', threadId: task.threadId, code: status.code ?? 1, error: null });
    }
  }

  /** Everything a task held goes back, however it ended. */
  #closeTask(task: Task): void {
    task.ended = true;
    this.#pool.dispose(task.seat);
    this.#connections.releaseAll(task);
  }

  #end(process: Process, status: ExitStatus): void {
    if (process.state.name !== 'starting' && process.state.name !== 'running') return;
    this.#processes.dispatch(process, { type: 'end', status });
    for (const thread of process.threads.values()) this.#closeTask(thread);
    process.threads.clear();
    for (const channel of process.rawTerminals) this.#terminals.get(channel)?.setRaw(false);
    const parent = process.main?.parent ?? null;
    if (process.main !== null) this.#closeTask(process.main);
    // Children live on without a parent, as under init; nobody will wait for them.
    for (const child of this.#processes.childrenOf(process.pid)) {
      if (child.state.name === 'zombie') this.#processes.dispatch(child, { type: 'reap' });
    }
    process.onEnd?.(status);
    this.#host.emit({ type: 'processes' });
    if (parent === null || parent.ended) {
      this.#processes.dispatch(process, { type: 'reap' });
      return;
    }
    if (parent.waiting !== null && (parent.waiting.pid === -1 || parent.waiting.pid === process.pid)) {
      this.#answerWait(parent, process);
    } else if (process.reap === 'message') {
      this.#processes.dispatch(process, { type: 'reap' });
      this.#post(parent, { type: 'child-exit', pid: process.pid, status });
    }
  }

  // ── Terminals ─────────────────────────────────────────────────────────────

  async #pumpTerminal(id: number, stream: ByteStream, crlf: boolean, output: (bytes: Uint8Array<ArrayBuffer> | null) => void | Promise<void>): Promise<void> {
    // Awaiting the emulator is what slows a program that writes faster than it is shown.
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) await output(crlf ? Pty.toEmulator(bytes) : bytes);
    stream.close();
    this.#terminals.delete(id);
    void output(null);
  }
}

function startOf({ pid, ppid, startedAtMs }: Process, { image, argv, execPath }: Program, { env, cwd, umask = DEFAULT_UMASK }: ExecRequest, descriptors: StartMessage['descriptors']): StartMessage {
  return { type: 'start', pid, ppid, program: image, argv, execPath, env, cwd, umask, descriptors, startedAtMs };
}
