/**
 * One stream of a process on its way to the page, under credit: no more bytes
 * leave than were granted. What is beyond waits here as one piece, the one that
 * was last read from the pipe; whoever reads the pipe waits for `pass`, so the
 * rest waits in the pipe, and at last the program.
 */
export class OutputGate {
  readonly #send: (chunk: Uint8Array<ArrayBuffer>) => void;
  /** Bytes that may still leave. */
  #credit: number;
  #open = true;
  /** Present while a piece waits; called, it goes on. */
  #wake: (() => void) | undefined;
  #waiting: Promise<void> = Promise.resolve();

  /** `credit` in bytes; Infinity: everything passes at once. */
  constructor(credit: number, send: (chunk: Uint8Array<ArrayBuffer>) => void) {
    this.#credit = credit;
    this.#send = send;
  }

  get credit(): number {
    return this.#credit;
  }

  get held(): boolean {
    return this.#wake !== undefined;
  }

  /** Resolves when the piece that waits now, if one does, goes on. */
  whenFree(): Promise<void> {
    return this.#waiting;
  }

  grant(bytes: number): void {
    this.#credit += bytes;
    this.#goOn();
  }

  /** Nobody takes it any more: what waits and what comes is dropped. */
  close(): void {
    this.#open = false;
    this.#goOn();
  }

  /** Resolves when all has left, or nobody wants it. One call at a time. */
  async pass(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    let rest = chunk;
    while (this.#open && rest.length > 0) {
      if (this.#credit > 0) {
        // A copy of its own: posting a view would post all that its buffer holds.
        const piece = rest === chunk && rest.length <= this.#credit ? rest : rest.slice(0, this.#credit);
        this.#credit -= piece.length;
        rest = rest.subarray(piece.length);
        this.#send(piece);
      } else {
        this.#waiting = new Promise<void>((resolve) => (this.#wake = resolve));
        await this.#waiting;
      }
    }
  }

  #goOn(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
