import type { TextSearchMatch, TextSearchRange } from '@slipway/wire';

/** Longer lines are nothing a person wrote. */
const MAX_LINE = 20_000;

/** One entry for each line with something in it, `limit` ranges at most; line and columns count from 0. */
export function matchLines(text: string, expression: RegExp, limit: number): readonly TextSearchMatch[] {
  const matches: TextSearchMatch[] = [];
  let found = 0;
  for (const [lineNumber, line] of text.split(/\r?\n/).entries()) {
    if (found >= limit) break;
    if (line.length > MAX_LINE) continue;
    const ranges: TextSearchRange[] = [];
    for (const match of line.matchAll(expression)) {
      if (match[0] === '') continue;
      if (found++ >= limit) break;
      ranges.push({
        startLineNumber: lineNumber,
        endLineNumber: lineNumber,
        startColumn: match.index,
        endColumn: match.index + match[0].length,
      });
    }
    if (ranges.length === 0) continue;
    const inPreview = ranges.map((range) => ({ ...range, startLineNumber: 0, endLineNumber: 0 }));
    matches.push({ preview: { text: line, matches: inPreview }, ranges });
  }
  return matches;
}
