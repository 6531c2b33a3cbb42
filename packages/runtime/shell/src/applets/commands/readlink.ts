import { quoteName } from '../quote.ts';
import { strerror } from '@slipway/posix';
import type { Applet } from '../applet.ts';
import { parseOptions, UsageError } from '../options.ts';
import { canonicalPath } from '../canonical-path.ts';

const OPTIONS = {
  canonicalize: '-f --canonicalize',
  canonicalizeExisting: '-e --canonicalize-existing',
  canonicalizeMissing: '-m --canonicalize-missing',
  noNewline: '-n --no-newline',
  verbose: '-v --verbose',
  zero: '-z --zero',
} as const;

/**
 * readlink(1): the text of a link, or with `-f`, `-e`, `-m` a path
 * without links. Says nothing about what is none, unless `-v`.
 */
export const readlink: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-q --quiet -s --silent' });
  if (options.operands.length === 0) throw new UsageError('missing operand');
  const { fs } = context.sys;
  let status = 0;
  const end = options.has('noNewline') && options.operands.length === 1 ? '' : options.has('zero') ? '\0' : '\n';
  for (const operand of options.operands) {
    let result: string | number;
    if (options.has('canonicalize', 'canonicalizeExisting', 'canonicalizeMissing'))
      result = canonicalPath(
        context,
        operand,
        options.has('canonicalizeExisting') ? 'all' : options.has('canonicalizeMissing') ? 'none' : 'parent',
      );
    else {
      const ino = fs.lookup(context.sys.absolute(operand), false);
      result = ino < 0 ? ino : fs.readlink(ino);
    }
    if (typeof result === 'string') context.out.write(result + end);
    else status = options.has('verbose') ? context.fail(`${quoteName(operand)}: ${strerror(result)}`) : 1;
  }
  return status;
};
