import { errorText } from '../io/errno.ts';
import { decode } from '../io/text.ts';
import type { Applet } from './applet.ts';
import { readOperand } from './input-files.ts';
import { parseOptions } from './options.ts';

export const wc: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'lwcmL', long: { lines: 'l', words: 'w', bytes: 'c', chars: 'm', 'max-line-length': 'L' } });
  const any = [...'lwcmL'].some((letter) => options.has(letter));
  const wanted = any ? [...'lwmcL'].filter((letter) => options.has(letter)) : ['l', 'w', 'c'];
  const operands = options.operands.length === 0 ? ['-'] : options.operands;
  const rows: { name: string; counts: number[] }[] = [];
  let status = 0;
  for (const operand of operands) {
    const bytes = readOperand(context, operand);
    if (typeof bytes === 'number') {
      status = context.fail(`${operand}: ${errorText(bytes)}`);
      if (bytes !== -21) continue;
    }
    const content = typeof bytes === 'number' ? new Uint8Array(0) : bytes;
    const text = wanted.some((letter) => letter !== 'c' && letter !== 'l') ? decode(content).text : '';
    rows.push({ name: options.operands.length === 0 ? '' : operand, counts: wanted.map((letter) => count(letter, content, text)) });
  }
  if (operands.length > 1) rows.push({ name: 'total', counts: wanted.map((_, column) => rows.reduce((sum, row) => sum + (row.counts[column] ?? 0), 0)) });
  // Columns are as wide as the biggest number; with standard input GNU's wc reserves seven.
  const digits = Math.max(1, ...rows.flatMap((row) => row.counts.map((value) => String(value).length)));
  const width = wanted.length === 1 && operands.length === 1 ? 1 : operands.includes('-') ? Math.max(7, digits) : digits;
  for (const row of rows) context.out.line(row.counts.map((value) => String(value).padStart(width)).join(' ') + (row.name === '' ? '' : ` ${row.name}`));
  return status;
};

function count(letter: string, bytes: Uint8Array, text: string): number {
  switch (letter) {
    case 'l': {
      let lines = 0;
      for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) lines++;
      return lines;
    }
    case 'w':
      return text.match(/\S+/g)?.length ?? 0;
    case 'm':
      return [...text].length;
    case 'c':
      return bytes.length;
    default:
      return text.split('\n').reduce((longest, line) => Math.max(longest, [...line].length), 0);
  }
}
