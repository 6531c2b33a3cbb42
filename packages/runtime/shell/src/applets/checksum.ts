import { quoteName } from './quote.ts';
import { strerror } from '@slipway/posix';
import { decode } from '../io/text.ts';
import type { Applet } from './applet.ts';
import { digest, type DigestName } from './digest.ts';
import { readOperand, splitLines } from './input-files.ts';
import { parseOptions } from './options.ts';

const OPTIONS = {
  check: '-c --check',
  quiet: '--quiet',
  status: '--status',
} as const;

/**
 * md5sum and its kin: print sums, or check those of a list
 * (`-c`), whose lines are `<hex> <name>` or `<hex> *<name>`.
 */
export const checksum =
  (algorithm: DigestName): Applet =>
  (context, args) => {
    const options = parseOptions(args, { options: OPTIONS, ignored: '-b --binary -t --text -w --warn --tag' });
    let status = 0;
    const operands = options.operands.length === 0 ? ['-'] : options.operands;
    for (const operand of operands) {
      const bytes = readOperand(context, operand);
      if (typeof bytes === 'number') {
        status = context.fail(`${quoteName(operand)}: ${strerror(bytes)}`);
        continue;
      }
      if (!options.has('check')) {
        context.out.line(`${digest(algorithm, bytes)}  ${operand}`);
        continue;
      }
      let failures = 0;
      for (const line of splitLines(decode(bytes).text)) {
        const match = /^([0-9a-fA-F]{32,64}) [ *](.+)$/.exec(line);
        // coreutils pass over what is no line of a list.
        if (match?.[2] === undefined) continue;
        const content = readOperand(context, match[2]);
        const good = typeof content !== 'number' && digest(algorithm, content) === match[1]?.toLowerCase();
        if (!good) failures++;
        if (!options.has('status') && !(good && options.has('quiet')))
          context.out.line(
            `${match[2]}: ${good ? 'OK' : typeof content === 'number' ? 'FAILED open or read' : 'FAILED'}`,
          );
      }
      if (failures > 0)
        status = options.has('status')
          ? 1
          : context.fail(`WARNING: ${failures} computed checksum${failures === 1 ? '' : 's'} did NOT match`);
    }
    return status;
  };
