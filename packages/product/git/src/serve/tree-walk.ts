import { isTreeMode, readTree, TREE_MODES } from '../objects/tree.ts';
import type { Oid } from '../objects/oid.ts';
import type { ObjectSource } from './repository.ts';

const TREES_AT_ONCE = 1000;

/**
 * Visits trees and all below them, level by level, each object once: `visit` is told of each and says whether to go on
 * below it.
 */
export async function walkTrees(
  source: ObjectSource,
  roots: Iterable<Oid>,
  visit: (oid: Oid, type: 'tree' | 'blob') => boolean,
  signal?: AbortSignal,
): Promise<void> {
  let level = [...new Set(roots)].filter((oid) => visit(oid, 'tree'));
  while (level.length > 0) {
    const next = new Set<Oid>();
    for (let from = 0; from < level.length; from += TREES_AT_ONCE) {
      signal?.throwIfAborted();
      for (const { bytes } of (await source.read(level.slice(from, from + TREES_AT_ONCE))).values()) {
        for (const { mode, oid } of readTree(bytes)) {
          if (mode === TREE_MODES.commit) continue;
          const type = isTreeMode(mode) ? 'tree' : 'blob';
          if (visit(oid, type) && type === 'tree') next.add(oid);
        }
      }
    }
    level = [...next];
  }
}

/**
 * Which of `wanted` trees and blobs stand in one of these trees, the first of which are looked at first: whoever has
 * cloned without blobs wants those of the newest.
 */
export async function findInTrees(
  source: ObjectSource,
  roots: readonly Oid[],
  wanted: ReadonlySet<Oid>,
  signal?: AbortSignal,
): Promise<Set<Oid>> {
  const found = new Set<Oid>();
  const seen = new Set<Oid>();
  let count = 1;
  for (let from = 0; from < roots.length && found.size < wanted.size; from += count / 8) {
    const visit = (oid: Oid): boolean => {
      if (seen.has(oid)) return false;
      seen.add(oid);
      if (wanted.has(oid)) found.add(oid);
      return true;
    };
    await walkTrees(source, roots.slice(from, from + count), visit, signal);
    count *= 8;
  }
  return found;
}
