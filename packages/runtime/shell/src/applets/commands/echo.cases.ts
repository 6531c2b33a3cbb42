import type { AppletCases } from '../../testing/applet-cases.ts';

/** By its path, since a shell's builtin would answer otherwise. */
export const cases: AppletCases = {
  same: String.raw`
/bin/echo a b
/bin/echo -n a
/bin/echo -e 'a\tb\x41\0101\c d'
/bin/echo -E 'a\tb'
/bin/echo -ne 'a\n'
/bin/echo -q
/bin/echo
/bin/echo ""
/bin/echo --
`,
  sessions: [
    String.raw`echo -e 'a\tb' | cat
/bin/echo -n x
/bin/echo -e 'a\nb'
/bin/echo 'a\nb'
/usr/bin/printf '%s-%d\n' a 1
/usr/bin/test 1 = 1
echo $?
true
false
echo $?`,
  ],
  neverFails: 'prints what it is given',
};
