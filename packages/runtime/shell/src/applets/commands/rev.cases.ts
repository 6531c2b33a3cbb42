import type { AppletCases } from '../../testing/applet-cases.ts';

/** A line without a newline and a character of two bytes. */
export const cases: AppletCases = {
  setup: String.raw`printf 'abc\nxyz' > t`,
  same: String.raw`
rev t
rev < t
printf '' | rev
printf 'äb\n' | rev
rev t t
`,
  ours: [
    {
      script: String.raw`rev nosuch`,
      prints: '',
      status: 1,
      complains: 'rev: nosuch: No such file or directory\n',
      why: 'util-linux says "cannot open nosuch"',
    },
    {
      script: String.raw`rev -Q`,
      prints: '',
      status: 1,
      complains: "rev: invalid option -- 'Q'\nTry 'rev --help' for more information.\n",
      why: 'util-linux prints its usage',
    },
  ],
};
