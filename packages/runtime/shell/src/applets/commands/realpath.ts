import { quoteName } from '../quote.ts';
import { strerror } from '@slipway/posix';
import { normalize } from '../../io/files.ts';
import type { Applet } from '../applet.ts';
import { parseOptions, UsageError } from '../options.ts';
import { relativePath } from '../relative-path.ts';
import { canonicalPath } from '../canonical-path.ts';

const OPTIONS = {
  canonicalizeExisting: '-e --canonicalize-existing',
  canonicalizeMissing: '-m --canonicalize-missing',
  noSymlinks: '-s --no-symlinks --strip',
  quiet: '-q --quiet',
  zero: '-z --zero',
  relativeTo: '--relative-to=',
} as const;

/**
 * realpath(1): all but the last component have to be there;
 * with `-e` all, with `-m` none. `-s` leaves links alone.
 */
export const realpath: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-L -P --relative-base=' });
  if (options.operands.length === 0) throw new UsageError('missing operand');
  let status = 0;
  for (const operand of options.operands) {
    const result =
      options.has('noSymlinks') && operand !== ''
        ? normalize(context.sys.absolute(operand))
        : canonicalPath(
            context,
            operand,
            options.has('canonicalizeExisting') ? 'all' : options.has('canonicalizeMissing') ? 'none' : 'parent',
          );
    if (typeof result === 'number') {
      status = options.has('quiet') ? 1 : context.fail(`${quoteName(operand)}: ${strerror(result)}`);
      continue;
    }
    const relative = options.value('relativeTo');
    const base = relative === undefined ? undefined : canonicalPath(context, relative, 'none');
    context.out.write(
      (typeof base === 'string' ? relativePath(base, result) : result) + (options.has('zero') ? '\0' : '\n'),
    );
  }
  return status;
};
