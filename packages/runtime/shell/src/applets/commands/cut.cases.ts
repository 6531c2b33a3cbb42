import type { AppletCases } from '../../testing/applet-cases.ts';

/** Lists of fields, characters and bytes, lines without the delimiter, and lists that are none. */
export const cases: AppletCases = {
  setup: String.raw`printf 'a:b:c\nd:e\nf\n' > t`,
  same: String.raw`
cut -d: -f2 t
cut -d: -f1,3- t
cut -d: -f-2 t
cut -s -d: -f1 t
cut -c2-3 t
cut -b1 t
cut --complement -d: -f1 t
cut -d: -f1,2 --output-delimiter=' ' t
cut -f1 nosuch
cut -f1 ""
cut t
cut -f0 t
cut -f3-1 t
cut -d:: -f1 t
`,
  wordsDiffer: String.raw`
cut -fx t
cut -c t
`,
  sessions: [
    String.raw`printf 'a:b:c\nd:e\nf\n' > t
cut -d: -f2 t
cut -d: -f1,3 t
cut -d: -f2- t
cut -c1-2 t
cut -d: -sf2 t
cut -c2 t
cut -d: -f-2 --output-delimiter=_ t
printf 'abc\n' | cut -b 2-
cut t 2>&1 | head -1
cut -d: --complement -f1 t`,
  ],
};
