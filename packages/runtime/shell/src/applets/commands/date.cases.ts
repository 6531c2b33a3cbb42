import type { AppletCases } from '../../testing/applet-cases.ts';

/**
 * Always `-u` and a fixed time: two clocks read one after the other never
 * agree. 2024-02-29 and 2021-01-03 are there for leap years and week numbers.
 */
export const cases: AppletCases = {
  same: String.raw`
date -u -d @0
date -u -d @0 +%F
date -u -d @0 +'%H:%M:%S %j %a %b'
date -u -d '2024-02-29 + 1 year' +%F
date -u -d '2020-01-01T00:00:00Z' -Iseconds
date -u --iso-8601 -d @0
date -u --rfc-3339=date -d @86400
date -u -R -d @0
touch -d @99 f; date -u -r f +%s
date -d nonsense
date -r nosuch
date -r ""
date -Q
date -u -d '' +%H
`,
  sessions: [
    String.raw`date -u -d @0 '+%Y-%m-%d %H:%M:%S %Z %a %j %e %I %p %s %u %y %b %B %A %D %T %R'
date -u -d '2024-02-29 12:30' +%s
date -u -d '2024-01-31 + 1 day' +%F
date -u -Iseconds -d @86400
date -u -R -d @0
date -d xx 2>&1
echo $?
date -u -d '2021-01-03' '+%V %G %U %W %w'
date -u -d @1.5 +%s.%N
date -u -d '2020-06-15T10:00:00Z' +%c
date -u -d @0
date -u -d '1 day ago' +%F | grep -c -
date -u -d @1700000000 '+%-d %_d %^a %k %l %-H'`,
  ],
};
