import type { AppletCases } from '../../testing/applet-cases.ts';

/** Whatever it is given, the status is 1. */
export const cases: AppletCases = {
  same: String.raw`
false; echo $?
false a b; echo $?
false || echo other
! false; echo $?
/bin/false
`,
};
