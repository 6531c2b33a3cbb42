import { strerror } from '@slipway/posix';
import type { Applet } from '../applet.ts';
import { readOperand } from '../input-files.ts';
import { parseOptions } from '../options.ts';

const OPTIONS = {
  quiet: '-s --quiet --silent',
  verbose: '-l --verbose',
  bytes: '-n= --bytes=',
} as const;

/** XCU cmp: 0 the same, 1 different, 2 trouble. Both files are read whole. */
export const cmp: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-b -i=', status: 2 });
  const [left, right = '-'] = options.operands;
  if (left === undefined) return context.fail('missing operand', 2);
  const a = readOperand(context, left);
  const b = readOperand(context, right);
  if (typeof a === 'number') return options.has('quiet') ? 2 : context.fail(`${left}: ${strerror(a)}`, 2);
  if (typeof b === 'number') return options.has('quiet') ? 2 : context.fail(`${right}: ${strerror(b)}`, 2);
  const limit = Math.min(a.length, b.length, Number(options.value('bytes') ?? Infinity));
  let line = 1;
  let different = false;
  for (let i = 0; i < limit; i++) {
    if (a[i] !== b[i]) {
      if (options.has('quiet')) return 1;
      different = true;
      if (options.has('verbose')) {
        const octal = (byte: number | undefined): string => (byte ?? 0).toString(8).padStart(3);
        context.out.line(`${String(i + 1).padStart(String(limit).length)} ${octal(a[i])} ${octal(b[i])}`);
      } else {
        context.out.line(`${left} ${right} differ: byte ${i + 1}, line ${line}`);
        return 1;
      }
    }
    // Counted over what is equal, so the line is right in both.
    if (a[i] === 0x0a) line++;
  }
  // Equal as far as was asked.
  if (a.length === b.length || limit === Number(options.value('bytes'))) return different ? 1 : 0;
  const shorter = a.length < b.length ? left : right;
  if (!options.has('quiet'))
    context.fail(
      limit === 0
        ? `EOF on ${shorter} which is empty`
        : `EOF on ${shorter} after byte ${limit}, ${a[limit - 1] === 0x0a ? `line ${line - 1}` : `in line ${line}`}`,
    );
  return 1;
};
