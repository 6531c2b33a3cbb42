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
import { Alarm } from './alarm.ts';
import type { HostGlobals } from '../realm/host-globals.ts';
import { makeGuardedCaller, type GuardedCaller, type Thrown } from './guarded-call.ts';
import type { Hold, Loop } from '../realm/loop.ts';
import { type LoopOwner, noop, type PendingRejection, type Task, unbound } from './loop-work.ts';
import { LoopMetrics } from './loop-metrics.ts';
import { makeMacrotask } from './macrotask.ts';
import { TickInfo } from './tick-info.ts';
import { whenSettled } from '../realm/when-settled.ts';

type LoopState = 'idle' | 'running' | 'ending' | 'exited';
type Phase = 'timers' | 'poll' | 'check' | 'closing';

/** internal/timers immediateInfo: [kCount, kRefCount, kHasOutstanding]. */
const IMMEDIATE_COUNT = 0;
const IMMEDIATE_REF_COUNT = 1;
const IMMEDIATE_OUTSTANDING = 2;

/** One loop a realm. `start` once; `stop` or the end of its work ends it for good. See the head of this file. */
export class EventLoop implements Loop {
  /** Shared with lib: bindings 'timers' and 'task_queue' hand these out. */
  readonly immediateInfo = new Uint32Array(3);
  readonly timeoutInfo = new Int32Array(1);
  readonly tickInfo: TickInfo['shared'];

  readonly #host: HostGlobals;
  readonly #owner: LoopOwner;
  readonly #caller: GuardedCaller;
  readonly #requestTurn: () => void;
  readonly #began: number;
  readonly #ticks: TickInfo;

  #state: LoopState = 'idle';
  #phase: Phase = 'timers';
  /** One macrotask is asked for at a time: two would let two callbacks of the program race for one turn. */
  #turnRequested = false;
  #inCallback = false;

  /**
   * Filled in by bootstrap. A call before that is a fault of the boot order and
   * says which of lib's calls is missing.
   */
  #processImmediate: () => void = unbound('setupTimers');
  #processTimers: (now: number) => number = unbound('setupTimers');
  #tickCallback: () => void = unbound('setTickCallback');
  #rejectCallback: (type: number, promise: Promise<unknown>, reason: unknown) => void =
    unbound('setPromiseRejectCallback');

  /** After an uncaught exception ticks wait for the next callback, as in InternalCallbackScope::Close. */
  #ticksWait = false;
  /** Ticks were left by an exception: the next callback must come before the engine's microtasks. */
  #goesOnAtOnce = false;
  #rejections: PendingRejection[] = [];

  #queue: Task[] = [];
  #batch: Task[] = [];
  /** Two lists, as with tasks: what a close callback closes comes in the next iteration, never in this one. */
  #closing: (() => void)[] = [];
  #closingBatch: (() => void)[] = [];
  /** Neither `#refTasks` nor `#holds` counts these: they run when something else brings the loop round. */
  #nativeImmediates: (() => void)[] = [];
  #checks = 0;
  /** The first step of the running check phase is over: immediates queued from then on wait for the next one. */
  #checked = false;
  #refTasks = 0;
  #holds = 0;

  /** When lib's earliest timer list is due, in milliseconds of `now`; Infinity without timers. */
  #timerDue = Infinity;
  /** `now` of the running timers phase. */
  #timersNow = -1;
  readonly #alarm: Alarm;

  readonly metrics: LoopMetrics;

