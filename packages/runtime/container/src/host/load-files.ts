/** `instance.loadFiles()`, the client's `mount()`. */
import type { AsyncVfs, ImportEntry } from '@slipway/vfs';
import { decodeTree } from '@slipway/wire';
import { must } from './fs-error.ts';

const FILE_MODE = 0o644;
const SCRIPT_MODE = 0o755;

/** Everything is checked before the first entry is written. The mount point is made when it is missing. */
export async function loadFiles(fs: AsyncVfs, base: string, payload: Uint8Array): Promise<void> {
  const entries = decodeTree(payload);
  const { errno } = await fs.mkdirAll(base, 0o755);
  must(errno, 'mkdir', base);
  must(await fs.importEntries(base, toImport(entries)), 'mount', base);
}

function* toImport(entries: ReturnType<typeof decodeTree>): Generator<ImportEntry> {
  for (const entry of entries) {
    if (entry.type === 'directory') yield entry;
    else if (entry.type === 'link') yield entry;
    else
      yield {
        type: 'file',
        path: entry.path,
        bytes: entry.bytes,
        mode: entry.mode ?? (isScript(entry.bytes) ? SCRIPT_MODE : FILE_MODE),
      };
  }
}

/**
 * The client writes no modes into a tree, and a mounted `node_modules/.bin` must run:
 * what names its interpreter is a program.
 */
function isScript(bytes: Uint8Array): boolean {
  return bytes[0] === 0x23 && bytes[1] === 0x21;
}
