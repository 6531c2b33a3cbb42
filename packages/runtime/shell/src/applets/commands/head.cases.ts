import type { AppletCases } from '../../testing/applet-cases.ts';

/** Lines and bytes, counted from either end, with units; titles of several files. */
export const cases: AppletCases = {
  setup: String.raw`seq 12 > t; printf 'no newline' > u; mkdir d`,
  same: String.raw`
head t
head -n 2 t
head -2 t
head -c 5 t
head -n -10 t
head -c -20 t
head -n1 t u
head -qn1 t u
head -vn1 t
head -n 1k t | wc -l
head nosuch
head "" t
head d
head -n x t
head -c x t
head -Q
head -n
`,
  sessions: [
    String.raw`seq 20 | head
seq 20 | head -3
seq 5 | head -n -2
printf abcdef | head -c 3
seq 3 > a
seq 3 > b
head -1 a b
head -n1 nosuch 2>&1
echo $?
seq 5 | head -n 0
printf abc | head -c -1`,
  ],
};
