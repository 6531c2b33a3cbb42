import type { Loop } from '../loop/loop.ts';

/** As many messages as MessagePort::OnMessage takes for one port before the next has its turn. */
const MESSAGES_PER_TURN = 1000;

/** A port with messages to deliver. */
export interface TurnTaker {
  /** Place among all ports of the thread, by their creation. */
  readonly number: number;
  /** Delivers one message; false where nothing more can be delivered now. */
  deliverOne(): boolean;
}

/**
 * Whose messages come next. In a round every port that has messages comes once,
 * in the order of creation (so uv__async_io visits its handles), and each until
 * it has no more. One message a task: ticks and microtasks run between two of
 * them. Reference: MessagePort::OnMessage, src/node_messaging.cc.
 */
export class PortTurns {
  readonly #loop: Loop;
  #ports = 0;
  #round: TurnTaker[] = [];
  #waiting: TurnTaker[] = [];
  #isScheduled = false;
  #left = MESSAGES_PER_TURN;

  constructor(loop: Loop) {
    this.#loop = loop;
  }

  nextNumber(): number {
    return ++this.#ports;
  }

  want(port: TurnTaker): void {
    if (this.#round.includes(port) || this.#waiting.includes(port)) return;
    this.#waiting.push(port);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#round.length + this.#waiting.length === 0) return;
    this.#isScheduled = true;
    this.#loop.enqueueUnref(() => {
      this.#isScheduled = false;
      this.#next();
    });
  }

  #next(): void {
    if (this.#round.length === 0) {
      this.#round = this.#waiting.toSorted((a, b) => a.number - b.number);
      this.#waiting = [];
    }
    const port = this.#round[0];
    if (port === undefined) return;
    let hasMore = false;
    try {
      hasMore = port.deliverOne();
    } finally {
      if (!hasMore || --this.#left === 0) {
        this.#round.shift();
        this.#left = MESSAGES_PER_TURN;
        if (hasMore) this.#waiting.push(port);
      }
      this.#schedule();
    }
  }
}
