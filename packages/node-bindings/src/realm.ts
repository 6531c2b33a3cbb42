/**
 * What every binding factory receives: `createXBinding(realm)`.
 *
 * A realm is one booted copy of Node's lib in one worker. Nothing in this room
 * keeps state at module level: state belongs to a realm or to an object.
 */
import type { ProcessSystem } from '@slipway/kernel';
import type { NodeData } from '@slipway/node-lib';
import type { HostGlobals } from './boot/host-globals.ts';
import type { Loop } from './loop/loop.ts';

// Node's lib is untyped JavaScript: what crosses that border is `any` on purpose.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Foreign = any;

export interface Realm {
  /** The browser's own functions, taken before the globals are hidden. */
  readonly host: HostGlobals;
  /** Files, descriptors, the kernel and the identity of this process. */
  readonly sys: ProcessSystem;
  readonly loop: Loop;
  /** Constants, error tables, option tables dumped from the pinned Node binary. */
  readonly data: NodeData;
  /** `internalBinding('symbols')`: per-isolate symbols by name (`owner_symbol`, `handle_onclose`, …). */
  readonly symbols: Readonly<Record<string, symbol>>;
  /** `internalBinding('util').privateSymbols`: stand-ins for V8 Privates. */
  readonly privateSymbols: Readonly<Record<string, symbol>>;
  /** The `process` object; its prototype and methods are completed by lib. */
  readonly process: Foreign;
  readonly primordials: Foreign;
  readonly isMainThread: boolean;
  internalBinding(name: string): Foreign;
  /** lib's internal require; only valid after realm bootstrap. */
  requireBuiltin(id: string): Foreign;
}

/** A factory per binding, called once on first `internalBinding(name)`. */
export type BindingFactory = (realm: Realm) => Foreign;
