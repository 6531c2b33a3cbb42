/**
 * How a preview reaches the kernel of its container.
 *
 *   preview page ──▶ hidden /connect iframe ──▶ SharedWorker broker ──▶ kernel worker
 *   (its own origin)      (the container's runtime origin)
 *
 * The page makes a MessageChannel, gives one end to its service worker (or keeps
 * it) and sends the other along this way; afterwards both ends talk directly.
 * Everything a page says is checked where it arrives: it is the user's program.
 */
import type { PreviewScript } from '@slipway/wire';

/** Web Lock held by the page whose kernel serves the container; exclusive, for life. */
export function kernelLockName(containerId: string): string {
  return `kernel-${containerId}`;
}

/** What a port into the kernel is for. */
export type PreviewPurpose =
  /** HTTP of one preview origin, for its service worker. */
  | { readonly kind: 'gateway' }
  | { readonly kind: 'page' }
  | { readonly kind: 'socket'; readonly target: string; readonly protocols: readonly string[] };

/** A page asks for a way to the kernel; the port comes with the message. */
export interface OpenPort {
  readonly type: 'slipway:open';
  readonly purpose: PreviewPurpose;
}

/**
 * Connect iframe → preview page. `none`: no kernel runs. `gone`: it ended. `up`: a
 * (new) one is there. `denied`: the browser gives this place no storage, and with
 * it no broker.
 */
export interface KernelNotice {
  readonly type: 'slipway:kernel';
  readonly state: 'up' | 'none' | 'gone' | 'denied';
}

/** What the broker hears, always with a port. */
export type ToBroker =
  /** From the kernel's page, which holds the lock, with the port to the kernel worker. */
  | { readonly type: 'kernel' }
  /** From a connect iframe, with the page's port. */
  | { readonly type: 'open'; readonly preview: PreviewOpen };

/** What the broker tells its clients of the kernel; see KernelNotice. */
export type FromBroker = { readonly type: 'state'; readonly state: 'up' | 'none' | 'gone' };

/** Arrives at the kernel worker, with the port. */
export interface PreviewOpen {
  readonly type: 'preview';
  /** Port of the container, from the preview's host name. */
  readonly port: number;
  readonly purpose: PreviewPurpose;
}

/** Through postMessage, between one page and the worker that serves it. */
export type PageToWorker =
  /** With a port whose other end went to the kernel. */
  { readonly type: 'slipway:port' } | { readonly type: 'slipway:kernel-gone' };

/**
 * What a service worker tells its pages. It cannot reach
 * the kernel itself: only pages can open an iframe.
 */
export type WorkerToPage =
  | { readonly type: 'slipway:need-port' }
  /** The port of this page works: requests are served. */
  | { readonly type: 'slipway:live' };

/** What a service worker asks of the kernel. `id` is its own, and unique while the request lives. */
export type GatewayRequest =
  | {
      readonly type: 'fetch';
      readonly id: number;
      readonly method: string;
      readonly target: string;
      readonly headers: readonly (readonly [string, string])[];
      readonly hasBody: boolean;
    }
  /** A piece of the request body; `null` ends it. */
  | { readonly type: 'body'; readonly id: number; readonly bytes: Uint8Array | null }
  /** One more piece of the response may be sent. */
  | { readonly type: 'pull'; readonly id: number }
  | { readonly type: 'cancel'; readonly id: number };

/** What the kernel answers. After `failed` or a `body` of null nothing comes for that `id`. */
export type GatewayAnswer =
  /** First, once: the kernel is there. */
  | { readonly type: 'hello'; readonly coep: 'require-corp' | 'credentialless' | 'none' }
  /** The request arrived; how long the program takes is its own affair. */
  | { readonly type: 'received'; readonly id: number }
  | {
      readonly type: 'head';
      readonly id: number;
      readonly status: number;
      readonly statusText: string;
      readonly headers: readonly (readonly [string, string])[];
      readonly hasBody: boolean;
      /** The script to put into this page, where it is HTML. */
      readonly script?: PreviewScript;
    }
  | { readonly type: 'body'; readonly id: number; readonly bytes: Uint8Array | null }
  /** One more piece of the request body may be sent. */
  | { readonly type: 'pull'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly reason: GatewayFailure; readonly message: string };

/** `refused`: nobody listens on the port. `stopped`: the container is not running. */
export type GatewayFailure = 'refused' | 'stopped' | 'broken';

/** Pieces of a body under way without a `pull`. */
export const BODY_CREDIT = 8;
/**
 * At most so many bytes in one piece: big enough that messages
 * cost little, small enough that eight are no burden.
 */
export const BODY_PIECE_BYTES = 64 * 1024;

/** Told over the page's port: a preview knows nothing of the container's options. */
export type PageSettings = { readonly type: 'settings'; readonly forwardErrors: boolean | 'exceptions-only' };
/** A wire PreviewMessage without `port`, which the kernel knows better. */
export type PageReport = { readonly type: 'report'; readonly message: unknown };

/** What a page's WebSocket does. A `code` is left out where the page gave none. */
export type SocketToKernel =
  | { readonly type: 'send'; readonly data: string | Uint8Array }
  | { readonly type: 'close'; readonly code?: number; readonly reason: string };

/** What happens to it; `close` is the last one. */
export type SocketToPage =
  | { readonly type: 'open'; readonly protocol: string }
  | { readonly type: 'message'; readonly data: string | Uint8Array }
  /** Bytes of `send` that have reached the program. */
  | { readonly type: 'sent'; readonly bytes: number }
  | { readonly type: 'close'; readonly code: number; readonly reason: string; readonly clean: boolean };
