import { tabBuildLimits } from '@slipway/contracts';
import type { PathContent } from '@slipway/wire';

/** `mode` has only the bit that a site keeps: executable or not. */
export interface BuiltFile {
  readonly path: string;
  readonly mode: 0o644 | 0o755;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sha256: string;
}

/** What an output folder holds; `other`: the server must build it, and why. */
export type ReadOutput =
  | { readonly outcome: 'read'; readonly files: readonly BuiltFile[] }
  | { readonly outcome: 'other'; readonly why: string };

/** Two calls alone, so that a test gives a folder in memory. */
export interface OutputPort {
  readdir(path: string): Promise<readonly { readonly name: string; isDirectory(): boolean }[]>;
  readPaths(paths: readonly string[]): Promise<readonly PathContent[]>;
}

/** As the server lists an output: everything but dot files, though with what is there to be found by machines. */
export async function readOutput(port: OutputPort, folder: string): Promise<ReadOutput> {
  const paths: string[] = [];
  for (const waiting = ['']; waiting.length > 0;) {
    const below = waiting.pop()!;
    for (const entry of await port.readdir(`${folder}/${below}`)) {
      if (entry.name.startsWith('.') && !(below === '' && entry.name === '.well-known')) continue;
      if (entry.isDirectory()) waiting.push(`${below}${entry.name}/`);
      else paths.push(below + entry.name);
      if (paths.length > tabBuildLimits.files)
        return { outcome: 'other', why: `it has more than ${tabBuildLimits.files} files` };
    }
  }
  if (paths.length === 0) return { outcome: 'other', why: `its output folder "${folder}" is empty` };
  const found = await port.readPaths(paths.map((path) => `${folder}/${path}`));
  const files = await Promise.all(paths.map((path, at) => toBuilt(path, found[at])));
  const whole = files.filter((file) => file !== undefined);
  // A link may lead anywhere: the server looks where.
  return whole.length === files.length
    ? { outcome: 'read', files: whole }
    : { outcome: 'other', why: 'its output has links' };
}

async function toBuilt(path: string, found: PathContent | undefined): Promise<BuiltFile | undefined> {
  if (found?.kind !== 'file') return undefined;
  // Whoever hashes it must not see it change, and no view of shared memory is hashed.
  const bytes = Uint8Array.from(found.bytes);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { path, mode: (found.mode & 0o111) === 0 ? 0o644 : 0o755, bytes, sha256 };
}
