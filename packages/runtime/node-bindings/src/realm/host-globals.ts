/**
 * The browser's own functions and classes, taken before `hide-browser-globals`
 * removes their names and before Node's lib puts its own in their place.
 *
 * Nothing else in this room may reach for a browser global: after boot the name
 * means Node's version of it, or nothing.
 */

/** What lib.dom does not know yet, or names only for pages. */
interface Scheduler {
  postTask(task: () => void, options: { priority: 'user-blocking' | 'user-visible' | 'background' }): Promise<unknown>;
}

/** What the browser gave us before its names were hidden. */
export interface HostGlobals {
  /** Milliseconds since `timeOrigin`, with the fraction the browser gives (5 µs when isolated, else 100 µs). */
  readonly performanceNow: () => number;
  /** Milliseconds since 1970 at which this worker began. */
  readonly timeOrigin: number;
  readonly setTimeout: (task: () => void, ms: number) => number;
  readonly clearTimeout: (id: number) => void;
  readonly queueMicrotask: (task: () => void) => void;
  /** `undefined` in engines without prioritized task scheduling. */
  readonly scheduler: Scheduler | undefined;
  readonly postMessage: (message: unknown, transfer?: readonly unknown[]) => void;
  readonly close: () => void;
  readonly addEventListener: (type: string, listener: (event: Event) => void) => void;
  readonly removeEventListener: (type: string, listener: (event: Event) => void) => void;
  readonly dispatchEvent: (target: EventTarget, event: Event) => boolean;
  readonly listen: (target: EventTarget, type: string, listener: (event: Event) => void) => void;
  readonly structuredClone: (value: unknown, options?: { transfer?: readonly unknown[] }) => unknown;
  readonly atob: (text: string) => string;
  readonly btoa: (text: string) => string;
  readonly fetch: typeof globalThis.fetch;
  readonly hardwareConcurrency: number;
  /** `eval` called indirectly: global scope, sloppy mode. */
  readonly indirectEval: (source: string) => unknown;
  /** The engine's, for bookkeeping that the program's own `then` and its hooks must not see; see `whenSettled`. */
  readonly promiseThen: Promise<unknown>['then'];
  readonly crypto: Crypto;
  readonly console: Console;
  /** Named members, not one bag of globals: what is missing here fails at compile time, not in some program. */
  readonly classes: HostClasses;
  readonly webAssembly: HostWebAssembly;
}

/** Taken before the program can replace one. */
export interface HostClasses {
  /** The one class without a global name: taken from the prototype of an async function. */
  readonly AsyncFunction: FunctionConstructor;
  readonly Blob: typeof Blob;
  readonly BroadcastChannel: typeof BroadcastChannel;
  readonly CompressionStream: typeof CompressionStream;
  readonly DOMException: typeof DOMException;
  readonly DecompressionStream: typeof DecompressionStream;
  readonly Event: typeof Event;
  readonly EventTarget: typeof EventTarget;
  readonly Function: FunctionConstructor;
  readonly Headers: typeof Headers;
  readonly MessageChannel: typeof MessageChannel;
  readonly MessagePort: typeof MessagePort;
  readonly Promise: PromiseConstructor;
  readonly Proxy: ProxyConstructor;
  readonly ReadableStream: typeof ReadableStream;
  readonly Request: typeof Request;
  readonly Response: typeof Response;
  readonly TextDecoder: typeof TextDecoder;
  readonly TextEncoder: typeof TextEncoder;
  readonly URL: typeof URL;
  /** `undefined` in engines without URLPattern. */
  readonly URLPattern: (new (...parameters: unknown[]) => object) | undefined;
  readonly WebSocket: typeof WebSocket;
  readonly XMLHttpRequest: typeof XMLHttpRequest;
}

/** Kept from before the program could replace them. */
export interface HostWebAssembly {
  readonly compile: typeof WebAssembly.compile;
  readonly instantiate: typeof WebAssembly.instantiate;
}

/** Takes them; before any code of the program, or of lib, has run. */
export function captureHostGlobals(scope: DedicatedWorkerGlobalScope): HostGlobals {
  const global = scope as unknown as HostClasses & { scheduler?: Scheduler };
  // Methods are taken from the prototypes: lib replaces EventTarget, and programs change prototypes.
  const dispatch = EventTarget.prototype.dispatchEvent;
  const listen = EventTarget.prototype.addEventListener;
  const timeOrigin = scope.performance.timeOrigin;
  return {
    performanceNow: scope.performance.now.bind(scope.performance),
    timeOrigin,
    setTimeout: scope.setTimeout.bind(scope) as HostGlobals['setTimeout'],
    clearTimeout: scope.clearTimeout.bind(scope),
    queueMicrotask: scope.queueMicrotask.bind(scope),
    scheduler: global.scheduler,
    postMessage: scope.postMessage.bind(scope) as HostGlobals['postMessage'],
    close: scope.close.bind(scope),
    addEventListener: scope.addEventListener.bind(scope) as HostGlobals['addEventListener'],
    removeEventListener: scope.removeEventListener.bind(scope) as HostGlobals['removeEventListener'],
    dispatchEvent: (target, event) => Reflect.apply(dispatch, target, [event]) as boolean,
    listen: (target, type, listener) => {
      Reflect.apply(listen, target, [type, listener]);
    },
    structuredClone: scope.structuredClone.bind(scope) as HostGlobals['structuredClone'],
    atob: scope.atob.bind(scope),
    btoa: scope.btoa.bind(scope),
    fetch: scope.fetch.bind(scope),
    // Some engines answer 0 or undefined to hide it; a machine has one processor at least.
    hardwareConcurrency: scope.navigator.hardwareConcurrency || 1,
    indirectEval: globalThis.eval.bind(undefined) as HostGlobals['indirectEval'],
    promiseThen: Promise.prototype.then,
    crypto: scope.crypto,
    console: globalThis.console,
    classes: {
      AsyncFunction: (Object.getPrototypeOf(async () => undefined) as { constructor: FunctionConstructor }).constructor,
      Blob: global.Blob,
      BroadcastChannel: global.BroadcastChannel,
      CompressionStream: global.CompressionStream,
      DOMException: global.DOMException,
      DecompressionStream: global.DecompressionStream,
      Event: global.Event,
      EventTarget: global.EventTarget,
      Function: global.Function,
      Headers: global.Headers,
      MessageChannel: global.MessageChannel,
      MessagePort: global.MessagePort,
      Promise: global.Promise,
      Proxy: global.Proxy,
      ReadableStream: global.ReadableStream,
      Request: global.Request,
      Response: global.Response,
      TextDecoder: global.TextDecoder,
      TextEncoder: global.TextEncoder,
      URL: global.URL,
      URLPattern: global.URLPattern,
      WebSocket: global.WebSocket,
      XMLHttpRequest: global.XMLHttpRequest,
    },
    webAssembly: { compile: WebAssembly.compile, instantiate: WebAssembly.instantiate },
  };
}
