/** A WebSocket into the kernel. Reference: https://websockets.spec.whatwg.org/ */
import type { PreviewPurpose, SocketToKernel, SocketToPage } from '@slipway/gateway/preview';

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/** `url` is of the preview itself; `ended` is called once, when the socket is closed. */
export interface PreviewWebSocketOptions {
  readonly url: URL;
  readonly protocols: readonly string[];
  readonly origin: string;
  readonly open: (purpose: PreviewPurpose) => MessagePort;
  readonly ended: (socket: PreviewWebSocket) => void;
}

/** Stands in for the browser's WebSocket; the shim gives it that one's prototype. */
export class PreviewWebSocket extends EventTarget {
  static readonly CONNECTING = CONNECTING;
  static readonly OPEN = OPEN;
  static readonly CLOSING = CLOSING;
  static readonly CLOSED = CLOSED;
  readonly CONNECTING = CONNECTING;
  readonly OPEN = OPEN;
  readonly CLOSING = CLOSING;
  readonly CLOSED = CLOSED;
  readonly url: string;
  readonly extensions = '';
  binaryType: BinaryType = 'blob';
  protocol = '';
  readyState = CONNECTING;
  bufferedAmount = 0;
  readonly #port: MessagePort;
  readonly #origin: string;
  readonly #ended: (socket: PreviewWebSocket) => void;
  readonly #handlers = new Map<string, EventListener>();
  /** Blobs are read before they are sent; what follows waits its turn. */
  #sending: Promise<void> = Promise.resolve();

  constructor({ url, protocols, origin, open, ended }: PreviewWebSocketOptions) {
    super();
    this.url = url.href;
    this.#origin = origin;
    this.#ended = ended;
    this.#port = open({ kind: 'socket', target: url.pathname + url.search, protocols: [...protocols] });
    this.#port.addEventListener('message', ({ data }: MessageEvent<SocketToPage>) => this.#receive(data));
    this.#port.start();
    for (const type of ['open', 'message', 'error', 'close']) this.#defineHandler(type);
  }

  /**
   * The kernel has ended: as a connection that was lost. Not a method: the shim
   * gives sockets another prototype, on which a page would find it, or nobody would.
   */
  static drop(socket: PreviewWebSocket): void {
    socket.#end(1006, '', false);
  }

  send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
    if (this.readyState === CONNECTING)
      throw new DOMException(
        "Failed to execute 'send' on 'WebSocket': Still in CONNECTING state.",
        'InvalidStateError',
      );
    const size =
      typeof data === 'string'
        ? new TextEncoder().encode(data).length
        : data instanceof Blob
          ? data.size
          : data.byteLength;
    this.bufferedAmount += size;
    if (this.readyState !== OPEN) return;
    const content = data instanceof Blob || typeof data === 'string' ? data : copyBytes(data);
    this.#sending = this.#sending
      .then(async () => {
        this.#post({
          type: 'send',
          data: content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : content,
        });
        this.bufferedAmount -= size;
      })
      .catch(() => PreviewWebSocket.drop(this));
  }

  close(code?: number, reason = ''): void {
    if (code !== undefined && code !== 1000 && (code < 3000 || code > 4999))
      throw new DOMException(
        `Failed to execute 'close' on 'WebSocket': ` +
          `The close code must be either 1000, or between 3000 and 4999. ${code} is neither.`,
        'InvalidAccessError',
      );
    if (new TextEncoder().encode(reason).length > 123)
      throw new DOMException(
        "Failed to execute 'close' on 'WebSocket': The close reason must not be greater than 123 UTF-8 bytes.",
        'SyntaxError',
      );
    if (this.readyState >= CLOSING) return;
    const connecting = this.readyState === CONNECTING;
    this.readyState = CLOSING;
    this.#sending
      .then(() => this.#post({ type: 'close', ...(code === undefined ? {} : { code }), reason }))
      .catch(() => PreviewWebSocket.drop(this));
    // Nobody may ever answer: then it ends here, as a failed connection does.
    if (connecting) queueMicrotask(() => this.#end(1006, '', false));
  }

  #post(message: SocketToKernel): void {
    this.#port.postMessage(message);
  }

  #receive(message: SocketToPage): void {
    switch (message.type) {
      case 'open':
        if (this.readyState !== CONNECTING) return;
        this.readyState = OPEN;
        this.protocol = message.protocol;
        this.dispatchEvent(new Event('open'));
        return;
      case 'message':
        if (this.readyState === OPEN)
          this.dispatchEvent(
            new MessageEvent('message', {
              data: this.#incoming(message.data),
              origin: this.#origin,
            }),
          );
        return;
      case 'close':
        this.#end(message.code, message.reason, message.clean);
    }
  }

  #incoming(data: string | Uint8Array): unknown {
    if (typeof data === 'string') return data;
    const buffer = data.slice().buffer;
    return this.binaryType === 'arraybuffer' ? buffer : new Blob([buffer]);
  }

  #end(code: number, reason: string, clean: boolean): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.#ended(this);
    this.#port.close();
    if (!clean) this.dispatchEvent(new Event('error'));
    this.dispatchEvent(new CloseEvent('close', { code, reason, wasClean: clean }));
  }

  /** `onmessage` and the like: a listener that keeps its place in the order. */
  #defineHandler(type: string): void {
    let current: EventListener | null = null;
    Object.defineProperty(this, `on${type}`, {
      get: () => current,
      set: (listener: unknown) => {
        const before = this.#handlers.get(type);
        if (before !== undefined) this.removeEventListener(type, before);
        this.#handlers.delete(type);
        current = typeof listener === 'function' ? (listener as EventListener) : null;
        if (current === null) return;
        const handler: EventListener = (event) => current?.call(this, event);
        this.#handlers.set(type, handler);
        this.addEventListener(type, handler);
      },
    });
  }
}

function copyBytes(data: ArrayBufferLike | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
    : new Uint8Array(data).slice();
}
