import type { Applet } from '../applet.ts';

/** Does nothing, unsuccessfully. */
export const falseCommand: Applet = () => 1;
