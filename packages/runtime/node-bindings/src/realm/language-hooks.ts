import type { Foreign, Realm } from './realm.ts';

/**
 * What `src/modules` does to the language itself, and what it tells the rest.
 *
 * `installLanguageHooks(realm)` is called once, before primordials are taken:
 * lib's own promises must carry the continuation frame as well, and lib must
 * see the patched `Function`. At that time only `realm.host`, `realm.frame`,
 * `realm.stack`, `realm.data` and the symbols may be used.
 */
export type InstallLanguageHooks = (realm: Realm) => void;

/** The continuation frame (V8's continuation-preserved embedder data) of the running code. */
export interface ContinuationFrame {
  current: unknown;
}

/** A place in a source text. Lines and columns count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** How errors become stack text; `src/modules` fills in what it knows, `errors` what lib told it. */
export interface StackHooks {
  /** lib's `prepareStackTraceCallback(globalThis, error, callSites)`; undefined before bootstrap. */
  prepareStackTrace: ((global: typeof globalThis, error: unknown, trace: Foreign[]) => unknown) | undefined;
  /**
   * Where code at this generated position came from; undefined where nothing was transformed.
   * Knows the frames of lib from the beginning: who replaces it asks the former one too.
   */
  originalPosition: ((position: SourcePosition) => SourcePosition | undefined) | undefined;
  /** Where errors that the engine throws have no `stack` of their own, as V8's have: gives it one. */
  adoptError: ((error: unknown) => void) | undefined;
  /** Text of a line of a script that is not a file (`[eval]`, `evalmachine.<anonymous>`). */
  sourceLine: ((file: string, line: number) => string | undefined) | undefined;
  /** Where the entry module waits at top level; asked when the process ends with that wait unsettled. */
  unsettledAwait: (() => SourcePosition | undefined) | undefined;
  /** lib's `setEnhanceStackForFatalException(beforeInspector, afterInspector)`. */
  enhanceBeforeInspector: ((error: unknown) => unknown) | undefined;
  enhanceAfterInspector: ((error: unknown) => unknown) | undefined;
}
