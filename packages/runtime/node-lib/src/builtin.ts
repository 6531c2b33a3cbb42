import type { CONTEXT_HELPER_NAMES } from './parameters.ts';

/** What the async-context transform calls; see `CONTEXT_HELPER_NAMES`. */
export interface ContextHelpers {
  /** The current continuation frame (`getContinuationPreservedEmbedderData`). */
  capture(): unknown;
  /** Makes `frame` current. */
  restore(frame: unknown): void;
}

/** A compiled builtin; its parameters are `WRAPPER_PARAMETERS[wrapperKindOf(id)]`. */
// Node's lib is untyped JavaScript.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type BuiltinWrapper = (...parameters: any[]) => any;

/** A lazy source evaluates to this; the arguments are named `CONTEXT_HELPER_NAMES`. */
export type LazyFactory = (capture: ContextHelpers['capture'], restore: ContextHelpers['restore']) => BuiltinWrapper;

export type ContextHelperName = (typeof CONTEXT_HELPER_NAMES)[keyof typeof CONTEXT_HELPER_NAMES];
