import { ReceiveWindow } from './flow-window.ts';
import type { MessageRules } from './message-rules.ts';

/** What the sender takes from a stream's writes for the next DATA frame. */
export interface OutgoingData {
  readonly bytes: Uint8Array;
  /** These bytes end the body: no DATA follows. */
  readonly last: boolean;
  /** `last`, but trailers follow: the frame must not end the stream. */
  readonly keepOpen: boolean;
}

/**
 * One stream of a connection. Reference: RFC 9113, 5.1; nghttp2_stream.c.
 *
 *   opening ──first answer──▶ opened ──▶ closing (RST_STREAM waits to be sent)
 *   reserved ──answer──▶ opened
 */
export class StreamState {
  readonly id: number;
  readonly rules: MessageRules;
  readonly receiveWindow: ReceiveWindow;
  /** May be negative: the peer's SETTINGS can shrink it under what was sent. */
  sendWindow: number;
  /** See the drawing. Half-closed states are `readEnded` and `writeEnded`. */
  phase: 'opening' | 'opened' | 'reserved' | 'closing';
  /** Began with PUSH_PROMISE; while it is `reserved`, `readEnded` tells that the promise was ours. */
  readonly pushed: boolean;
  // The peer has ended the stream (END_STREAM), or never may send on it.
  readEnded = false;
  writeEnded = false;
  /** DATA may be asked for; it waits while the program has nothing to send. */
  data: 'none' | 'ready' | 'waiting' = 'none';

  constructor(
    id: number,
    options: {
      phase: StreamState['phase'];
      pushed: boolean;
      rules: MessageRules;
      sendWindow: number;
      receiveWindow: number;
    },
  ) {
    this.id = id;
    this.phase = options.phase;
    this.pushed = options.pushed;
    this.rules = options.rules;
    this.sendWindow = options.sendWindow;
    this.receiveWindow = new ReceiveWindow(options.receiveWindow);
  }
}