  constructor(host: HostGlobals, owner: LoopOwner) {
    this.metrics = new LoopMetrics(host.performanceNow);
    this.#host = host;
    this.#owner = owner;
    this.#began = host.performanceNow();
    this.#alarm = new Alarm(host, () => this.wake());
    this.#caller = makeGuardedCaller(host, (thrown) => this.#stray(thrown));
    this.#requestTurn = makeMacrotask(host, () => {
      this.#turnRequested = false;
      this.#turn();
    });
    this.#ticks = new TickInfo(() => {
      if (!this.#inCallback) this.wake();
    });
    this.tickInfo = this.#ticks.shared;
  }

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

  /** Environment::ScheduleTimer: lib's earliest list is due in `ms` from now; the last call counts. */
  scheduleTimer(ms: number): void {
    // At least 1 ms, as Environment::RunTimers sees to: no timer fires in the phase that set it.
    this.#timerDue = this.now() + Math.max(1, ms);
    this.wake();
  }

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
    // v8::PromiseRejectEvent 1, kPromiseHandlerAddedAfterReject: lib emits 'rejectionHandled'.
    else this.#rejectCallback(1, promise, undefined);
  }

  now(): number {
    // Whole, as uv_now is: lib adds and compares whole milliseconds,
    // and a fraction could make a timer due a turn early.
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
    // A hold released twice would let the process end under somebody else's hold: worth an exception, not a shrug.
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
    // A nested MakeCallback is no scope of its own in Node either: ticks run when the outermost returns.
    if (this.#inCallback) Reflect.apply(fn, receiver, args as never[]);
    else this.enqueueUnref(() => Reflect.apply(fn, receiver, args as never[]));
  }

  track<T>(promise: Promise<T>): Promise<T> {
    const hold = this.hold();
    // Both ways it ended; what it ended with is for whoever else reacts to the promise.
    const release = () => hold.release();
    whenSettled(this.#host.promiseThen, promise, release, release);
    return promise;
  }

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
    this.#alarm.clear();
  }

  /** Something may have become runnable, or the last hold may be gone. */
  wake(): void {
    if (this.#turnRequested || this.#state === 'idle' || this.#state === 'exited') return;
    this.#turnRequested = true;
    this.#requestTurn();
  }

  /**
   * uv_loop_alive: whether anything referenced is still to come.
   * Native immediates and unreferenced tasks do not count.
   */
  get alive(): boolean {
    return (
      this.#holds > 0 ||
      this.#refTasks > 0 ||
      this.#closing.length > 0 ||
      this.#closingBatch.length > 0 ||
      this.immediateInfo[IMMEDIATE_REF_COUNT] !== 0 ||
      this.#timersAlive
    );
  }

  /**
   * `timeoutInfo[0]` counts lib's referenced timers. Without a due time none of them would ever fire: they keep
   * nothing alive.
   */
  get #timersAlive(): boolean {
    return this.timeoutInfo[0]! > 0 && this.#timerDue !== Infinity;
  }

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
    // The order of these three is that of processTicksAndRejections: ticks first, then what the engine found
    // unhandled, then the warnings lib has prepared for those.
    if (this.#ticks.scheduled && !this.#ticksWait) return this.#callback(noop);
    if (this.#rejections.length > 0) return this.#reportRejections();
    if (this.#ticks.rejectionToWarn && !this.#ticksWait) return this.#callback(noop);
    for (;;) {
      // Between two iterations: end, sleep, or go round.
      if (this.#phase === 'timers' && this.#timersNow < 0) {
        if (!this.alive) return this.#ranDry();
        // 'beforeExit' listeners may have brought new work: back from `ending`.
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
    // What the callback threw stops the tick queue as well: Close() returns early when the scope has failed.
    let thrown = this.#caller.call(fn);
    if (thrown === undefined) {
      this.#ticksWait = false;
      if (this.#ticks.scheduled || this.#ticks.rejectionToWarn) thrown = this.#caller.call(this.#tickCallback);
    }
    this.#inCallback = false;
    if (thrown !== undefined) {
      this.#uncaught(thrown);
      this.#goesOnAtOnce = this.#ticks.scheduled;
    }
    // Always one turn more: microtasks of this one may have made something runnable.
    this.wake();
  }

  #uncaught(thrown: Thrown): void {
    if (this.#state === 'exited') return;
    this.#ticksWait = true;
    // Handlers of 'uncaughtException' run as if called by C++: what they MakeCallback is a nested call.
    this.#inCallback = true;
    const inHandler = this.#caller.call(() => this.#owner.uncaught(thrown));
    this.#inCallback = false;
    // The owner answers for every exception of the program; one that leaves it is ours, and loud.
    if (inHandler !== undefined && !this.exited)
      throw new Error('The fatal exception handler threw', { cause: inHandler.error });
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
    // All that are unhandled now, in one scope: lib queues them and looks at them once its ticks are done.
    this.#rejections = [];
    this.#callback(() => {
      rejections.forEach(({ promise, reason }) => this.#rejectCallback(0, promise, reason));
    });
  }

  /** Advances through the phases; returns a callback, or nothing at the end of a phase. */
  #nextCallback(): (() => void) | undefined {
    switch (this.#phase) {
      case 'timers':
        // One `now` for the whole phase, as uv__run_timers has: timers due meanwhile wait for the next iteration.
        this.#timersNow = this.#timersNow < 0 ? this.now() : this.#timersNow;
        // A list a turn; the phase is entered again until nothing is due at the `now` it began with.
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
        // Environment::CheckImmediate opens a scope before the first immediate:
        // what an exception left of the ticks runs there.
        if (this.#ticksWait && this.#ticks.scheduled && !this.#checked) return noop;
        if (this.#nativeImmediates.length > 0 && !this.#checked) {
          const batch = this.#nativeImmediates;
          this.#nativeImmediates = [];
          // The program may have taken the iterator of arrays away.
          // All in one scope: they are ours, and no tick of the program has to come between two of them.
          return () => batch.forEach((run) => run());
        }
        const outstanding = this.immediateInfo[IMMEDIATE_OUTSTANDING] !== 0;
        // One call at least where immediates are queued, then more while lib has some of that list left (it runs
        // one a call here, a build-time edit), as the loop of Environment::CheckImmediate.
        const first = !this.#checked && this.immediateInfo[IMMEDIATE_COUNT] !== 0;
        this.#checked = true;
        if (outstanding || first) return this.#processImmediate;
        this.#phase = 'closing';
        // uv__run_closing_handles takes the list as it is now.
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
    // A due time in this phase stays in it; a later one is never "now", or a timer of 1 ms that sets itself again
    // would keep the phase going for ever.
    if (next === 0) this.#timerDue = Infinity;
    else
      this.#timerDue = Math.abs(next) <= this.#timersNow ? this.#timersNow : Math.max(Math.abs(next), this.now() + 1);
  }

  /**
   * Tasks of this poll phase. What the program asked for itself is not finished
   * before the pending immediates have run: a thread pool would take longer.
   */
  #takeReady(): Task[] {
    const immediatesFirst = this.immediateInfo[IMMEDIATE_COUNT] !== 0;
    // Without immediates there is no order to keep: everything that waits is ready.
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
    // `#nativeImmediates` are not asked: they wake nobody.
    return (
      this.#queue.length > 0 ||
      this.#closing.length > 0 ||
      this.immediateInfo[IMMEDIATE_COUNT] !== 0 ||
      this.#timerDue <= this.now()
    );
  }

  #sleep(): void {
    this.metrics.sleep();
    if (this.#timerDue !== Infinity) this.#alarm.set(this.#timerDue, this.now());
  }

  /** Nothing is runnable and nothing keeps the loop alive; all microtasks have run. SpinEventLoop. */
  #ranDry(): void {
    if (this.#state === 'running') {
      this.#state = 'ending';
      this.#callback(() => this.#owner.beforeExit());
      return;
    }
    // 'exit' listeners run without a tick queue after them:
    // process.nextTick in one of them never comes, as in Node.
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
}
