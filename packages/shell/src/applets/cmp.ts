import { errorText } from '../io/errno.ts';
import type { Applet } from './applet.ts';
import { readOperand } from './input-files.ts';
import { parseOptions } from './options.ts';

export const cmp: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'slbn:i:', status: 2, long: { quiet: 's', silent: 's', verbose: 'l', 'bytes=': 'n' } });
  const [left, right = '-'] = options.operands;
  if (left === undefined) return context.fail('missing operand', 2);
  const a = readOperand(context, left);
  const b = readOperand(context, right);
  if (typeof a === 'number') return options.has('s') ? 2 : context.fail(`${left}: ${errorText(a)}`, 2);
  if (typeof b === 'number') return options.has('s') ? 2 : context.fail(`${right}: ${errorText(b)}`, 2);
  const limit = Math.min(a.length, b.length, Number(options.value('n') ?? Infinity));
  let line = 1;
  let different = false;
  for (let i = 0; i < limit; i++) {
    if (a[i] !== b[i]) {
      if (options.has('s')) return 1;
      different = true;
      if (options.has('l')) context.out.line(`${String(i + 1).padStart(String(limit).length)} ${(a[i] ?? 0).toString(8).padStart(3)} ${(b[i] ?? 0).toString(8).padStart(3)}`);
      else {
        context.out.line(`${left} ${right} differ: byte ${i + 1}, line ${line}`);
        return 1;
      }
    }
    if (a[i] === 0x0a) line++;
  }
  if (a.length === b.length || limit === Number(options.value('n'))) return different ? 1 : 0;
  const shorter = a.length < b.length ? left : right;
  if (!options.has('s')) context.fail(limit === 0 ? `EOF on ${shorter} which is empty` : `EOF on ${shorter} after byte ${limit}, ${a[limit - 1] === 0x0a ? `line ${line - 1}` : `in line ${line}`}`);
  return 1;
};
