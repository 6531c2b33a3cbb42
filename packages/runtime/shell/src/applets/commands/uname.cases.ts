import type { AppletCases } from '../../testing/applet-cases.ts';

/** What both are: Linux on x86_64. Release and node name are each machine's own. */
export const cases: AppletCases = {
  same: String.raw`
uname
uname -s
uname -o
uname -m
uname -sm
uname --kernel-name
uname -a | cut -d' ' -f1
uname -r | grep -c .
uname -Q
uname extra
`,
};
