/** How the lines of a text end. `mixed` also stands for a carriage return alone. */
export type LineEnds = 'lf' | 'crlf' | 'mixed';

/** A text without any line end counts as `lf`: what is typed into it ends so. */
export function lineEndsOf(text: string): LineEnds {
  if (!text.includes('\r')) return 'lf';
  return /(^|[^\r])\n|\r(?!\n)/.test(text) ? 'mixed' : 'crlf';
}
