import type { Applet } from '../applet.ts';
import { hostName } from '../host-identity.ts';

/** hostname(1). Options are not read: the name cannot be set. */
export const hostname: Applet = (context) => (context.out.line(hostName(context)), 0);
