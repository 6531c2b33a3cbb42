import { strerror } from '@slipway/posix';
import type { Applet } from '../applet.ts';
import { readTexts } from '../input-files.ts';
import { parseOptions } from '../options.ts';

/**
 * tac(1): lines from the last to the first; one without
 * a newline runs into the next, as with coreutils.
 */
export const tac: Applet = (context, args) => {
  const { operands } = parseOptions(args, { options: {} });
  let status = 0;
  const inputs = readTexts(
    context,
    operands,
    (name, errno) => (status = context.fail(`failed to open '${name}' for reading: ${strerror(errno)}`)),
  );
  for (const { decoded } of inputs)
    context.out.write(
      decoded.encode(
        decoded.text
          .split(/(?<=\n)/)
          .reverse()
          .join(''),
      ),
    );
  return status;
};
