import { baseName } from '../../io/files.ts';
import type { Applet } from '../applet.ts';
import { parseOptions, UsageError } from '../options.ts';

const OPTIONS = {
  multiple: '-a --multiple',
  suffix: '-s= --suffix=',
  zero: '-z --zero',
} as const;

/**
 * XCU basename, with `-a` and `-s` of coreutils for
 * several names. A suffix that is the whole name stays.
 */
export const basename: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, stopAtOperand: true });
  const [first, second, ...rest] = options.operands;
  if (first === undefined) throw new UsageError('missing operand');
  const many = options.has('multiple', 'suffix');
  if (!many && rest.length > 0) throw new UsageError(`extra operand ‘${rest[0]}’`);
  const suffix = many ? (options.value('suffix') ?? '') : (second ?? '');
  for (const operand of many ? options.operands : [first]) {
    const name = baseName(operand);
    context.out.write(
      (suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name) +
        (options.has('zero') ? '\0' : '\n'),
    );
  }
  return 0;
};
