/**
 * Compiles AssemblyScript of the house to WebAssembly: for the build of node-lib, which ships a module of
 * `packages/runtime/codecs/assembly`, and for tests. Its files are called `.as`: no TypeScript that tools could check.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Not written where it is imported: its types declare a `process` of their own, for everything that sees them. */
const COMPILER: string = 'assemblyscript/asc';

interface Compiler {
  main(
    options: readonly string[],
    host: {
      readFile(file: string): string | null;
      writeFile(file: string, content: string | Uint8Array): void;
      listFiles(folder: string): string[];
    },
  ): Promise<{ error: Error | null; stderr: { toString(): string } }>;
}

/**
 * The module of `<folder>/<name>.as` and of what that imports, without assertions: a trap has no text. `options` are
 * the compiler's own, such as its level and runtime.
 * @throws with the compiler's words where a source has an error
 */
export async function assemble(
  folder: string,
  name: string,
  options: readonly string[],
): Promise<Uint8Array<ArrayBuffer>> {
  // Not above: half a second of a core, for a compiler that few need.
  const { default: compiler } = (await import(COMPILER)) as { default: Compiler };
  let module: Uint8Array | undefined;
  const { error, stderr } = await compiler.main(
    [`${name}.ts`, '--outFile', `${name}.wasm`, '--use', 'abort=', ...options],
    {
      readFile: (file) => {
        const path = join(folder, file.replace(/\.ts$/, '.as'));
        // What is not here is of the compiler's own library: it looks there next.
        return existsSync(path) ? readFileSync(path, 'utf8') : null;
      },
      writeFile: (file, content) => {
        if (file.endsWith('.wasm') && typeof content !== 'string') module = content;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || module === undefined) throw new Error(`Cannot compile "${name}.as": ${stderr.toString()}`);
  return new Uint8Array(module);
}
