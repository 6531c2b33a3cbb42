import type { AppletCases } from '../../testing/applet-cases.ts';

/** Whatever it is given, the status is 0. */
export const cases: AppletCases = {
  same: String.raw`
true
true; echo $?
true a b --nosuch
/bin/true; echo $?
true && echo yes
true > f; wc -c < f
`,
  neverFails: 'that is what it is',
};
