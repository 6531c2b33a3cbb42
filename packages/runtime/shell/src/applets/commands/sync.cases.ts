import type { AppletCases } from '../../testing/applet-cases.ts';

/** There is nothing to see but the status. */
export const cases: AppletCases = {
  same: String.raw`
sync
sync; echo $?
sync .
touch f; sync f
true && sync && echo done
sync nosuch
sync ""
sync -Q
`,
};
