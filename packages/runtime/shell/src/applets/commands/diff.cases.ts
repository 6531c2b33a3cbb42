import type { AppletCases } from '../../testing/applet-cases.ts';

/**
 * `--label` in all unified cases: the times of files differ
 * from run to run. The long inputs make several hunks.
 */
export const cases: AppletCases = {
  setup: String.raw`printf 'a\nb\nc\n' > x; printf 'a\nB\nc\nd\n' > y; printf 'A\nb\nc' > z; mkdir p q; echo 1 > p/f`,
  same: String.raw`
diff x y
diff x x
diff -q x y
diff -s x x
diff -u --label x --label y x y
diff -U 0 --label x --label y x y
diff --unified=1 --label x --label y x y
diff -i x z
diff p q
diff -r p q
diff x nosuch
diff nosuch x
diff x ""
diff x - < y
`,
  wordsDiffer: String.raw`
diff x
diff
diff -Q x y
`,
  sessions: [
    String.raw`diff /dev/null /dev/null
echo $?
printf 'a\nb\nc\n' > x
printf 'a\nB\nc\nd\n' > y
diff x y
echo $?
diff x x
diff -u --label x --label y x y
diff -q x y
diff x nosuch 2>&1
echo $?
printf 'a\nb' > z
diff x z
diff -s x x`,
    String.raw`seq 30 > a
seq 30 | sed '3d;15s/.*/X/;29d' > b
diff -u --label a --label b a b
diff a b
diff -U1 --label a --label b a b`,
    String.raw`mkdir p q
echo 1 > p/f
echo 2 > q/f
echo 3 > p/g
diff -r p q
diff -rq p q
echo $?
printf 'A b\n' > a
printf 'a  b\n' > b
diff -i -b a b
echo $?`,
    String.raw`seq 10 > a
(echo 0; seq 4; echo x; seq 6 10; echo 11) > b
diff a b
diff b a`,
  ],
};
