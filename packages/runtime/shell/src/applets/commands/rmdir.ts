import { Errno, strerror } from '@slipway/posix';
import { dirName } from '../../io/files.ts';
import type { Applet } from '../applet.ts';
import { parseOptions, UsageError } from '../options.ts';

const OPTIONS = {
  parents: '-p --parents',
  verbose: '-v --verbose',
  ignoreFailOnNonEmpty: '--ignore-fail-on-non-empty',
} as const;

/** XCU rmdir: directories that are empty; `-p` also those above, until one is not. */
export const rmdir: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS });
  if (options.operands.length === 0) throw new UsageError('missing operand');
  let status = 0;
  for (const operand of options.operands) {
    let directory = operand;
    for (;;) {
      const errno = context.sys.fs.rmdir(context.sys.absolute(directory).replace(/(.)\/+$/, '$1'));
      if (errno < 0) {
        if (!(errno === Errno.ENOTEMPTY && options.has('ignoreFailOnNonEmpty')))
          status = context.fail(`failed to remove '${directory}': ${strerror(errno)}`);
        break;
      }
      if (options.has('verbose')) context.out.line(`${context.name}: removing directory, '${directory}'`);
      directory = dirName(directory);
      if (!options.has('parents') || directory === '.' || directory === '/') break;
    }
  }
  return status;
};
