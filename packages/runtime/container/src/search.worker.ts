/** Runs regular expressions for line-matcher.ts, one text at a time, for as long as it is let. */
import type { TextSearchMatch } from '@slipway/wire';
import { matchLines } from './host/match-lines.ts';

export interface Search {
  readonly text: string;
  /** Most ranges wanted. */
  readonly limit: number;
  readonly source: string;
  readonly flags: string;
}

export interface Found {
  readonly matches: readonly TextSearchMatch[];
}

self.addEventListener('message', ({ data }: MessageEvent<Search>) => {
  const found: Found = { matches: matchLines(data.text, new RegExp(data.source, data.flags), data.limit) };
  self.postMessage(found);
});
