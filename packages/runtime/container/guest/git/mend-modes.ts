import { EXECUTABLE_MODE, FILE_MODE, readIndex, writeIndex } from './index-file.ts';
import type { Repository } from './repository.ts';
import { readCommit } from './revisions.ts';
import { treeFiles } from './tree-files.ts';

/** After `reset`: the library leaves an entry's mode as it was where the bytes are the same. */
export function mendModes(repository: Repository): void {
  const head = repository.resolveRef('HEAD');
  if (head === undefined) return;
  const files = treeFiles(repository.objects, readCommit(repository.objects, head).tree);
  const { entries } = readIndex(repository.indexPath);
  const isFile = (mode: number): boolean => mode === FILE_MODE || mode === EXECUTABLE_MODE;
  const next = entries.map((entry) => {
    const file = files.get(entry.path);
    const differs = file?.oid === entry.oid && file.mode !== entry.mode && isFile(file.mode) && isFile(entry.mode);
    return file !== undefined && differs ? { ...entry, mode: file.mode } : entry;
  });
  if (next.some((entry, at) => entry !== entries[at])) writeIndex(repository.indexPath, next);
}
