import type { AppletCases } from '../../testing/applet-cases.ts';

/** Known sums, and `-c` with files that are right, wrong and gone. */
export const cases: AppletCases = {
  setup: String.raw`printf abc > f; printf 'x' > g; md5sum f > m`,
  same: String.raw`
md5sum f
md5sum f g
md5sum < f
md5sum -c m
printf y > f; md5sum -c m
printf y > f; md5sum --status -c m
md5sum --quiet -c m
md5sum nosuch
md5sum ""
md5sum .
md5sum -Q
`,
  wordsDiffer: String.raw`
rm f; md5sum -c m
`,
  sessions: [
    String.raw`echo abc | md5sum
echo abc | sha1sum
echo abc | sha256sum
printf '' | md5sum
head -c 1000 /dev/zero | sha256sum
echo abc > f
md5sum f > m
md5sum -c m
echo abd > f
md5sum -c m 2>/dev/null
echo $?`,
  ],
};
