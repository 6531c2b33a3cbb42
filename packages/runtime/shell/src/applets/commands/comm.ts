import { strerror } from '@slipway/posix';
import { compareBytes } from '../../expand/glob.ts';
import { decode } from '../../io/text.ts';
import type { Applet } from '../applet.ts';
import { readOperand, splitLines } from '../input-files.ts';
import { parseOptions, UsageError } from '../options.ts';
import { quoteName } from '../quote.ts';

const OPTIONS = {
  no1: '-1',
  no2: '-2',
  no3: '-3',
  checkOrder: '--check-order',
  noCheckOrder: '--nocheck-order',
  delimiter: '--output-delimiter=',
  total: '--total',
  zero: '-z --zero-terminated',
} as const;

/**
 * XCU comm: what only the first file has, only the second, and both, in three columns. Lines must be sorted by bytes.
 */
export const comm: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS });
  const [first, second, third] = options.operands;
  if (first === undefined) throw new UsageError('missing operand');
  if (second === undefined) throw new UsageError(`missing operand after ‘${first}’`);
  if (third !== undefined) throw new UsageError(`extra operand ‘${third}’`);
  const end = options.has('zero') ? '\0' : '\n';
  const files: string[][] = [];
  for (const name of [first, second]) {
    const bytes = readOperand(context, name);
    if (typeof bytes === 'number') return context.fail(`${quoteName(name)}: ${strerror(bytes)}`);
    files.push(splitLines(decode(bytes).text, end));
  }
  const [left = [], right = []] = files;
  const delimiter = options.value('delimiter') ?? '\t';
  const shown = [!options.has('no1'), !options.has('no2'), !options.has('no3')];
  const counts = [0, 0, 0];
  const print = (column: number, line: string): void => {
    counts[column] = (counts[column] ?? 0) + 1;
    if (shown[column] !== true) return;
    context.out.write(delimiter.repeat(shown.slice(0, column).filter(Boolean).length) + line + end);
  };
  const unsorted = [left, right].map((lines) =>
    lines.findIndex((line, at) => at > 0 && compareBytes(lines[at - 1] ?? '', line) > 0),
  );
  let [i, j] = [0, 0];
  let status = 0;
  let uneven = false;
  /** Complained of when the line is reached, as one that reads both at once does. */
  const reached = (file: 0 | 1, at: number): boolean => {
    if (unsorted[file] !== at || at < 0 || options.has('noCheckOrder')) return true;
    // Files that go on alike need no order (comm(1), --check-order).
    if (!options.has('checkOrder') && !uneven) return true;
    status = context.fail(`file ${file + 1} is not in sorted order`);
    return !options.has('checkOrder');
  };
  while (i < left.length || j < right.length) {
    const [a, b] = [left[i], right[j]];
    const order = a === undefined ? 1 : b === undefined ? -1 : compareBytes(a, b);
    if (order !== 0) uneven = true;
    print(order < 0 ? 0 : order > 0 ? 1 : 2, order <= 0 ? (a ?? '') : (b ?? ''));
    if (order <= 0 && !reached(0, ++i)) return status;
    if (order >= 0 && !reached(1, ++j)) return status;
  }
  if (options.has('total')) context.out.write([...counts, 'total'].join(delimiter) + end);
  // Without --check-order the rest is worked on, and the end says it again.
  return status === 0 ? 0 : context.fail('input is not in sorted order');
};
