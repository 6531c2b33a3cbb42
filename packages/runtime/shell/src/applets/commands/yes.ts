import type { Applet } from '../applet.ts';

/** yes(1). Writes blocks of about 8 KiB: a line at a time would be a call of the kernel each. */
export const yes: Applet = ({ out }, args) => {
  const line = `${args.length === 0 ? 'y' : args.join(' ')}\n`;
  const block = line.repeat(Math.max(1, Math.floor(8192 / line.length)));
  // Ends when nobody reads any more, or by a signal.
  for (;;) {
    out.write(block);
    out.flush();
  }
};
