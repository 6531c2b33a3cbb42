/**
 * The event loop: libuv's order of events on a browser worker.
 *
 * A browser gives no way to run the microtasks in the middle of a macrotask, so
 * exactly one callback of the program runs per macrotask ("turn"). A turn is
 *
 *   callback → process.nextTick queue → (return) → microtasks, by the engine
 *
 * and the next turn first runs the ticks those microtasks scheduled, then
 * reports rejections that are still unhandled, and only then goes on. That is
 * the order of node::InternalCallbackScope::Close and processTicksAndRejections.
 *
 * One iteration goes through these phases (uv_run, since libuv 1.45):
 *
 *   ┌▶ timers ─▶ poll ─▶ check ─▶ closing ─┐
 *   └──────────── alive? ◀─────────────────┘
 *
 * A phase takes as many turns as it has callbacks. Between two turns nothing
 * else of the program runs. Life of the loop:
 *
 *   idle ──start──▶ running ◀──alive again── ending ──exit──▶ exited
 *                      └──nothing keeps it──▶┘
 *
 * `ending` = 'beforeExit' was emitted and its ticks and microtasks are running.
 */
import type { HostGlobals } from '../boot/host-globals.ts';
import { makeGuardedCaller, type GuardedCaller, type Thrown } from './guarded-call.ts';
import type { Hold, Loop } from './loop.ts';
import { LoopMetrics } from './loop-metrics.ts';
import { makeMacrotask } from './macrotask.ts';

type LoopState = 'idle' | 'running' | 'ending' | 'exited';
type Phase = 'timers' | 'poll' | 'check' | 'closing';

/** internal/timers immediateInfo: [kCount, kRefCount, kHasOutstanding]. */
const IMMEDIATE_COUNT = 0;
const IMMEDIATE_REF_COUNT = 1;
const IMMEDIATE_OUTSTANDING = 2;

/** What the process decides, the loop only asks. */
export interface LoopOwner {
  /** An exception left a callback. Returns when a handler took it; ends the process otherwise. */
  uncaught(thrown: Thrown): void;
  /** A callback is about to begin: whatever microtasks ran are over. */
  entering(): void;
  /** The loop ran dry: emit 'beforeExit'. Called inside a callback scope. */
  beforeExit(): void;
  /** The loop ran dry for good: emit 'exit' and end the process. */
  exit(): void;
  /** An 'exit' listener threw and a handler of the program took it: the process ends all the same. */
  exitInterrupted(): void;
}

interface Task {
  readonly run: () => void;
  readonly ref: boolean;
  /** Number of check phases begun when it was queued; -1 when it came from outside. */
  readonly born: number;
}

interface PendingRejection {
  readonly promise: Promise<unknown>;
  readonly reason: unknown;
}

export class EventLoop implements Loop {
  /** Shared with lib: bindings 'timers' and 'task_queue' hand these out. */
  readonly immediateInfo = new Uint32Array(3);
  readonly timeoutInfo = new Int32Array(1);
  readonly tickInfo: { 0: number; 1: number };

  readonly #host: HostGlobals;
  readonly #owner: LoopOwner;
  readonly #caller: GuardedCaller;
  readonly #requestTurn: () => void;
  readonly #began: number;

  #state: LoopState = 'idle';
  #phase: Phase = 'timers';
  #turnRequested = false;
  #inCallback = false;

  #processImmediate: () => void = unbound('setupTimers');
  #processTimers: (now: number) => number = unbound('setupTimers');
  #tickCallback: () => void = unbound('setTickCallback');
  #rejectCallback: (type: number, promise: Promise<unknown>, reason: unknown) => void = unbound('setPromiseRejectCallback');

  #tickScheduled = 0;
  #rejectionToWarn = 0;
  /** After an uncaught exception ticks wait for the next callback, as in InternalCallbackScope::Close. */
  #ticksWait = false;
  /** Ticks were left by an exception: the next callback must come before the engine's microtasks. */
  #goesOnAtOnce = false;
  #rejections: PendingRejection[] = [];

  #queue: Task[] = [];
  #batch: Task[] = [];
  #closing: (() => void)[] = [];
  #closingBatch: (() => void)[] = [];
  #nativeImmediates: (() => void)[] = [];
  #checks = 0;
  #checked = false;
  #refTasks = 0;
  #holds = 0;

  #timerDue = Infinity;
  /** `now` of the running timers phase. */
  #timersNow = -1;
  #alarm: { readonly id: number; readonly due: number } | undefined;

