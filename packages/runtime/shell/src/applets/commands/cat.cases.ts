import type { AppletCases } from '../../testing/applet-cases.ts';

/**
 * Each option that changes the text, a last line without a newline,
 * and operands that cannot be read between others that can.
 */
export const cases: AppletCases = {
  setup: String.raw`printf 'one\n\n\n\ttwo\n' > t; mkdir d`,
  same: String.raw`
cat t
cat -n t t
cat -b t
cat -s t
cat -A t
cat -e t
cat -t t
cat -ET t
printf '\001\177a' | cat -v
cat t d; echo $?
cat "" t
cat nosuch
cat 'no such' "it's"
cat -Q
cat --nosuch
cat --number=3 t
echo x | cat t - t
cat < t
cat -u t
`,
  wordsDiffer: String.raw`
cat --show t
`,
  sessions: [
    String.raw`printf 'banana 3\napple 10\ncherry 2\napple 9\nBanana 1\n' > t
cat t
cat -n t
cat -A t | head -1
cat t nosuch 2>&1
echo $?
echo x | cat t -
printf 'a\n\n\nb\n' | cat -s
printf 'a\n\nb' | cat -b
printf 'a\tb\n' | cat -T`,
  ],
};
