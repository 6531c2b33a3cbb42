import type { AppletCases } from '../../testing/applet-cases.ts';

/** Sizes are the machine's own, so only the shape of the table is compared. */
export const cases: AppletCases = {
  same: String.raw`
df . > f; echo $?
df | head -1 | cut -c1-10
df -h | wc -l | grep -c .
df -T | head -1 | cut -d' ' -f1
df -P / | tail -n +2 | wc -l
`,
  ours: [
    {
      script: String.raw`df -Q`,
      prints: '',
      status: 1,
      complains: "df: invalid option -- 'Q'\nTry 'df --help' for more information.\n",
      why: "as the machine's",
    },
    {
      script: String.raw`df -T | tail -1 | cut -d' ' -f1`,
      prints: 'slipway\n',
      why: 'the container has one file system of its own',
    },
  ],
};