  readonly metrics: LoopMetrics;

  constructor(host: HostGlobals, owner: LoopOwner) {
    this.metrics = new LoopMetrics(host.performanceNow);
    this.#host = host;
    this.#owner = owner;
    this.#began = host.performanceNow();
    this.#caller = makeGuardedCaller(host, (thrown) => this.#stray(thrown));
    this.#requestTurn = makeMacrotask(host, () => {
      this.#turnRequested = false;
      this.#turn();
    });
    this.tickInfo = this.#makeTickInfo();
  }

  // --- what lib tells the loop -------------------------------------------------

  bindTimers(processImmediate: () => void, processTimers: (now: number) => number): void {
    this.#processImmediate = processImmediate;
    this.#processTimers = processTimers;
  }

  bindTicks(tickCallback: () => void): void {
    this.#tickCallback = tickCallback;
  }

  bindRejections(callback: (type: number, promise: Promise<unknown>, reason: unknown) => void): void {
    this.#rejectCallback = callback;
  }

  /** Environment::ScheduleTimer */
  scheduleTimer(ms: number): void {
    this.#timerDue = this.now() + Math.max(1, ms);
    this.wake();
  }

  // --- what the engine tells the loop ------------------------------------------

  rejected(promise: Promise<unknown>, reason: unknown): void {
    this.#rejections.push({ promise, reason });
    this.wake();
  }

  /** A promise that was resolved or rejected is so once more. `type`: v8::PromiseRejectEvent 2 or 3. */
  settledAgain(type: number, promise: Promise<unknown>, value: unknown): void {
    this.#rejectCallback(type, promise, value);
  }

  /** A rejection that had been reported got a handler. */
  rejectionHandled(promise: Promise<unknown>): void {
    const index = this.#rejections.findIndex((entry) => entry.promise === promise);
    if (index >= 0) this.#rejections.splice(index, 1);
    else this.#rejectCallback(1, promise, undefined);
  }

  // --- Loop ------------------------------------------------------------------

  now(): number {
    return Math.floor(this.#host.performanceNow() - this.#began);
  }

  get inCallback(): boolean {
    return this.#inCallback;
  }

  enqueue(run: () => void): void {
    this.#refTasks++;
    this.#push({ run, ref: true, born: this.#born() });
  }

  enqueueUnref(run: () => void): void {
    this.#push({ run, ref: false, born: this.#born() });
  }

  /**
   * Environment::SetImmediate, unreferenced: before the program's own immediates,
   * in whatever iteration comes next. It neither wakes the loop nor keeps it alive.
   */
  enqueueNativeImmediate(run: () => void): void {
    this.#nativeImmediates.push(run);
  }

  enqueueClosing(run: () => void): void {
    this.#closing.push(run);
    this.wake();
  }

  hold(): Hold {
    this.#holds++;
    let held = true;
    return {
      release: () => {
        if (!held) throw new Error('Cannot release the hold on the loop: it was released before');
        held = false;
        this.#holds--;
        this.wake();
      },
    };
  }

  makeCallback(receiver: unknown, fn: (...args: never[]) => unknown, ...args: unknown[]): void {
    if (this.#inCallback) Reflect.apply(fn, receiver, args as never[]);
    else this.enqueueUnref(() => Reflect.apply(fn, receiver, args as never[]));
  }

  track<T>(promise: Promise<T>): Promise<T> {
    const hold = this.hold();
    const release = () => hold.release();
    // The unpatched `then`: this is bookkeeping, not a continuation of the program.
    void Reflect.apply(this.#host.promiseThen, promise, [release, release]);
    return promise;
  }

  // --- life ------------------------------------------------------------------

  get exited(): boolean {
    return this.#state === 'exited';
  }

  /** Runs the main script as the first callback, then the loop. */
  start(main: () => void): void {
    if (this.#state !== 'idle') throw new Error(`Cannot start the loop: current state is "${this.#state}"`);
    this.#state = 'running';
    this.#callback(main);
    if (this.#goesOnAtOnce) this.#turn();
    // SpinEventLoop; a process.exit() in the main script comes before it.
    if (!this.exited) this.metrics.reached('start');
    this.wake();
  }

  /** Nothing of the program runs any more. */
  stop(): void {
    this.#state = 'exited';
    if (this.#alarm !== undefined) this.#host.clearTimeout(this.#alarm.id);
  }

  /** Something may have become runnable, or the last hold may be gone. */
  wake(): void {
    if (this.#turnRequested || this.#state === 'idle' || this.#state === 'exited') return;
    this.#turnRequested = true;
    this.#requestTurn();
  }

  /** uv_loop_alive */
  get alive(): boolean {
    return this.#holds > 0 || this.#refTasks > 0 || this.#closing.length > 0 || this.#closingBatch.length > 0
      || this.immediateInfo[IMMEDIATE_REF_COUNT] !== 0 || this.#timersAlive;
  }

  get #timersAlive(): boolean {
    return this.timeoutInfo[0]! > 0 && this.#timerDue !== Infinity;
  }

  // --- turns -----------------------------------------------------------------

  /**
   * One macrotask: one callback of the program. After an exception with ticks
   * left over the next callback comes in the same macrotask: Node runs no
   * microtask before those ticks, and the engine would run them here.
   */
  #turn(): void {
    this.metrics.awake();
    do {
      this.#goesOnAtOnce = false;
      this.#step();
    } while (this.#goesOnAtOnce);
  }

  #step(): void {
    if (this.#state === 'exited' || this.#state === 'idle') return;
    if (this.#tickScheduled !== 0 && !this.#ticksWait) return this.#callback(noop);
    if (this.#rejections.length > 0) return this.#reportRejections();
    if (this.#rejectionToWarn !== 0 && !this.#ticksWait) return this.#callback(noop);
    for (;;) {
      // Between two iterations: end, sleep, or go round.
      if (this.#phase === 'timers' && this.#timersNow < 0) {
        if (!this.alive) return this.#ranDry();
        this.#state = 'running';
        if (!this.#runnable) return this.#sleep();
      }
      const callback = this.#nextCallback();
      if (callback !== undefined) return this.#callback(callback);
    }
  }

  /** InternalCallbackScope: the callback, then the tick queue. */
  #callback(fn: () => void): void {
    this.#owner.entering();
    this.#inCallback = true;
    let thrown = this.#caller.call(fn);
    if (thrown === undefined) {
      this.#ticksWait = false;
      if (this.#tickScheduled !== 0 || this.#rejectionToWarn !== 0) thrown = this.#caller.call(this.#tickCallback);
    }
    this.#inCallback = false;
    if (thrown !== undefined) {
      this.#uncaught(thrown);
      this.#goesOnAtOnce = this.#tickScheduled !== 0;
    }
    // Always one turn more: microtasks of this one may have made something runnable.
    this.wake();
  }

  #uncaught(thrown: Thrown): void {
    if (this.#state === 'exited') return;
    this.#ticksWait = true;
    this.#inCallback = true;
    const inHandler = this.#caller.call(() => this.#owner.uncaught(thrown));
    this.#inCallback = false;
    if (inHandler !== undefined && !this.exited) throw new Error('The fatal exception handler threw', { cause: inHandler.error });
  }

  /** Thrown by a microtask or a callback of the host, outside any scope. */
  #stray(thrown: Thrown): void {
    if (this.#ticksWait) {
      // Node would not have run this microtask yet; at least its exception comes when it should.
      this.#refTasks++;
      this.#push({ run: () => this.#owner.uncaught(thrown), ref: true, born: -1 });
      return;
    }
    this.#uncaught(thrown);
    this.wake();
  }

  #reportRejections(): void {
    const rejections = this.#rejections;
    this.#rejections = [];
    this.#callback(() => {
      rejections.forEach(({ promise, reason }) => this.#rejectCallback(0, promise, reason));
    });
  }

  /** Advances through the phases; returns a callback, or nothing at the end of a phase. */
  #nextCallback(): (() => void) | undefined {
    switch (this.#phase) {
      case 'timers':
        this.#timersNow = this.#timersNow < 0 ? this.now() : this.#timersNow;
        if (this.#timerDue <= this.#timersNow) return () => this.#runTimers();
        this.#timersNow = -1;
        this.#phase = 'poll';
        this.metrics.iteration();
        this.#batch = this.#takeReady();
        return undefined;
      case 'poll': {
        const task = this.#batch.shift();
        if (task !== undefined) {
          if (task.ref) this.#refTasks--;
          this.metrics.event();
          return task.run;
        }
        this.#phase = 'check';
        this.#checks++;
        this.#checked = false;
        return undefined;
      }
      case 'check': {
        // Environment::CheckImmediate opens a scope before the first immediate: what an exception left of the ticks runs there.
        if (this.#ticksWait && this.#tickScheduled !== 0 && !this.#checked) return noop;
        if (this.#nativeImmediates.length > 0 && !this.#checked) {
          const batch = this.#nativeImmediates;
          this.#nativeImmediates = [];
          // The program may have taken the iterator of arrays away.
          return () => batch.forEach((run) => run());
        }
        const outstanding = this.immediateInfo[IMMEDIATE_OUTSTANDING] !== 0;
        const first = !this.#checked && this.immediateInfo[IMMEDIATE_COUNT] !== 0;
        this.#checked = true;
        if (outstanding || first) return this.#processImmediate;
        this.#phase = 'closing';
        this.#closingBatch = this.#closing;
        this.#closing = [];
        return undefined;
      }
      case 'closing': {
        const closing = this.#closingBatch.shift();
        if (closing !== undefined) return closing;
        this.#phase = 'timers';
        return undefined;
      }
    }
  }

  /**
   * Environment::RunTimers. lib's processTimers runs one timer a call here (a
   * build-time edit) and answers when the next list is due, negative when no
   * timer of it is referenced; 0 when there is none.
   */
  #runTimers(): void {
    const next = this.#processTimers(this.#timersNow);
    if (next === 0) this.#timerDue = Infinity;
    else this.#timerDue = Math.abs(next) <= this.#timersNow ? this.#timersNow : Math.max(Math.abs(next), this.now() + 1);
  }

  /**
   * Tasks of this poll phase. What the program asked for itself is not finished
   * before the pending immediates have run: a thread pool would take longer.
   */
  #takeReady(): Task[] {
    const immediatesFirst = this.immediateInfo[IMMEDIATE_COUNT] !== 0;
    if (!immediatesFirst) {
      const all = this.#queue;
      this.#queue = [];
      return all;
    }
    const ready = this.#queue.filter((task) => task.born < this.#checks);
    if (ready.length > 0) this.#queue = this.#queue.filter((task) => task.born >= this.#checks);
    return ready;
  }

  get #runnable(): boolean {
    return this.#queue.length > 0 || this.#closing.length > 0 || this.immediateInfo[IMMEDIATE_COUNT] !== 0
      || this.#timerDue <= this.now();
  }

  #sleep(): void {
    this.metrics.sleep();
    if (this.#timerDue === Infinity) return;
    if (this.#alarm !== undefined) {
      if (this.#alarm.due === this.#timerDue) return;
      this.#host.clearTimeout(this.#alarm.id);
    }
    const due = this.#timerDue;
    const id = this.#host.setTimeout(() => {
      this.#alarm = undefined;
      this.wake();
    }, Math.max(1, due - this.now()));
    this.#alarm = { id, due };
  }

  /** Nothing is runnable and nothing keeps the loop alive; all microtasks have run. SpinEventLoop. */
  #ranDry(): void {
    if (this.#state === 'running') {
      this.#state = 'ending';
      this.#callback(() => this.#owner.beforeExit());
      return;
    }
    this.#inCallback = true;
    this.metrics.reached('exit');
    const thrown = this.#caller.call(() => this.#owner.exit());
    this.#inCallback = false;
    if (thrown === undefined) return;
    this.#uncaught(thrown);
    if (!this.exited) this.#owner.exitInterrupted();
  }

  #push(task: Task): void {
    this.#queue.push(task);
    this.wake();
  }

  /** -1 while the loop sleeps: such a task comes from outside and is ready at once. */
  #born(): number {
    return this.#inCallback || this.#turnRequested ? this.#checks : -1;
  }

  #makeTickInfo(): EventLoop['tickInfo'] {
    const get = { ticks: () => this.#tickScheduled, rejection: () => this.#rejectionToWarn };
    const set = {
      ticks: (value: number) => {
        this.#tickScheduled = value;
        if (value !== 0 && !this.#inCallback) this.wake();
      },
      rejection: (value: number) => {
        this.#rejectionToWarn = value;
        if (value !== 0 && !this.#inCallback) this.wake();
      },
    };
    return Object.defineProperties({} as EventLoop['tickInfo'], {
      0: { get: get.ticks, set: set.ticks },
      1: { get: get.rejection, set: set.rejection },
    });
  }
}

function noop(): void {
  // A scope of its own for ticks that microtasks left behind.
}

function unbound(by: string): () => never {
  return () => {
    throw new Error(`Cannot run the loop: lib has not called "${by}" yet`);
  };
}
