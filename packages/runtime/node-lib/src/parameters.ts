/**
 * How Node compiles its built-in scripts: which names each kind of script
 * finds in scope. Reference: BuiltinLoader::LookupAndCompile, src/node_builtins.cc.
 */
export const WRAPPER_PARAMETERS = {
  perContext: ['exports', 'primordials', 'privateSymbols', 'perIsolateSymbols'],
  realm: ['process', 'getLinkedBinding', 'getInternalBinding', 'primordials'],
  main: ['process', 'require', 'internalBinding', 'primordials'],
  module: ['exports', 'require', 'module', 'process', 'internalBinding', 'primordials'],
} as const;

/** Kinds of builtins: each is wrapped in a function with parameters of its own. */
export type WrapperKind = keyof typeof WRAPPER_PARAMETERS;

/** Which parameter list the builtin `id` is compiled with. */
export function wrapperKindOf(id: string): WrapperKind {
  if (id.startsWith('internal/per_context/')) return 'perContext';
  if (id === 'internal/bootstrap/realm') return 'realm';
  if (id.startsWith('internal/bootstrap/') || id.startsWith('internal/main/')) return 'main';
  return 'module';
}

/**
 * Names that the async-context transform writes into async functions.
 *
 * `capture()` returns the current continuation frame; `restore(frame)` makes it
 * current again. In lib both are bound by closure (see `ContextHelpers`), so no
 * global is needed and user code cannot see them.
 */
export const CONTEXT_HELPER_NAMES = { capture: '__cg', restore: '__cr' } as const;
