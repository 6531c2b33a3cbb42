import { OpenFlags } from '@slipway/vfs';
import { errorText } from '../io/errno.ts';
import { readChunk } from '../io/input.ts';
import type { Applet } from './applet.ts';
import { parseOptions } from './options.ts';

export const tee: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'aip', long: { append: 'a', 'ignore-interrupts': 'i' } });
  const { descriptors } = context.sys;
  const targets: number[] = [];
  let status = 0;
  for (const operand of options.operands) {
    const flags = OpenFlags.wronly | OpenFlags.creat | (options.has('a') ? OpenFlags.append : OpenFlags.trunc);
    const fd = descriptors.open(context.sys.absolute(operand), flags, 0o666 & ~context.sys.umask());
    if (fd < 0) status = context.fail(`${operand}: ${errorText(fd)}`);
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
