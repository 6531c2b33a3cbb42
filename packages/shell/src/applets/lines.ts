import { errorText } from '../io/errno.ts';
import type { Applet } from './applet.ts';
import { readTexts, splitLines } from './input-files.ts';
import { parseOptions } from './options.ts';

export const tac: Applet = (context, args) => {
  const { operands } = parseOptions(args, { short: '' });
  let status = 0;
  const inputs = readTexts(context, operands, (name, errno) => (status = context.fail(`failed to open '${name}' for reading: ${errorText(errno)}`)));
  for (const { decoded } of inputs) context.out.write(decoded.encode(decoded.text.split(/(?<=\n)/).reverse().join('')));
  return status;
};

export const rev: Applet = (context, args) => {
  const { operands } = parseOptions(args, { short: '' });
  for (const { decoded } of readTexts(context, operands)) {
    for (const line of splitLines(decoded.text)) context.out.write(decoded.encode(`${[...line].reverse().join('')}\n`));
  }
  return 0;
};

export const nl: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'b:w:s:v:n:', long: { 'body-numbering=': 'b', 'number-width=': 'w', 'number-separator=': 's', 'starting-line-number=': 'v' } });
  const width = Number(options.value('w') ?? 6);
  let number = Number(options.value('v') ?? 1);
  for (const { decoded } of readTexts(context, options.operands)) {
    for (const line of splitLines(decoded.text)) {
      const counted = options.value('b') === 'a' || line !== '';
      const prefix = counted ? `${String(number++).padStart(width)}${options.value('s') ?? '\t'}` : ' '.repeat(width + 1);
      context.out.write(decoded.encode(`${prefix}${line}\n`));
    }
  }
  return 0;
};

export const paste: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'd:s', long: { 'delimiters=': 'd', serial: 's' } });
  const delimiters = [...(options.value('d') ?? '\t').replaceAll('\\n', '\n').replaceAll('\\t', '\t')];
  const columns = readTexts(context, options.operands).map(({ decoded }) => splitLines(decoded.text));
  // Standard input named more than once is dealt out, a line each.
  const shared = options.operands.flatMap((operand, index) => (operand === '-' ? [index] : []));
  if (shared.length > 1 && columns.length === options.operands.length) {
    const lines = columns[shared[0] ?? 0] ?? [];
    shared.forEach((column, turn) => (columns[column] = lines.filter((_, index) => index % shared.length === turn)));
  }
  const join = (cells: readonly string[]): string => cells.reduce((text, cell, index) => text + (index === 0 ? '' : (delimiters[(index - 1) % Math.max(1, delimiters.length)] ?? '')) + cell, '');
  if (options.has('s')) for (const column of columns) context.out.line(join(column));
  else for (let row = 0; row < Math.max(0, ...columns.map((column) => column.length)); row++) context.out.line(join(columns.map((column) => column[row] ?? '')));
  return 0;
};
