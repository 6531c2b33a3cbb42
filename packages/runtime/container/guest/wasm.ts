/** `wasm FILE [ARGUMENT]…`: runs a WebAssembly program for WASI on the container's files, as `node:wasi` has it. */
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';
import { UsageError } from '@slipway/shell/options';
import { Failure, runProgram } from './program/run-program.ts';

const USAGE = `Usage: wasm FILE [ARGUMENT]...
Runs a WebAssembly program that was built for WASI (preview 1), with the container's files and environment.
`;
/** The engine's own; this room's library knows neither browser nor Node's types of it. */
declare const WebAssembly: {
  compile(bytes: Uint8Array<ArrayBuffer>): Promise<object>;
  instantiate(module: object, imports: object): Promise<object>;
  Module: {
    exports(module: object): readonly { readonly name: string; readonly kind: string }[];
    imports(module: object): readonly { readonly module: string }[];
  };
};
/** What a shell says of a program that it found and could not run (POSIX, 2.8.2). */
const NOT_EXECUTABLE = 126;

// Node warns that WASI is new each time; whoever calls this knows.
process.removeAllListeners('warning');

runProgram('wasm', USAGE, async ([file, ...args]) => {
  if (file === '--help' || file === '-h') {
    process.stdout.write(USAGE);
    return 0;
  }
  if (file === undefined) throw new UsageError('missing operand');
  let bytes: Buffer<ArrayBuffer>;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Failure(`cannot read '${file}': ${(error as Error).message}`, 1, { cause: error });
  }
  const module = await compile(file, bytes);
  const version = versionOf(module);
  if (version === undefined)
    throw new Failure(`cannot run '${file}': it is no WASI program (preview 1) with a "_start"`, NOT_EXECUTABLE);
  const wasi = new WASI({
    version,
    args: [file, ...args],
    env: process.env,
    preopens: { '/': '/', '.': process.cwd() },
    returnOnExit: true,
  });
  return wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject())) ?? 0;
});

async function compile(file: string, bytes: Buffer<ArrayBuffer>): Promise<object> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw new Failure(`cannot run '${file}': ${(error as Error).message}`, NOT_EXECUTABLE, { cause: error });
  }
}

/**
 * By the module's imports: `wasi_unstable` is preview 0. Undefined where it imports anything else, which
 * nobody here could give, or has no `_start`.
 */
function versionOf(module: object): 'preview1' | 'unstable' | undefined {
  const starts = WebAssembly.Module.exports(module).some(({ name, kind }) => name === '_start' && kind === 'function');
  const from = new Set(WebAssembly.Module.imports(module).map((entry) => entry.module));
  const version = from.has('wasi_unstable') ? 'unstable' : 'preview1';
  from.delete(version === 'unstable' ? 'wasi_unstable' : 'wasi_snapshot_preview1');
  return starts && from.size === 0 ? version : undefined;
}
