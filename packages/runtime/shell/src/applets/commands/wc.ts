import { Errno, strerror } from '@slipway/posix';
import { decode } from '../../io/text.ts';
import type { Applet } from '../applet.ts';
import { readOperand } from '../input-files.ts';
import { parseOptions } from '../options.ts';

const OPTIONS = {
  lines: '-l --lines',
  words: '-w --words',
  bytes: '-c --bytes',
  chars: '-m --chars',
  maxLineLength: '-L --max-line-length',
} as const;

/** In the order in which they are printed. */
const COUNTS = ['lines', 'words', 'chars', 'bytes', 'maxLineLength'] as const;

/** XCU wc: lines, words and bytes, in this order whatever the options' order. A line is a newline. */
export const wc: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS });
  const given = COUNTS.filter((name) => options.has(name));
  const wanted = given.length > 0 ? given : (['lines', 'words', 'bytes'] as const);
  const operands = options.operands.length === 0 ? ['-'] : options.operands;
  const rows: { name: string; counts: number[] }[] = [];
  let status = 0;
  for (const operand of operands) {
    const bytes = readOperand(context, operand);
    if (typeof bytes === 'number') {
      status = context.fail(`${operand}: ${strerror(bytes)}`);
      // A directory counts as empty, with its message.
      if (bytes !== Errno.EISDIR) continue;
    }
    const content = typeof bytes === 'number' ? new Uint8Array(0) : bytes;
    // Lines and bytes need no text: large files are not decoded for them.
    const text = wanted.some((what) => what !== 'bytes' && what !== 'lines') ? decode(content).text : '';
    rows.push({
      name: options.operands.length === 0 ? '' : operand,
      counts: wanted.map((what) => count(what, content, text)),
    });
  }
  // XCU wc: only where there is more than one operand.
  if (operands.length > 1)
    rows.push({
      name: 'total',
      counts: wanted.map((_, column) => rows.reduce((sum, row) => sum + (row.counts[column] ?? 0), 0)),
    });
  // Columns are as wide as the biggest number; with standard input GNU's wc reserves seven.
  const digits = Math.max(1, ...rows.flatMap((row) => row.counts.map((value) => String(value).length)));
  const width =
    wanted.length === 1 && operands.length === 1 ? 1 : operands.includes('-') ? Math.max(7, digits) : digits;
  for (const row of rows)
    context.out.line(
      row.counts.map((value) => String(value).padStart(width)).join(' ') + (row.name === '' ? '' : ` ${row.name}`),
    );
  return status;
};

/** A word is what stands between white space of Unicode; characters are code points. */
function count(what: keyof typeof OPTIONS, bytes: Uint8Array, text: string): number {
  switch (what) {
    case 'lines': {
      let lines = 0;
      for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) lines++;
      return lines;
    }
    case 'words':
      return text.match(/\S+/g)?.length ?? 0;
    case 'chars':
      return [...text].length;
    case 'bytes':
      return bytes.length;
    default:
      // In characters; GNU counts columns of a terminal.
      return text.split('\n').reduce((longest, line) => Math.max(longest, [...line].length), 0);
  }
}
