import type { AppletCases } from '../../testing/applet-cases.ts';

/** Every type, types below each other, and lines that are the same. */
export const cases: AppletCases = {
  setup: String.raw`printf 'hello\nworld\n\0\1\377abcdefgh' > b; printf '%0100d' 0 > z`,
  same: String.raw`
od b
od -c b
od -An -tx1 b
od -A x -t x1z b
od -tx2 b
od -t d4 b
od -td1 b
od -tu2 b
od -a b
od -tx8 b
od -tf8 b
od -tf4 b
od -N 5 -j 2 -c b
od -w8 -tx1 b
od -b b
od -x b
od -d b
od -i b
od -s b
od -l b
od z
od -v -tx1 z
od -tx1 -tc b
od -tx1c b
od -tx1 -td4 -tx8 b
od -Ad -tx1 b
od -An -c < b
cat b | od -An -vtu1 -w1
printf x | od -tx4 -An
printf '' | od
od nosuch
od -t q b
od -j 100 b
od -A q b
`,
  wordsDiffer: String.raw`
od -t x3 b
od -Q b
od b nosuch
`,
};
