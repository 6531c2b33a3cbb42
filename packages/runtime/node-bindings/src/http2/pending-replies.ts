import type { Foreign, Realm } from '../realm/realm.ts';
import { CallbackContext } from '../handles/async-wrap.ts';

/**
 * One ping or SETTINGS frame that waits for its acknowledgement, with an async id of its own. Reference: Http2Ping
 * and Http2Settings, Node src/node_http2.cc.
 */
export class PendingReply {
  readonly #realm: Realm;
  readonly #callback: Foreign;
  readonly #context: CallbackContext;
  readonly #startMs: number;

  constructor(realm: Realm, provider: string, callback: Foreign) {
    this.#realm = realm;
    this.#callback = callback;
    this.#context = new CallbackContext(realm, { object: this, provider });
    this.#startMs = realm.host.performanceNow();
  }

  /** `acknowledged`, the milliseconds since, and what came along. */
  settle(acknowledged: boolean, ...more: readonly unknown[]): void {
    try {
      this.#context.call(
        this,
        this.#callback,
        acknowledged,
        this.#realm.host.performanceNow() - this.#startMs,
        ...more,
      );
    } finally {
      this.#context.end();
    }
  }
}

/** Those that wait, in order; as many as the program allows. */
export class PendingReplies {
  readonly #realm: Realm;
  readonly #provider: string;
  readonly #most: number;
  readonly #waiting: PendingReply[] = [];

  constructor(realm: Realm, provider: string, most: number) {
    this.#realm = realm;
    this.#provider = provider;
    this.#most = most;
  }

  /** False where too many wait already: `callback` has been told then. */
  begin(callback: Foreign, send: () => void): boolean {
    const reply = new PendingReply(this.#realm, this.#provider, callback);
    // A peer that never acknowledges must not fill memory.
    if (this.#waiting.length >= this.#most) {
      reply.settle(false);
      return false;
    }
    /** First: a failure to send leaves nothing behind that waits. */
    send();
    this.#waiting.push(reply);
    return true;
  }

  /** Acknowledgements come in the order of the frames (RFC 9113, 6.5.3), so the first one it is. */
  take(): PendingReply | undefined {
    return this.#waiting.shift();
  }

  takeAll(): PendingReply[] {
    return this.#waiting.splice(0);
  }
}
