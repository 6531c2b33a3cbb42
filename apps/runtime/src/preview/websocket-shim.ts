/**
 * WebSocket for addresses of the preview itself. Service workers do not see
 * WebSockets, so the kernel is asked for one over a port; all other addresses
 * get the browser's own. Reference: https://websockets.spec.whatwg.org/
 */
import type { PreviewPurpose } from '@slipway/gateway/preview';
import { PreviewWebSocket } from './preview-web-socket.ts';

/** `kernelGone` fails what is open, since no connection would notice by itself. */
export interface WebSocketShim {
  readonly WebSocket: typeof WebSocket;
  /** The kernel has ended, and every connection into it with it. */
  kernelGone(): void;
}

/** `origin` is the page's, as `location.origin` gives it; `port` the one in the container that it shows. */
export interface ShimmedPage {
  readonly origin: string;
  readonly port: string | undefined;
}

/** `Native` is the browser's own. */
export function createWebSocketShim(
  Native: typeof WebSocket,
  { origin, port }: ShimmedPage,
  open: (purpose: PreviewPurpose) => MessagePort,
): WebSocketShim {
  const preview = new URL(origin);
  const socketOrigin = `${preview.protocol === 'https:' ? 'wss' : 'ws'}://${preview.host}`;
  // Development servers put the port they listen on beside the page's host name: elsewhere the two are one address.
  const isPreview = (url: URL): boolean =>
    (url.protocol === 'ws:' || url.protocol === 'wss:') &&
    (url.host === preview.host ||
      (url.hostname === preview.hostname && (url.port || defaultPort(url.protocol)) === port));
  const connected = new Set<PreviewWebSocket>();

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
      if (!isPreview(url)) return Reflect.construct(target, args, newTarget) as object;
      const protocols = given === undefined ? [] : Array.isArray(given) ? given.map(String) : [String(given)];
      const socket = new PreviewWebSocket({
        url,
        protocols,
        origin: socketOrigin,
        open,
        ended: (ended) => connected.delete(ended),
      });
      connected.add(socket);
      // `instanceof WebSocket` and subclasses hold.
      return Object.setPrototypeOf(
        socket,
        withPrototype(
          Native,
          newTarget === target || newTarget === undefined ? Native.prototype : (newTarget.prototype as object),
        ),
      ) as object;
    },
    get: (target, key) => Reflect.get(target, key) as unknown,
  });

  return {
    WebSocket: shim,
    kernelGone: () => {
      for (const socket of connected) PreviewWebSocket.drop(socket);
    },
  };
}

/** What an address leaves out. */
function defaultPort(protocol: string): string {
  return protocol === 'wss:' ? '443' : '80';
}

/** Our methods before the native ones, which would refuse an object that is not theirs. */
function withPrototype(Native: typeof WebSocket, prototype: object): object {
  const own = Object.create(prototype) as object;
  for (const name of ['send', 'close', 'addEventListener', 'removeEventListener', 'dispatchEvent'] as const) {
    const method = name === 'send' || name === 'close' ? PreviewWebSocket.prototype[name] : EventTarget.prototype[name];
    // A subclass's own methods win.
    if (!Object.hasOwn(prototype, name) || prototype === Native.prototype)
      Object.defineProperty(own, name, { value: method, configurable: true, writable: true });
  }
  return own;
}
