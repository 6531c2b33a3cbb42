/**
 * WebSocket for addresses of the preview itself. Service workers do not see
 * WebSockets, so the kernel is asked for one over a port; all other addresses
 * get the browser's own. Reference: https://websockets.spec.whatwg.org/
 */
import type { PreviewPurpose, SocketToKernel, SocketToPage } from '@slipway/gateway/preview/preview-protocol.ts';

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

export interface WebSocketShim {
  readonly WebSocket: typeof WebSocket;
  /** The kernel has ended, and every connection into it with it. */
  kernelGone(): void;
}

export function createWebSocketShim(Native: typeof WebSocket, origin: string, open: (purpose: PreviewPurpose) => MessagePort): WebSocketShim {
  const preview = new URL(origin);
  const connected = new Set<PreviewWebSocket>();

  class PreviewWebSocket extends EventTarget {
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
    readonly #handlers = new Map<string, EventListener>();
    /** Blobs are read before they are sent; what follows waits its turn. */
    #sending: Promise<void> = Promise.resolve();

    constructor(url: URL, protocols: readonly string[]) {
      super();
      this.url = url.href;
      this.#port = open({ kind: 'socket', target: url.pathname + url.search, protocols: [...protocols] });
      this.#port.addEventListener('message', ({ data }: MessageEvent<SocketToPage>) => this.#receive(data));
      this.#port.start();
      for (const type of ['open', 'message', 'error', 'close']) this.#defineHandler(type);
      connected.add(this);
    }

    drop(): void {
      this.#end(1006, '', false);
    }

    send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
      if (this.readyState === CONNECTING) throw new DOMException("Failed to execute 'send' on 'WebSocket': Still in CONNECTING state.", 'InvalidStateError');
      const size = typeof data === 'string' ? new TextEncoder().encode(data).length : data instanceof Blob ? data.size : data.byteLength;
      this.bufferedAmount += size;
      if (this.readyState !== OPEN) return;
      const content = data instanceof Blob ? data.arrayBuffer().then((buffer) => new Uint8Array(buffer)) : typeof data === 'string' ? data : copyBytes(data);
      this.#sending = this.#sending.then(async () => {
        const bytes = await content;
        this.#post({ type: 'send', data: bytes });
        this.bufferedAmount -= size;
      });
    }

    close(code?: number, reason = ''): void {
      if (code !== undefined && code !== 1000 && (code < 3000 || code > 4999)) throw new DOMException(`Failed to execute 'close' on 'WebSocket': The close code must be either 1000, or between 3000 and 4999. ${code} is neither.`, 'InvalidAccessError');
      if (new TextEncoder().encode(reason).length > 123) throw new DOMException("Failed to execute 'close' on 'WebSocket': The close reason must not be greater than 123 UTF-8 bytes.", 'SyntaxError');
      if (this.readyState >= CLOSING) return;
      const connecting = this.readyState === CONNECTING;
      this.readyState = CLOSING;
      void this.#sending.then(() => this.#post({ type: 'close', ...(code === undefined ? {} : { code }), reason }));
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
          if (this.readyState === OPEN) this.dispatchEvent(new MessageEvent('message', { data: this.#incoming(message.data), origin: `${preview.protocol === 'https:' ? 'wss' : 'ws'}://${preview.host}` }));
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
      connected.delete(this);
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

  function isOurs(url: URL): boolean {
    return url.host === preview.host && (url.protocol === 'ws:' || url.protocol === 'wss:');
  }

  // A Proxy keeps the native constructor's identity for whatever else is done with it.
  const shim = new Proxy(Native, {
    construct(target, args: [unknown, unknown?], newTarget) {
      const [address, given] = args;
      let url: URL;
      try {
        url = new URL(String(address), location.href);
      } catch {
        // The native constructor has the right words for it.
        return Reflect.construct(target, args, newTarget) as object;
      }
      if (url.protocol === 'http:') url.protocol = 'ws:';
      if (url.protocol === 'https:') url.protocol = 'wss:';
      if (!isOurs(url)) return Reflect.construct(target, args, newTarget) as object;
      const protocols = given === undefined ? [] : Array.isArray(given) ? given.map(String) : [String(given)];
      const socket = new PreviewWebSocket(url, protocols);
      // `instanceof WebSocket` and subclasses hold.
      return Object.setPrototypeOf(socket, withPrototype(newTarget === target || newTarget === undefined ? Native.prototype : (newTarget.prototype as object))) as object;
    },
    get: (target, key) => Reflect.get(target, key) as unknown,
  });

  return {
    WebSocket: shim,
    kernelGone: () => {
      for (const socket of connected) socket.drop();
    },
  };

  /** Our methods before the native ones, which would refuse an object that is not theirs. */
  function withPrototype(prototype: object): object {
    const own = Object.create(prototype) as object;
    for (const name of ['send', 'close', 'addEventListener', 'removeEventListener', 'dispatchEvent'] as const) {
      const method = name === 'send' || name === 'close' ? PreviewWebSocket.prototype[name] : EventTarget.prototype[name];
      // A subclass's own methods win.
      if (!Object.hasOwn(prototype, name) || prototype === Native.prototype) Object.defineProperty(own, name, { value: method, configurable: true, writable: true });
    }
    return own;
  }
}

function copyBytes(data: ArrayBufferLike | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice() : new Uint8Array(data).slice();
}
