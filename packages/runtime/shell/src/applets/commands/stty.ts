import { terminalSize } from '../terminal-size.ts';
import type { Applet } from '../applet.ts';

/** Columns and rows for scripts; modes are the shell's and the programs' own. */
export const stty: Applet = (context, args) => {
  const size = terminalSize(context.sys);
  if (size === undefined) return context.fail("'standard input': Inappropriate ioctl for device");
  if (args[0] === 'size') context.out.line(`${size.rows} ${size.columns}`);
  else if (args.length === 0 || args[0] === '-a')
    context.out.line(`speed 38400 baud; rows ${size.rows}; columns ${size.columns};`);
  else {
    const end = context.sys.descriptors.get(0);
    const raw = args.includes('raw') || args.includes('-icanon') || args.includes('-echo');
    const cooked =
      args.includes('sane') ||
      args.includes('cooked') ||
      args.includes('-raw') ||
      args.includes('icanon') ||
      args.includes('echo');
    // Raw or not is all that a terminal here can be; both at once is cooked.
    if (end?.kind === 'stream' && (raw || cooked))
      return context.sys.kernel.setTtyRaw(end.end.id, raw && !cooked) < 0 ? 1 : 0;
    return context.fail(`invalid argument '${args[0]}'`);
  }
  return 0;
};
