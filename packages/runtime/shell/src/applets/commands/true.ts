import type { Applet } from '../applet.ts';

/** Does nothing, successfully. */
export const trueCommand: Applet = () => 0;
