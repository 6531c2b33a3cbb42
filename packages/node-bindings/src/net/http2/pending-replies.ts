import type { Foreign } from '../../realm.ts';

export interface PendingReply {
  readonly callback: Foreign;
  /** Milliseconds of the high-resolution clock. */
  readonly startMs: number;
}

/** Pings or settings that wait for their acknowledgement, in order; as many as the program allows. */
export class PendingReplies {
  readonly #most: number;
  readonly #waiting: PendingReply[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.#waiting.length >= this.#most;
  }

  add(callback: Foreign, startMs: number): void {
    this.#waiting.push({ callback, startMs });
  }

  take(): PendingReply | undefined {
    return this.#waiting.shift();
  }

  takeAll(): PendingReply[] {
    return this.#waiting.splice(0);
  }
}
