import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The driver page's script, with the unmodified client in it. */
export async function bundleDriver(): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL('../driver/driver-page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  });
  const [file] = result.outputFiles;
  if (!file) throw new Error('Cannot bundle the driver page: no output');
  return file.text;
}
