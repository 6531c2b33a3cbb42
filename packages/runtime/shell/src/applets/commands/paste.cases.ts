import type { AppletCases } from '../../testing/applet-cases.ts';

/** Files of unequal length, standard input twice, delimiters that go round. */
export const cases: AppletCases = {
  setup: String.raw`printf '1\n2\n3\n' > a; printf 'x\ny\n' > b`,
  same: String.raw`
paste a b
paste -d, a b
paste -d',;' a b a
paste -s a
paste -s -d+ a b
paste -d'\n' a b
paste - - < a
paste a - < b
paste nosuch
paste a ""
paste -Q
paste -d '' a b
`,
};
