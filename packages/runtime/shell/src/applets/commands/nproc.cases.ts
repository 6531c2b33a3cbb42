import type { AppletCases } from '../../testing/applet-cases.ts';

/** How many there are differs; that it is a number, and what `--ignore` leaves, does not. */
export const cases: AppletCases = {
  same: String.raw`
nproc | grep -c '^[0-9][0-9]*$'
test "$(nproc)" -ge 1; echo $?
nproc > f; wc -l < f
nproc --all | grep -c .
nproc --ignore=1000
nproc --ignore=x
nproc -Q
nproc extra
`,
};
