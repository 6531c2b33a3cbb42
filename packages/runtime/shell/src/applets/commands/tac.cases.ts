import type { AppletCases } from '../../testing/applet-cases.ts';

/**
 * A last line without a newline, which runs into the
 * one before. Its session also has rev, nl and paste.
 */
export const cases: AppletCases = {
  setup: String.raw`printf '1\n2\n3\n' > t`,
  same: String.raw`
tac t
tac < t
printf 'a\nb' | tac
printf '' | tac
tac t t
tac nosuch
tac "" t
tac -Q
`,
  wordsDiffer: String.raw`
tac .
`,
  sessions: [
    String.raw`seq 3 | tac; printf 'abc\n' | rev; printf 'a\n\nb\n' | nl; paste -d, - - <<E
1
2
3
4
E
seq 3 | paste -s -d+`,
  ],
};
