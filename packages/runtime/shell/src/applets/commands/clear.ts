import type { Applet } from '../applet.ts';

/**
 * Cursor home, screen and scrollback cleared (ECMA-48; 3 is
 * xterm's). TERM is not asked: the terminal is always ours.
 */
export const clear: Applet = ({ out }) => (out.write('\x1b[H\x1b[2J\x1b[3J'), 0);
