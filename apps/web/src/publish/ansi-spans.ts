/** A run of text in one style. `colour` is one of the eight of ECMA-48, or `bright-` and one. */
export interface AnsiSpan {
  readonly text: string;
  readonly colour: string | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
}

/** In the order of their numbers: 30 is black, 37 white. */
const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

/** SGR sequences have meaning here; every other escape (cursor moves, titles, links) is left out. */
// eslint-disable-next-line no-control-regex
const ESCAPE = /\u001b(?:\[([0-9;:?]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\^_])/g;

/** Splits one line of a log into styled runs. Styles do not go over to the next line. */
export function ansiSpans(line: string): readonly AnsiSpan[] {
  const spans: AnsiSpan[] = [];
  let style: Omit<AnsiSpan, 'text'> = { colour: undefined, bold: false, dim: false };
  let from = 0;
  const push = (to: number): void => {
    if (to > from) spans.push({ text: line.slice(from, to), ...style });
  };
  for (const match of line.matchAll(ESCAPE)) {
    push(match.index);
    from = match.index + match[0].length;
    if (match[2] === 'm') style = nextStyle(style, (match[1] ?? '').split(';').map(Number));
  }
  push(line.length);
  return spans;
}

/**
 * SGR codes of ECMA-48, 8.3.117, and the bright colours of aixterm (90 to 97). Backgrounds, underlines and
 * the 256 colours are not shown.
 */
function nextStyle(style: Omit<AnsiSpan, 'text'>, codes: readonly number[]): Omit<AnsiSpan, 'text'> {
  let next = style;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 0) next = { colour: undefined, bold: false, dim: false };
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 2) next = { ...next, dim: true };
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code >= 30 && code <= 37) next = { ...next, colour: COLOURS[code - 30] };
    else if (code >= 90 && code <= 97) next = { ...next, colour: `bright-${COLOURS[code - 90]}` };
    else if (code === 39) next = { ...next, colour: undefined };
    // 38 and 48 take arguments (5;n or 2;r;g;b) that are no codes of their own.
    else if (code === 38 || code === 48) at += codes[at + 1] === 5 ? 2 : 4;
  }
  return next;
}
