/**
 * JavaScript libraries of npm as builtins `internal/slipway/library/<name>`:
 * compiled when a program first needs one, instead of in every worker that boots.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { DumpedCurve } from './extract.ts';
import { mustFindInPackages } from './package-files.ts';

/** Own modules that are bundled as a library is, from this room: a change of theirs has to build anew. */
export const BUNDLED_SOURCES: readonly string[] = ['binary-curve', 'binary-field'].map(
  (name) => `../codecs/src/crypto/asymmetric/binary/${name}.ts`,
);

/** Name of the builtin -> the module that it exports, written as its entry. */
const ENTRIES: Readonly<Record<string, string>> = {
  zlib: `export {
    ZStream, zlibInflate, zlibInflateInit2, zlibInflateReset, zlibInflateSetDictionary,
  } from 'pako';`,
  ciphers: `
    export { aeskw, cbc, ecb } from '@noble/ciphers/aes.js';
    export { chacha20 } from '@noble/ciphers/chacha.js';
    export { poly1305 } from '@noble/ciphers/_poly1305.js';
    export { ghash } from '@noble/ciphers/_polyval.js';`,
  curves: `
    export { p256, p384, p521 } from '@noble/curves/nist.js';
    export { secp256k1 } from '@noble/curves/secp256k1.js';
    export { ed25519, x25519 } from '@noble/curves/ed25519.js';
    export { ed448, x448 } from '@noble/curves/ed448.js';
    export { ecdsa, weierstrass } from '@noble/curves/abstract/weierstrass.js';
    export { sha256 } from '@noble/hashes/sha2.js';`,
  brotli: synchronousBrotli(),
  hashes: `
    export { scrypt } from '@noble/hashes/scrypt.js';
    export { sha512_224, sha512_256 } from '@noble/hashes/sha2.js';
    export { shake128, shake256 } from '@noble/hashes/sha3.js';`,
  wasi: `export { WASI } from '@tybys/wasm-util';`,
};

/** Builtin id -> source. */
export function libraryBuiltins(curves: readonly DumpedCurve[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ ...ENTRIES, 'named-curves': namedCurves(curves) }).map(([name, entry]) => [
      `internal/slipway/library/${name}`,
      bundle(name, entry),
    ]),
  );
}

/** The curves that few programs use: their table, and the arithmetic of those that no library has. */
function namedCurves(curves: readonly DumpedCurve[]): string {
  const [module] = BUNDLED_SOURCES;
  // As text: it is parsed when a curve is looked for.
  return `export { BinaryCurve } from '${module}';\nexport const table = ${JSON.stringify(JSON.stringify(curves))};`;
}

/** brotli-wasm's glue offers an asynchronous start only; a binding must answer at once. */
function synchronousBrotli(): string {
  const path = mustFindInPackages('brotli-wasm/pkg.web/brotli_wasm.js');
  const edits: readonly (readonly [from: string, to: string])[] = [
    ['async function init(input) {', 'export function initSync(input) {'],
    ["input = new URL('brotli_wasm_bg.wasm', import.meta.url);", "throw new Error('no module given');"],
    [
      'const { instance, module } = await load(await input, imports);',
      'const instance = new WebAssembly.Instance(input, imports);',
    ],
    ['init.__wbindgen_wasm_module = module;', ''],
    ['export default init;', ''],
  ];
  return edits.reduce(
    (text, [from, to]) => {
      if (text.split(from).length !== 2)
        throw new Error(`Cannot make "${path}" synchronous: "${from}" is not there once`);
      return text.replace(from, () => to);
    },
    readFileSync(path, 'utf8'),
  );
}

function bundle(name: string, entry: string): string {
  const result = buildSync({
    // The libraries are dependencies of the room that uses them.
    stdin: { contents: entry, resolveDir: join(import.meta.dirname, '../../node-bindings'), sourcefile: `${name}.js` },
    bundle: true,
    format: 'cjs',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2023',
    charset: 'ascii',
    legalComments: 'none',
    // @tybys/wasm-util warns on the console of every failed call otherwise, and prints its traces to stdout.
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.NODE_DEBUG_NATIVE': '""' },
    write: false,
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error(`Cannot bundle library "${name}": no output`);
  return output.text;
}
