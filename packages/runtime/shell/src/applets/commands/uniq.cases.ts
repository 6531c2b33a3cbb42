import type { AppletCases } from '../../testing/applet-cases.ts';

/** What counts as the same line, and what is printed of those that do. */
export const cases: AppletCases = {
  setup: String.raw`printf 'a\na\nb\nA\na\n' > t`,
  same: String.raw`
uniq t
uniq -c t
uniq -d t
uniq -u t
uniq -i t
uniq -D t
printf '1 x\n2 x\n' | uniq -f1
printf 'ax\nbx\n' | uniq -s1
printf 'ab1\nab2\n' | uniq -w2
uniq t o; cat o
uniq nosuch
uniq -Q
uniq t o extra
uniq t nosuch/o
`,
  wordsDiffer: String.raw`
uniq ""
`,
  sessions: [
    String.raw`printf 'a\na\nb\na\nA\n' > t
uniq t
uniq -c t
uniq -d t
uniq -u t
uniq -i t
printf '1 x\n2 x\n' | uniq -f1
printf 'ax\nbx\n' | uniq -s1
printf 'aa1\naa2\n' | uniq -w2`,
  ],
};
