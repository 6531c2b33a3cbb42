import { fileURLToPath } from 'node:url';
import { bundleProgram } from '../packages/tools/setup/bundle.mjs';

/**
 * A program of a test as one file, which starts in a tenth of the time of its sources. `name` is that of the file it
 * becomes; the same program of two runs at a time is the same.
 */
export async function bundleTestProgram(entry: URL, name: string): Promise<string> {
  const file = fileURLToPath(new URL(`../.slipway/test-programs/${name}.mjs`, import.meta.url));
  await bundleProgram(fileURLToPath(entry), file);
  return file;
}
