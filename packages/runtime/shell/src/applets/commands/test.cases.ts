import type { AppletCases } from '../../testing/applet-cases.ts';

/** By its path and as `[`; the builtin has the same code, and both have dash's words. */
export const cases: AppletCases = {
  same: String.raw`
/usr/bin/test 1 -eq 1
/usr/bin/test a = b
/usr/bin/test -z ""
/usr/bin/test -n ""
/usr/bin/test -e nosuch
touch f; /usr/bin/test -f f -a -r f
/usr/bin/test ! a = b
/usr/bin/test \( a = a \) -o b = c
/usr/bin/test
/usr/bin/test ""
/usr/bin/test -d .
'/usr/bin/[' a = a ]
touch f; ln -s f l; /usr/bin/test -L l
touch -d @1 a; touch -d @2 b; /usr/bin/test a -ot b
`,
  ours: [
    {
      script: String.raw`/usr/bin/test x -eq 1`,
      prints: '',
      status: 2,
      complains: 'test: Illegal number: x\n',
      why: "dash's words, which the builtin prints too; GNU says \"invalid integer 'x'\"",
    },
    {
      script: String.raw`/usr/bin/test a b`,
      prints: '',
      status: 2,
      complains: 'test: a: unexpected operator\n',
      why: "dash's words, which the builtin prints too",
    },
    {
      script: String.raw`'/usr/bin/[' a`,
      prints: '',
      status: 2,
      complains: '[: missing ]\n',
      why: "dash's words, which the builtin prints too",
    },
  ],
};
