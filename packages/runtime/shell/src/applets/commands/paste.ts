import type { Applet } from '../applet.ts';
import { complaints, readTexts, splitLines } from '../input-files.ts';
import { parseOptions } from '../options.ts';

const OPTIONS = {
  delimiters: '-d= --delimiters=',
  serial: '-s --serial',
} as const;

/**
 * XCU paste: lines of several files beside each other, `-s`
 * those of one in a row. Delimiters go round; `-d ''` has none.
 */
export const paste: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS });
  const delimiters = [...(options.value('delimiters') ?? '\t').replaceAll('\\n', '\n').replaceAll('\\t', '\t')];
  const { complain, status } = complaints(context);
  const columns = readTexts(context, options.operands, complain).map(({ decoded }) => splitLines(decoded.text));
  // Standard input named more than once is dealt out, a line each.
  const shared = options.operands.flatMap((operand, index) => (operand === '-' ? [index] : []));
  if (shared.length > 1 && columns.length === options.operands.length) {
    const lines = columns[shared[0] ?? 0] ?? [];
    shared.forEach((column, turn) => (columns[column] = lines.filter((_, index) => index % shared.length === turn)));
  }
  // GNU's paste opens everything before it writes a line.
  if (status() !== 0) return status();
  const join = (cells: readonly string[]): string =>
    cells.reduce(
      (text, cell, index) =>
        text + (index === 0 ? '' : (delimiters[(index - 1) % Math.max(1, delimiters.length)] ?? '')) + cell,
      '',
    );
  if (options.has('serial')) for (const column of columns) context.out.line(join(column));
  else
    for (let row = 0; row < Math.max(0, ...columns.map((column) => column.length)); row++)
      context.out.line(join(columns.map((column) => column[row] ?? '')));
  return status();
};
