import type { LogLine } from '@slipway/contracts';

/** The page holds the end of a log: a document with every line of a long one is slow to scroll, and slower to grow. */
export const SHOWN_LINES = 5000;

/**
 * Where backfill and stream meet, lines come twice, and early ones after late ones; their number
 * tells. The last `limit` are kept.
 */
export function mergeLines(known: readonly LogLine[], added: readonly LogLine[], limit: number): readonly LogLine[] {
  const last = known.at(-1)?.seq ?? 0;
  // Nearly always, and a line at a time: numbers of thousands of lines are not gathered for each.
  if (added.length > 0 && added.every(({ seq }) => seq > last)) return [...known, ...added].slice(-limit);
  const seen = new Set(known.map(({ seq }) => seq));
  const fresh = added.filter(({ seq }) => !seen.has(seq));
  if (fresh.length === 0) return known;
  return [...known, ...fresh].sort((a, b) => a.seq - b.seq).slice(-limit);
}
