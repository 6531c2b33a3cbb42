import type { CONTEXT_HELPER_NAMES } from './parameters.ts';

/** What the async-context transform calls; see `CONTEXT_HELPER_NAMES`. */
export interface ContextHelpers {
  /** The current continuation frame (`getContinuationPreservedEmbedderData`). */
  capture(): unknown;
  /** Makes `frame` current. */
  restore(frame: unknown): void;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- Node's lib is untyped JavaScript
/** A compiled builtin; its parameters are `WRAPPER_PARAMETERS[wrapperKindOf(id)]`. */
export type BuiltinWrapper = (...parameters: any[]) => any;

/** A lazy source evaluates to this; the arguments are named `CONTEXT_HELPER_NAMES`. */
export type LazyFactory = (capture: ContextHelpers['capture'], restore: ContextHelpers['restore']) => BuiltinWrapper;

/** Names by which the rewritten awaits of lib reach the asynchronous context. */
export type ContextHelperName = (typeof CONTEXT_HELPER_NAMES)[keyof typeof CONTEXT_HELPER_NAMES];
