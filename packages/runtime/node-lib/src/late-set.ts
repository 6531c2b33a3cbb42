/**
 * Sets of builtins that are not fetched with every container: each is a file of
 * its own (`<name>.bin`), in the format of the lazy set.
 *
 * `extras` is what no program needs to start. It is fetched right after the boot
 * and held for all processes (`LateMemory`); the others are fetched by the
 * process that first needs them.
 */
export type LateSetName = 'amaro' | 'codecs' | 'extras' | 'sqlite';

/** Builtins that neither the boot of a process nor an ordinary script, an install or a build begins with. */
const EXTRAS: readonly RegExp[] = [
  // Libraries and WebAssembly modules of ours, each behind a binding that is called first.
  /^internal\/slipway\/(library|wasm)\//,
  /^internal\/deps\/(undici|minimatch)\//,
  /^internal\/http2\/|^http2$/,
  /^internal\/(test_runner|test)\/|^test(\/|$)|^internal\/main\/(test_runner|watch_mode|repl)$|^internal\/watch_mode\//,
  /^internal\/repl(\/|$)|^repl$|^internal\/debugger\//,
  /^internal\/streams\/(iter\/|fast-utf8-stream$)|^stream\/iter$/,
  /^internal\/crypto\/(webcrypto|webidl|aes|cfrg|chacha20_poly1305|diffiehellman|ec|mac|ml_dsa|ml_kem)$/,
  /^internal\/crypto\/(rsa|x509|certificate)$/,
  /^(dgram|sqlite|wasi|sea|trace_events|inspector(\/promises)?|cluster|domain|punycode|readline\/promises|quic)$/,
  /^internal\/(dgram|cluster\/.*|inspector\/.*|webstorage|wasm_web_api|heap_utils|policy\/.*|fs\/glob|perf\/observe)$/,
];

/** The late set that holds builtin `id`; `undefined` where the lazy set does. */
export function lateSetOf(id: string): LateSetName | undefined {
  if (id.startsWith('internal/deps/amaro/')) return 'amaro';
  if (/^internal\/slipway\/(wasm|library)\/(brotli|zstd)$/.test(id)) return 'codecs';
  if (id === 'internal/slipway/wasm/sqlite') return 'sqlite';
  return EXTRAS.some((pattern) => pattern.test(id)) ? 'extras' : undefined;
}
