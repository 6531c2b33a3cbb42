import type { AppletCases } from '../../testing/applet-cases.ts';

/** Columns of times and terminals cannot agree; the titles and one process can. */
export const cases: AppletCases = {
  same: String.raw`
ps > f; test -s f; echo $?
ps | wc -l | grep -c .
ps -ef | head -1 | cut -c1-3
ps aux | head -1 | cut -c1-4
`,
  ours: [
    {
      script: String.raw`sleep 9 & ps | grep -c 'sleep$'; kill $!`,
      prints: '1\n',
      why: "the machine's ps shows terminals and times",
    },
  ],
  neverFails: 'prints the table whatever it is given',
};
