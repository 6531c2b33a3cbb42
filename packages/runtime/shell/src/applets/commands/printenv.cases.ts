import type { AppletCases } from '../../testing/applet-cases.ts';

/** Values that are empty and names that are not there, which are two things. */
export const cases: AppletCases = {
  same: String.raw`
A=1 printenv A
env -i A=1 B=2 printenv
env -i A=1 printenv -0 | tr '\0' '!'
A=1 printenv A nosuch
printenv nosuch
printenv ""
printenv -Q
A= printenv A
`,
};
