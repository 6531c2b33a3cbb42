import type { AppletCases } from '../../testing/applet-cases.ts';

/** As root, which the tests are on the machine as well. */
export const cases: AppletCases = {
  same: String.raw`
id -u
id -g
id -un
id -gn
id -G | cut -d' ' -f1
id | cut -d' ' -f1,2
id -Q
`,
};
