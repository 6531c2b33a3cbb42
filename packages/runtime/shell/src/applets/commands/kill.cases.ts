import type { AppletCases } from '../../testing/applet-cases.ts';

/**
 * By its path, since a shell has its own. Jobs are killed in scripts
 * whose own words are not compared: the shell tells of them in its way.
 */
export const cases: AppletCases = {
  same: String.raw`
/bin/kill -l TERM
/bin/kill -l 15
/bin/kill -l 9
/bin/kill -0 $$; echo $?
`,
  wordsDiffer: String.raw`
sleep 9 & /bin/kill -s KILL -- $!; wait $!; echo $?
sleep 9 & /bin/kill $!; wait $!; echo $?
sleep 9 & /bin/kill -9 $!; wait $!; echo $?
`,
  ours: [
    {
      script: String.raw`/bin/kill 999999`,
      prints: '',
      status: 1,
      complains: 'kill: No such process\n',
      why: 'procps names the pid in its own words',
    },
    {
      script: String.raw`/bin/kill -s NOSUCH 1`,
      prints: '',
      status: 2,
      complains: 'kill: invalid signal number or name: NOSUCH\n',
      why: 'procps words it in its own way',
    },
    {
      script: String.raw`/bin/kill`,
      prints: '',
      status: 2,
      complains: 'kill: Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]...\n',
      why: 'procps prints its usage',
    },
    {
      script: String.raw`/bin/kill x`,
      prints: '',
      status: 2,
      complains: 'kill: Illegal number: x\n',
      why: 'procps words it in its own way',
    },
  ],
};
