/**
 * WebAssembly modules of npm packages, and of our own, as builtins `internal/slipway/wasm/<name>`
 * that export base64: so they travel in the lazy set, once per container, and a
 * binding gets one synchronously with `requireBuiltin`. The packages themselves
 * offer their modules through promises only, or not without `node:buffer`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { assemble } from '@slipway/assemblyscript';
import { mustFindInPackages } from './package-files.ts';

/** Name of the builtin -> file of an npm package that carries exactly one module as a base64 literal. */
const EMBEDDED: Readonly<Record<string, string>> = {
  llhttp: 'undici/lib/llhttp/llhttp-wasm.js',
  md5: 'hash-wasm/dist/md5.umd.min.js',
  ripemd160: 'hash-wasm/dist/ripemd160.umd.min.js',
  sha1: 'hash-wasm/dist/sha1.umd.min.js',
  sha256: 'hash-wasm/dist/sha256.umd.min.js',
  sha512: 'hash-wasm/dist/sha512.umd.min.js',
  sha3: 'hash-wasm/dist/sha3.umd.min.js',
  sm3: 'hash-wasm/dist/sm3.umd.min.js',
  blake2b: 'hash-wasm/dist/blake2b.umd.min.js',
  blake2s: 'hash-wasm/dist/blake2s.umd.min.js',
};

/** Name of the builtin -> file of an npm package that is the module. */
const FILES: Readonly<Record<string, string>> = {
  brotli: 'brotli-wasm/pkg.web/brotli_wasm_bg.wasm',
  inflate: '@zip.js/zip.js/dist/zip-module.wasm',
  sqlite: '@sqlite.org/sqlite-wasm/dist/sqlite3.wasm',
  zstd: '@bokuweb/zstd-wasm/dist/web/zstd.wasm',
};

/** Modules of our own, in AssemblyScript: the folders of `packages/runtime/codecs/assembly`. */
const ASSEMBLED: readonly string[] = ['deflate'];
const assembly = join(import.meta.dirname, '../../codecs/assembly');

/** Their memory is asked for and given back by hand: no collector. */
const COMPILER_OPTIONS: readonly string[] = [
  ...['-O3', '--converge', '--noAssert', '--enable', 'simd'],
  ...['--runtime', 'minimal'],
];

/** Compiled by AssemblyScript from the folder of that name. */
export function assembleModule(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return assemble(join(assembly, name), name, COMPILER_OPTIONS);
}

/** Sources of all of them: a change of theirs has to build anew. */
export function assemblySources(): string[] {
  return readdirSync(assembly, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.as'))
    .map((file) => join(assembly, file))
    .sort();
}

/** `\0asm` in base64 begins with this. */
const MODULE_LITERAL = /(["'])(AGFzb[A-Za-z0-9+/]+=*)\1/g;

/** Builtin id -> source. */
export async function wasmBuiltins(): Promise<Record<string, string>> {
  // The packages are dependencies of the room that uses the modules.
  const { resolve } = createRequire(join(import.meta.dirname, '../../node-bindings/package.json'));
  const builtin = (name: string, base64: string): [string, string] => [
    `internal/slipway/wasm/${name}`,
    `module.exports='${base64}';`,
  ];
  const assembled = await Promise.all(
    ASSEMBLED.map(async (name) => builtin(name, Buffer.from(await assembleModule(name)).toString('base64'))),
  );
  return Object.fromEntries([
    ...assembled,
    ...Object.entries(EMBEDDED).map(([name, file]) => builtin(name, moduleIn(file, resolve(file)))),
    ...Object.entries(FILES).map(([name, file]) =>
      builtin(name, readFileSync(mustFindInPackages(file)).toString('base64')),
    ),
  ]);
}

function moduleIn(file: string, path: string): string {
  const found = [...readFileSync(path, 'utf8').matchAll(MODULE_LITERAL)].map((match) => match[2]!);
  if (found.length !== 1)
    throw new Error(`Cannot take the WebAssembly module of "${file}": found ${found.length} literals`);
  const base64 = found[0]!;
  if (!WebAssembly.validate(Buffer.from(base64, 'base64')))
    throw new Error(`Cannot take the WebAssembly module of "${file}": it does not validate`);
  return base64;
}
