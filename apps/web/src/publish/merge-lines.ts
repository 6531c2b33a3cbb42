import type { LogLine } from '@slipway/contracts';

/** The page holds the end of a log: a document with every line of a long one is slow to scroll, and slower to grow. */
export const SHOWN_LINES = 5000;

/**
 * Where backfill and stream meet, lines come twice, and early ones after late ones; their number
 * tells. The last `limit` are kept.
 */
export function mergeLines(known: readonly LogLine[], added: readonly LogLine[], limit: number): readonly LogLine[] {
  const seen = new Set(known.map(({ seq }) => seq));
  const fresh = added.filter(({ seq }) => !seen.has(seq));
  if (fresh.length === 0) return known;
  const last = known.at(-1)?.seq ?? 0;
  const merged = [...known, ...fresh];
  return (fresh.every(({ seq }) => seq > last) ? merged : merged.sort((a, b) => a.seq - b.seq)).slice(-limit);
}
