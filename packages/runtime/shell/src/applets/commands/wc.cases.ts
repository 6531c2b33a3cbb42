import type { AppletCases } from '../../testing/applet-cases.ts';

/** Widths of the columns, which depend on all files together, and characters of two bytes. */
export const cases: AppletCases = {
  setup: String.raw`printf 'one two\nthree\n' > t; printf 'äö' > u; mkdir d`,
  same: String.raw`
wc t
wc -l t
wc -w t
wc -c t
wc -m u
wc -L t
wc -lc t u
wc -l < t
wc t u
cat t | wc -
wc nosuch
wc -Q
wc t nosuch
`,
  wordsDiffer: String.raw`
wc "" t
`,
  sessions: [
    String.raw`printf 'banana 3\napple 10\ncherry 2\napple 9\nBanana 1\n' > t
wc t
wc -l t
wc -w < t
wc -c t t
printf 'a b' | wc
printf 'äö' | wc -m
wc nosuch 2>&1
echo $?
wc -L t
wc -lw t`,
  ],
};
