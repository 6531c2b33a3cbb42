import type { Applet } from '../applet.ts';
import { SYSTEM } from '../host-identity.ts';

/**
 * `uname -m` under another name: always x86_64, like
 * process.arch, since that is what installers look for.
 */
export const arch: Applet = ({ out }) => (out.line(SYSTEM.machine), 0);
