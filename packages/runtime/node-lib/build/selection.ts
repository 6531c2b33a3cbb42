/** Which builtins are shipped, and in which file. */
import { lateSetOf } from '../src/late-set.ts';

/**
 * Builtins that cannot work in a browser tab and that nothing else loads. Their
 * ids stay in `builtinIds`, so requiring one fails with its own name.
 */
const DROPPED: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^(internal\/)?quic(\/|$)/, 'QUIC: this build of Node has no binding for it either'],
  [/^internal\/deps\/v8\//, 'ES modules of the --prof log processor; no profiler here'],
  [/^internal\/debugger\//, 'the `node inspect` client; there is no inspector to talk to'],
  [/^internal\/main\/(inspect|prof_process|mksnapshot|print_bash_completion)$/, 'entry points of the tools above'],
  [/^internal\/v8_prof/, 'profiler internals'],
];

/** In which file a builtin goes: fetched with every container, with a late set, or in none. */
export type Placement = 'lazy' | 'own-asset' | 'dropped';

/** Late sets first: what is in one may match a pattern of the dropped. */
export function placementOf(id: string): Placement {
  if (lateSetOf(id) !== undefined) return 'own-asset';
  if (DROPPED.some(([pattern]) => pattern.test(id))) return 'dropped';
  return 'lazy';
}

/** Sources that are libraries of their own and neither patched nor transformed. */
export function isForeignLibrary(id: string): boolean {
  return /^internal\/(deps\/(acorn|amaro|minimatch)|slipway\/(library|wasm))\//.test(id);
}
