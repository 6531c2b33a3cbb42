import type { AppletCases } from '../../testing/applet-cases.ts';

/** Precedence, matching, and the status, which says whether the value is something. */
export const cases: AppletCases = {
  same: String.raw`
expr 1 + 2
expr 2 \* 3 + 1
expr 7 / 2
expr -7 % 3
expr a \< b
expr 10 \> 9
expr abc : 'a\(b\)'
expr abc : b
expr length abc
expr substr abc 2 1
expr index abc c
expr "" \| 5
expr 0 \& 5
expr 0
expr ""
expr
expr 1 +
expr 1 / 0
expr a + 1
expr \( 1
expr 1 2
expr + length
`,
  sessions: [
    String.raw`expr 1 + 2 \* 3
expr 7 / 2
expr 7 % 3
expr a = a
expr 1 \< 2
expr abc : 'a\(.\)'
expr abcabc : 'a.c'
expr length hello
expr substr hello 2 3
expr index hello l
expr 0
echo $?
expr '' \| x
expr 3 '&' 4
expr 1 / 0 2>&1
echo $?
expr \( 1 + 1 \) \* 2
expr x : y
echo $?
expr a + 1 2>&1
echo $?`,
  ],
};
