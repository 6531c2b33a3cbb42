import type { AppletCases } from '../../testing/applet-cases.ts';

/** Without a terminal, as tests are; what it sets on one is the kernel's to test. */
export const cases: AppletCases = {
  same: String.raw`
stty < /dev/null
stty size < /dev/null
stty -a < /dev/null
stty raw < /dev/null
stty -echo < /dev/null 2>/dev/null; echo $?
stty sane < /dev/null
`,
};
