import { quoteName } from '../quote.ts';
import { OpenFlags, strerror } from '@slipway/posix';
import { readChunk } from '../../io/input.ts';
import type { Applet } from '../applet.ts';
import { parseOptions } from '../options.ts';

const OPTIONS = {
  append: '-a --append',
} as const;

/**
 * XCU tee: to standard output and files, unbuffered, as it
 * comes. A file that cannot be opened does not stop the others.
 */
export const tee: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-i --ignore-interrupts -p' });
  const { descriptors } = context.sys;
  const targets: number[] = [];
  let status = 0;
  for (const operand of options.operands) {
    const flags = OpenFlags.wronly | OpenFlags.creat | (options.has('append') ? OpenFlags.append : OpenFlags.trunc);
    const fd = descriptors.open(context.sys.absolute(operand), flags, 0o666 & ~context.sys.umask());
    if (fd < 0) status = context.fail(`${quoteName(operand)}: ${strerror(fd)}`);
    else targets.push(fd);
  }
  for (;;) {
    const chunk = readChunk(descriptors, 0);
    if (typeof chunk === 'number' || chunk.length === 0) break;
    for (const fd of targets) descriptors.write(fd, chunk, null);
    context.out.write(chunk);
  }
  for (const fd of targets) descriptors.close(fd);
  return status;
};
