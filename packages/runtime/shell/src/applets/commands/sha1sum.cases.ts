import type { AppletCases } from '../../testing/applet-cases.ts';

/** As md5sum's, with the vectors of FIPS 180-4 for `abc` and the empty text. */
export const cases: AppletCases = {
  setup: String.raw`printf abc > f; sha1sum f > m`,
  same: String.raw`
sha1sum f
sha1sum < f
printf '' | sha1sum
sha1sum -c m
printf y > f; sha1sum -c m
sha1sum nosuch
sha1sum -Q
`,
  wordsDiffer: String.raw`
sha1sum ""
`,
};
