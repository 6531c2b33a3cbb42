/** `instance.loadFiles()`, the client's `mount()`. */
import type { AsyncVfs, ImportEntry } from '@slipway/vfs';
import { decodeTree } from '@slipway/wire';
import { must } from './fs-error.ts';

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
    else yield { type: 'file', path: entry.path, bytes: entry.bytes };
  }
}
