import { existsSync, readFileSync } from 'node:fs';
import { type IndexEntry, readIndex, writeIndex } from './index-file.ts';

/**
 * Remembers an index around a command of the library, which writes entries without what they remember of their files:
 * `putBack` gives it to those that are still of the same object, and the next status need not read them.
 */
export function keepMemory(indexPath: string | undefined): { putBack(): void } {
  if (indexPath === undefined || !existsSync(indexPath)) return { putBack: () => undefined };
  const bytes = readFileSync(indexPath);
  const { entries } = readIndex(indexPath);
  return {
    putBack() {
      if (!existsSync(indexPath) || readFileSync(indexPath).equals(bytes)) return;
      const before = new Map<string, IndexEntry>(entries.map((entry) => [`${entry.stage} ${entry.path}`, entry]));
      const now = readIndex(indexPath).entries;
      const next = now.map((entry): IndexEntry => {
        const known = before.get(`${entry.stage} ${entry.path}`);
        const isSame = entry.stat === undefined && known?.oid === entry.oid && known.mode === entry.mode;
        return isSame && known !== undefined ? { ...entry, stat: known.stat } : entry;
      });
      if (next.some((entry, at) => entry !== now[at])) writeIndex(indexPath, next);
    },
  };
}
