import type { AppletCases } from '../../testing/applet-cases.ts';

/** Never a terminal in a test; the shell's session test has one. */
export const cases: AppletCases = {
  same: String.raw`
tty < /dev/null
tty -s < /dev/null
tty --silent < /dev/null
tty < /dev/null | cat
tty; echo $?
tty -Q
tty extra
`,
};
