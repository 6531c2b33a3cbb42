import type { Loop } from '../realm/loop.ts';

/** As many messages as MessagePort::OnMessage takes for one port before the next has its turn (at least 1000). */
const MESSAGES_PER_TURN = 1000;

/** `number` gives the order in which ports take turns. */
export interface TurnTaker {
  /** Place among all ports of the thread, by their creation. */
  readonly number: number;
  /** Delivers one message; false where nothing more can be delivered now. */
  deliverOne(): boolean;
}

/**
 * Whose messages come next: ports in the order in which they got something, and
 * those that got it in one run of code in the order of their creation (so
 * uv__async_io visits its handles); each until it has no more. One message a task:
 * ticks and microtasks run between two of them. Reference: MessagePort::OnMessage, src/node_messaging.cc.
 */
export class PortTurns {
  readonly #loop: Loop;
  readonly #afterThisRun: (task: () => void) => void;
  #ports = 0;
  /** Ports with messages, the one whose turn it is first. */
  readonly #round: TurnTaker[] = [];
  /** Got their messages in the run of code that is under way. */
  #fresh: TurnTaker[] = [];
  #isScheduled = false;
  #left = MESSAGES_PER_TURN;

  /** `afterThisRun` calls its task when the code that runs now has returned. */
  constructor(loop: Loop, afterThisRun: (task: () => void) => void) {
    this.#loop = loop;
    this.#afterThisRun = afterThisRun;
  }

  nextNumber(): number {
    return ++this.#ports;
  }

  want(port: TurnTaker): void {
    // It keeps its place; new messages come with its turn.
    if (this.#round.includes(port) || this.#fresh.includes(port)) return;
    // The first one of this run of code: when it has returned, all that got something are sorted in.
    if (this.#fresh.push(port) === 1) this.#afterThisRun(() => this.#settle());
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#round.length + this.#fresh.length === 0) return;
    this.#isScheduled = true;
    this.#loop.enqueueUnref(() => {
      this.#isScheduled = false;
      this.#next();
    });
  }

  #settle(): void {
    this.#round.push(...this.#fresh.sort((a, b) => a.number - b.number));
    this.#fresh = [];
  }

  #next(): void {
    // The task may come before the end of the run was told.
    if (this.#round.length === 0) this.#settle();
    const port = this.#round[0];
    if (port === undefined) return;
    let hasMore = false;
    try {
      hasMore = port.deliverOne();
    } finally {
      // Also when the listener threw: its turn is over then, PortHandle asks for another.
      if (!hasMore || --this.#left === 0) {
        this.#round.shift();
        this.#left = MESSAGES_PER_TURN;
        if (hasMore) this.#round.push(port);
      }
      this.#schedule();
    }
  }
}
