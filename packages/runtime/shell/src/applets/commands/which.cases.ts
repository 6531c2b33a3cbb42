import type { AppletCases } from '../../testing/applet-cases.ts';

/** The folder a command is found in differs, so it is cut off. */
export const cases: AppletCases = {
  same: String.raw`
which ls | sed 's,.*/,,'
which -a ls | wc -l | grep -c .
which nosuch
which ls nosuch | sed 's,.*/,,'
which ""
which
which /bin/sh
printf '#!/bin/sh\n' > x; chmod +x x; which ./x
`,
  sessions: [
    String.raw`which ls | sed 's,.*/,,'
which nosuch
echo $?`,
  ],
};
