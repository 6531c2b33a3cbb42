/**
 * A body that travels in messages: the sender may have so many pieces under way,
 * and gets one more for each that the receiver has consumed.
 */
import { BODY_CREDIT, BODY_PIECE_BYTES } from './preview-protocol.ts';

/** The sender's side: BODY_CREDIT pieces, one more for each `give`. One caller waits at a time. */
export class Credit {
  #left = BODY_CREDIT;
  #wake: (() => void) | undefined;
  #cancelled = false;

  /** Waits for leave to send one piece; false when the receiver has lost interest. */
  async take(): Promise<boolean> {
    while (this.#left === 0 && !this.#cancelled) await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#cancelled) return false;
    this.#left--;
    return true;
  }

  /** The receiver has consumed a piece. */
  give(): void {
    // More than was ever lent is a mistake of the receiver.
    this.#left = Math.min(this.#left + 1, BODY_CREDIT);
    this.#wake?.();
  }

  /** No piece is wanted any more: `take` gives false from now on. */
  cancel(): void {
    this.#cancelled = true;
    this.#wake?.();
  }
}

/** Pieces that arrive by message, for a `for await`. */
export class PieceQueue implements AsyncIterable<Uint8Array> {
  readonly #pieces: (Uint8Array | null)[] = [];
  readonly #consumed: () => void;
  #wake: (() => void) | undefined;
  #error: Error | undefined;

  /** `consumed` is called for every piece that was taken: time for a `pull`. */
  constructor(consumed: () => void) {
    this.#consumed = consumed;
  }

  /**
   * A piece has come; `null` is the end. Twice the
   * credit is more than an honest sender has under way.
   */
  push(bytes: Uint8Array | null): void {
    if (this.#pieces.length > 2 * BODY_CREDIT)
      this.fail(new Error('Cannot take more of the body: the sender ignores its credit'));
    else this.#pieces.push(bytes);
    this.#wake?.();
  }

  /** Ends the iteration with an error, the first one where there are several. */
  fail(error: Error): void {
    this.#error ??= error;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      const piece = this.#pieces.shift();
      if (piece === null) return;
      if (piece === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else {
        yield piece;
        this.#consumed();
      }
    }
  }
}

/**
 * Pieces of BODY_PIECE_BYTES at most for one message each,
 * with buffers of their own so that they can be transferred.
 */
export function* cutPieces(bytes: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += BODY_PIECE_BYTES) yield bytes.slice(at, at + BODY_PIECE_BYTES);
}
