import type { AppletCases } from '../../testing/applet-cases.ts';

/** As root on both sides. */
export const cases: AppletCases = {
  same: String.raw`
whoami
whoami | wc -l
whoami > f; cat f
test "$(whoami)" = "$(id -un)"; echo $?
whoami extra
whoami -Q
`,
};
