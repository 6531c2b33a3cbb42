import type { AppletCases } from '../../testing/applet-cases.ts';

/** From the end and from the beginning. `-f`, which never ends, is in `run/processes.test.ts`. */
export const cases: AppletCases = {
  setup: String.raw`seq 12 > t; printf 'a\nb' > u; mkdir d`,
  same: String.raw`
tail t
tail -n 2 t
tail -2 t
tail -n +11 t
tail -c 4 t
tail -c +25 t
tail -n1 u
tail -n1 t u
tail -qn1 t u
tail -vn1 t
tail -n 0 t
tail nosuch
tail "" u
tail d
tail -n x t
tail -c x t
tail -Q
tail -n
`,
  sessions: [
    String.raw`seq 20 | tail
seq 20 | tail -3
seq 5 | tail -n +3
printf abcdef | tail -c 2
seq 3 > a
tail -n1 a a
seq 3 | tail -n 0
printf 'a\nb' | tail -n1
printf '\n\n' | tail -n 1
tail nosuch 2>&1
echo $?
seq 5 | tail -c +3`,
  ],
};
