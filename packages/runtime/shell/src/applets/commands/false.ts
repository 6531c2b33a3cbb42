import type { Applet } from '../applet.ts';

/** Takes no options, not even --help: status 1 whatever is given (XCU false). */
export const falseCommand: Applet = () => 1;
