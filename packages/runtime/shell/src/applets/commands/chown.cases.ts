import type { AppletCases } from '../../testing/applet-cases.ts';

/** Only user 0 exists in both worlds, so the cases write what is so already. */
export const cases: AppletCases = {
  setup: String.raw`touch f`,
  same: String.raw`
chown 0 f; stat -c %u f
chown root:root f; stat -c '%u %g' f
chown :0 f; stat -c %g f
chgrp 0 f; stat -c %g f
chown -R 0:0 .; stat -c %u f
chown 0 nosuch
chown 0 ""
chown 0
chown
chown nosuchuser f
chgrp nosuchgroup f
`,
};
