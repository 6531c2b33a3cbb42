import type { Applet } from '../applet.ts';
import { echoText } from '../echo-text.ts';

/**
 * echo(1) of coreutils: escapes only after `-e`. The
 * builtin of sh has its own rules (`builtins/table.ts`).
 */
export const echo: Applet = ({ out }, args) => {
  out.write(echoText(args, 'gnu'));
  return 0;
};
