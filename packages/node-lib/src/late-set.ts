/**
 * Sets of builtins that few programs need and that are too big to be fetched
 * with every container: each is a file of its own (`<name>.bin`), in the format
 * of the lazy set, fetched by the process that first needs it.
 */
export type LateSetName = 'amaro' | 'codecs';

/** The late set that holds builtin `id`; `undefined` where the lazy set does. */
export function lateSetOf(id: string): LateSetName | undefined {
  if (id.startsWith('internal/deps/amaro/')) return 'amaro';
  return /^internal\/slipway\/(wasm|library)\/(brotli|zstd)$/.test(id) ? 'codecs' : undefined;
}
