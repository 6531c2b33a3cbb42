/** Compares what was extracted with the hashes committed in `checksums.json`. */
import { createHash } from 'node:crypto';

/**
 * What an extraction has to be, byte for byte. Committed:
 * a changed binary shows before a changed page does.
 */
export interface Checksums {
  readonly node: string;
  /** SHA-256 of each builtin's source, by id. */
  readonly natives: Readonly<Record<string, string>>;
  /** SHA-256 of the dumped data, shapes and elliptic curves. */
  readonly data: string;
  readonly shapes: string;
  readonly curves: string;
}

/**
 * The checksums of an extraction. Sorted by id, so
 * that the committed file changes only where lib does.
 */
export function checksumsOf(
  node: string,
  natives: Readonly<Record<string, string>>,
  data: unknown,
  shapes: unknown,
  curves: unknown,
): Checksums {
  const hashes = Object.entries(natives).map(([id, source]) => [id, sha256(source)] as const);
  hashes.sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    node,
    natives: Object.fromEntries(hashes),
    data: sha256(JSON.stringify(data)),
    shapes: sha256(JSON.stringify(shapes)),
    curves: sha256(JSON.stringify(curves)),
  };
}

/** Throws, naming what differs, unless both are equal. */
export function verifyChecksums(found: Checksums, committed: Checksums): void {
  const differences: string[] = [];
  if (found.node !== committed.node) differences.push(`Node ${found.node} instead of ${committed.node}`);
  for (const id of new Set([...Object.keys(found.natives), ...Object.keys(committed.natives)])) {
    if (found.natives[id] !== committed.natives[id]) differences.push(`builtin "${id}"`);
  }
  if (found.data !== committed.data) differences.push('dumped data');
  if (found.shapes !== committed.shapes) differences.push('binding shapes');
  if (found.curves !== committed.curves) differences.push('elliptic curves');
  if (differences.length === 0) return;
  const shown = differences.slice(0, 5).join(', ');
  const more = differences.length > 5 ? ` and ${differences.length - 5} more` : '';
  throw new Error(
    `Cannot trust the extraction: ${shown}${more} differ from packages/runtime/node-lib/checksums.json. ` +
      'If Node was upgraded on purpose, review the patches and run the build with --update-checksums',
  );
}

/** Of a text's UTF-8, as lower-case hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
