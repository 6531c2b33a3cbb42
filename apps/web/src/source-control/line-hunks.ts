import { hunksBetween } from '../editor/merge-texts.ts';

/** Lines that one text has where another has others. */
export interface LineHunk {
  /** Lines of the old text that go, from 0; none where `from === to`. */
  readonly from: number;
  readonly to: number;
  /** Where the new ones begin in the new text, from 0. */
  readonly at: number;
  readonly lines: readonly string[];
}

/** What leads from one text to another; `undefined` where they have more kinds of lines than can be compared. */
export function lineHunks(before: string, after: string): readonly LineHunk[] | undefined {
  let shift = 0;
  return hunksBetween(before, after)?.map(({ from, to, lines }) => {
    const hunk = { from, to, at: from + shift, lines };
    shift += lines.length - (to - from);
    return hunk;
  });
}

/** The old text with this hunk alone. */
export function applyHunk(before: string, { from, to, lines }: LineHunk): string {
  const old = linesOf(before);
  return [...old.slice(0, from), ...lines, ...old.slice(to)].join('');
}

/** By whole lines, so that a missing newline at the end stays missing. */
export function revertHunk(before: string, after: string, hunk: LineHunk): string {
  const [old, now] = [linesOf(before), linesOf(after)];
  return [...now.slice(0, hunk.at), ...old.slice(hunk.from, hunk.to), ...now.slice(hunk.at + hunk.lines.length)].join(
    '',
  );
}

/** "Lines 3–5", as the new text counts them. */
export function hunkLabel({ at, lines, from, to }: LineHunk): string {
  if (lines.length === 0)
    return to - from === 1 ? `1 line gone before line ${at + 1}` : `${to - from} lines gone before line ${at + 1}`;
  return lines.length === 1 ? `Line ${at + 1}` : `Lines ${at + 1}–${at + lines.length}`;
}

const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
