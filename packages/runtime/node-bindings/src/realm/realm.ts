import type { ProcessSystem } from '@slipway/kernel';
import type { NodeData, PrivateSlot } from '@slipway/node-lib';
import type { HostGlobals } from './host-globals.ts';
import type { ContinuationFrame, StackHooks } from './language-hooks.ts';
import type { IteratorTracker } from './track-iterators.ts';
import type { PromiseTracker } from './track-promises.ts';
import type { ProxyTracker } from './track-proxies.ts';
import type { AsyncHooks } from './async-hooks.ts';
import type { PromiseHooks } from './promise-hooks.ts';
import type { Loop } from './loop.ts';

// Node's lib is untyped JavaScript: what crosses that border is `any` on purpose.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Foreign = any;

/**
 * What every binding factory receives: `createXBinding(realm)`.
 *
 * A realm is one booted copy of Node's lib in one worker. Nothing in this room
 * keeps state at module level: state belongs to a realm or to an object.
 */
export interface Realm {
  /** The browser's own functions, taken before the globals are hidden. */
  readonly host: HostGlobals;
  /**
   * Files, descriptors, the kernel and the identity of this process. A realm is
   * prepared before it becomes a process: reading this in a factory of a binding
   * that bootstrap touches throws. Read it inside the members.
   */
  readonly sys: ProcessSystem;
  /** False while the realm is prepared but not yet a process (`sys` throws). */
  readonly started: boolean;
  readonly loop: Loop;
  /** Constants, error tables, option tables dumped from the pinned Node binary. */
  readonly data: NodeData;
  /** `internalBinding('symbols')`: per-isolate symbols by name (`owner_symbol`, `handle_onclose`, …). */
  readonly symbols: Readonly<Record<string, symbol>>;
  /** `internalBinding('util').privateSymbols`: stand-ins for V8 Privates. */
  readonly privateSymbols: Readonly<Record<string, PrivateSlot>>;
  /** The `process` object; its prototype and methods are completed by lib. */
  readonly process: Foreign;
  readonly primordials: Foreign;
  readonly isMainThread: boolean;
  /** AsyncLocalStorage's carrier; every callback from outside restores the one it began in. */
  readonly frame: ContinuationFrame;
  /** Async ids of requests and handles, and whom to tell of them. */
  readonly asyncHooks: AsyncHooks;
  readonly stack: StackHooks;
  readonly promises: PromiseTracker;
  readonly promiseHooks: PromiseHooks;
  readonly proxies: ProxyTracker;
  readonly iterators: IteratorTracker;
  /** Namespace objects of ES modules; `src/modules` adds, `types.isModuleNamespaceObject` asks. */
  readonly namespaces: WeakSet<object>;
  internalBinding(name: string): Foreign;
  /** lib's internal require; only valid after realm bootstrap. */
  requireBuiltin(id: string): Foreign;
  /** Compiles a builtin script; what `internalBinding('builtins').compileFunction` returns. */
  compileBuiltin(id: string): (...parameters: Foreign[]) => Foreign;
  /** A line of a builtin as Node has it; for the source line of a fatal error. */
  builtinLine(id: string, line: number): string | undefined;
  /** lib called `setInternalLoaders`; only the `builtins` binding calls this. */
  setInternalLoaders(internalBinding: (name: string) => Foreign, requireBuiltin: (id: string) => Foreign): void;
  /** Exports of `internal/per_context/domexception` and `…/messageport`. */
  readonly perContext: { readonly domException: Foreign; readonly messagePort: Foreign };
  /** node::errors::TriggerUncaughtException: returns when a handler took it, else ends the process. */
  triggerUncaughtException(error: unknown, fromPromise: boolean): void;
}

/** A factory per binding, called once on first `internalBinding(name)`. */
export type BindingFactory = (realm: Realm) => Foreign;
