import type { AppletCases } from '../../testing/applet-cases.ts';

/** Negative steps, fractions and equal widths, where adding up in binary shows. */
export const cases: AppletCases = {
  same: String.raw`
seq 3
seq 2 4
seq 1 2 6
seq 3 -1 1
seq -w 9 11
seq -s, 3
seq -f '%.2f' 2
seq 0.1 0.1 0.3
seq 3 1
seq -3 -1
seq --equal-width 9 10
`,
  wordsDiffer: String.raw`
seq 1 0 3
seq x
seq ""
seq
seq -Q 1
`,
  sessions: [
    String.raw`seq 3
seq 2 4
seq 5 -2 1
seq -w 8 11
seq -s, 3
seq 0.5 0.5 2
seq 3 1
seq x 2>&1 | head -1
seq -f '%03g' 2`,
  ],
};
