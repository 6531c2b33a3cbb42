/**
 * The service worker's end of a gateway port, and the requests on their way
 * through it.
 *
 *   opening ──hello──▶ live ──kernel gone, no answer──▶ dead
 */
import {
  Credit,
  cutPieces,
  PieceQueue,
  type GatewayAnswer,
  type GatewayFailure,
  type GatewayRequest,
} from '@slipway/gateway/preview';

/** The kernel says at once that a request has arrived; silence means the port leads nowhere. */
const RECEIVED_MS = 1_500;

/** Status and headers of an answer; its body follows in pieces. */
export type Head = Extract<GatewayAnswer, { type: 'head' }>;

/** `gone` is this side's own reason: the kernel went while the request was under way. */
export type Outcome =
  | { readonly type: 'head'; readonly head: Head; readonly body: AsyncIterable<Uint8Array> }
  | { readonly type: 'failed'; readonly reason: GatewayFailure | 'gone'; readonly message: string }
  /** Never arrived: may be sent again elsewhere. */
  | { readonly type: 'unheard' };

interface Exchange {
  readonly pieces: PieceQueue;
  readonly credit: Credit;
  received: boolean;
  settle(outcome: Outcome): void;
  sendBody(): void;
}

/** Not `usable` before `hello` has come: a port may lead to a tab that is frozen or closed. */
export class KernelLink {
  readonly #port: MessagePort;
  readonly #exchanges = new Map<number, Exchange>();
  readonly #onLive: (coep: string) => void;
  #lastId = 0;
  #live = false;
  #dead = false;

  constructor(port: MessagePort, onLive: (coep: string) => void) {
    this.#port = port;
    this.#onLive = onLive;
    port.addEventListener('message', ({ data }: MessageEvent<GatewayAnswer>) => this.#receive(data));
    port.start();
  }

  get usable(): boolean {
    return this.#live && !this.#dead;
  }

  /** Everything under way fails at once: its answer will never come. */
  kernelGone(): void {
    if (this.#dead) return;
    this.#dead = true;
    for (const exchange of this.#exchanges.values()) {
      exchange.settle({ type: 'failed', reason: 'gone', message: 'The IDE tab was closed' });
      exchange.pieces.fail(new TypeError('The IDE tab was closed'));
      exchange.credit.cancel();
    }
    this.#exchanges.clear();
    this.#port.close();
  }

  /** Gives the port up where nothing is under way: the next request asks the open pages for another. */
  retire(): void {
    if (this.#exchanges.size > 0) return;
    this.#dead = true;
    this.#port.close();
  }

  /** Sends one request. `body` is taken only after the request has arrived, so that it can be sent elsewhere. */
  fetch(
    request: Omit<Extract<GatewayRequest, { type: 'fetch' }>, 'type' | 'id' | 'hasBody'>,
    body: (() => AsyncIterable<Uint8Array>) | undefined,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        if (exchange.received) return;
        this.#dead = true;
        this.#exchanges.delete(id);
        resolve({ type: 'unheard' });
      }, RECEIVED_MS);
      const exchange: Exchange = {
        pieces: new PieceQueue(() => this.#post({ type: 'pull', id })),
        credit: new Credit(),
        received: false,
        settle: (outcome) => {
          clearTimeout(timer);
          resolve(outcome);
        },
        sendBody: () => {
          if (body !== undefined) this.#sendBody(id, exchange, body()).catch(() => this.cancel(id));
        },
      };
      this.#exchanges.set(id, exchange);
      signal.addEventListener('abort', () => this.cancel(id));
      this.#post({ type: 'fetch', id, hasBody: body !== undefined, ...request });
    });
  }

  /** Nobody wants the answer any more. */
  cancel(id: number): void {
    const exchange = this.#exchanges.get(id);
    if (exchange === undefined) return;
    this.#exchanges.delete(id);
    exchange.credit.cancel();
    exchange.pieces.fail(new DOMException('The request was aborted', 'AbortError'));
    exchange.settle({ type: 'failed', reason: 'broken', message: 'The request was aborted' });
    this.#post({ type: 'cancel', id });
  }

  #post(message: GatewayRequest, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  async #sendBody(id: number, exchange: Exchange, body: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const bytes of body) {
        for (const piece of cutPieces(bytes)) {
          if (!(await exchange.credit.take())) return;
          this.#post({ type: 'body', id, bytes: piece }, [piece.buffer]);
        }
      }
      this.#post({ type: 'body', id, bytes: null });
    } catch {
      // The page broke its own upload off.
      this.cancel(id);
    }
  }

  #receive(answer: GatewayAnswer): void {
    if (answer.type === 'hello') {
      this.#live = true;
      this.#onLive(answer.coep);
      return;
    }
    const exchange = this.#exchanges.get(answer.id);
    if (exchange === undefined) return;
    switch (answer.type) {
      case 'received':
        exchange.received = true;
        exchange.sendBody();
        return;
      case 'pull':
        exchange.credit.give();
        return;
      case 'head':
        // What is left of the upload has no reader any more once the answer is complete.
        if (!answer.hasBody) this.#finish(answer.id, exchange);
        exchange.settle({ type: 'head', head: answer, body: exchange.pieces });
        return;
      case 'body':
        exchange.pieces.push(answer.bytes);
        if (answer.bytes === null) this.#finish(answer.id, exchange);
        return;
      case 'failed':
        this.#finish(answer.id, exchange);
        exchange.settle({ type: 'failed', reason: answer.reason, message: answer.message });
        exchange.pieces.fail(new TypeError(answer.message));
    }
  }

  #finish(id: number, exchange: Exchange): void {
    this.#exchanges.delete(id);
    exchange.credit.cancel();
  }
}
