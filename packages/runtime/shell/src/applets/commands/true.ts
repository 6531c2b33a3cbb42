import type { Applet } from '../applet.ts';

/** Takes no options, not even --help: status 0 whatever is given (XCU true). */
export const trueCommand: Applet = () => 0;
