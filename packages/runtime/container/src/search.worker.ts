/** Runs regular expressions for line-matcher.ts, one text at a time, for as long as it is let. */
import type { TextSearchMatch } from '@slipway/wire';
import { matchLines } from './host/match-lines.ts';

/** One text; `source` and `flags` are those of a RegExp, which cannot be trusted to come to an end. */
export interface Search {
  readonly text: string;
  readonly limit: number;
  readonly source: string;
  readonly flags: string;
}

/** Without an id: the next text is sent only when this has come. */
export interface Found {
  readonly matches: readonly TextSearchMatch[];
}

self.addEventListener('message', ({ data }: MessageEvent<Search>) => {
  const found: Found = { matches: matchLines(data.text, new RegExp(data.source, data.flags), data.limit) };
  self.postMessage(found);
});
