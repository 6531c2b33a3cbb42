import type { AppletCases } from '../../testing/applet-cases.ts';

/** As md5sum's, with the vectors of FIPS 180-4 for `abc` and the empty text. */
export const cases: AppletCases = {
  setup: String.raw`printf abc > f; sha256sum f > m`,
  same: String.raw`
sha256sum f
sha256sum < f
printf '' | sha256sum
sha256sum -c m
printf y > f; sha256sum -c m
sha256sum nosuch
sha256sum -Q
`,
  wordsDiffer: String.raw`
sha256sum ""
`,
};
