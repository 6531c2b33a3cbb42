import type { AppletCases } from '../../testing/applet-cases.ts';

/** Where files differ, where one ends, `-n`. A difference, not an error, is 1; trouble is 2. */
export const cases: AppletCases = {
  setup: String.raw`printf 'abc\n' > a; printf 'abd\n' > b; printf 'ab' > c; mkdir d`,
  same: String.raw`
cmp a b
cmp a a
cmp -s a b
cmp -l a b
cmp a c
cmp -n 2 a b
cmp a - < a
cmp a nosuch
cmp -s a nosuch
cmp "" a
`,
  wordsDiffer: String.raw`
cmp
cmp -Q a b
`,
  sessions: [
    String.raw`printf 'a\nb\n' > x
printf 'a\nc\n' > y
cmp x y
echo $?
cmp x x
echo $?
cmp -s x y
echo $?
printf 'a' > z
cmp x z 2>&1
echo $?
cmp -l x y`,
  ],
};
