/**
 * What may still be received on a stream or connection, and what of it was used up. Reference: nghttp2's
 * `no_auto_window_update`.
 */
export class ReceiveWindow {
  /** Bytes promised to the peer; a change of SETTINGS moves it, and `received` stays. */
  size: number;
  /** Bytes that arrived and were not given back by a WINDOW_UPDATE; below zero after the promise was lowered. */
  received = 0;
  /** Used by the program, not yet told to the peer. */
  #consumed = 0;

  constructor(size: number) {
    this.size = size;
  }

  /**
   * False where the peer sent more than it may: FLOW_CONTROL_ERROR of stream or connection (RFC 9113, 6.9.1), for
   * the caller to choose.
   */
  take(bytes: number): boolean {
    if (this.received + bytes > this.size) return false;
    this.received += bytes;
    return true;
  }

  /**
   * The increment to tell the peer now, 0 where it is too little to be worth a frame
   * (nghttp2_should_send_window_update).
   */
  consume(bytes: number): number {
    this.#consumed += bytes;
    const given = Math.min(this.#consumed, this.received);
    // Half the window at a time: a frame for every chunk would cost more than the chunks.
    if (given <= 0 || given < Math.trunc(this.size / 2)) return 0;
    this.#consumed -= given;
    this.received -= given;
    return given;
  }

  /** A size the program asks for; what it grew by goes to the peer. */
  resize(size: number): number {
    const growth = size - this.size;
    this.size = size;
    // What it shrank by counts as not yet given back: it is withheld until that much was consumed.
    if (growth < 0) this.received += growth;
    return Math.max(0, growth);
  }
}
