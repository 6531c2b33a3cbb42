import type { AppletCases } from '../../testing/applet-cases.ts';

/** Times set and read back by stat, so that no case depends on the clock. */
export const cases: AppletCases = {
  same: String.raw`
touch f; ls
touch -c nosuch; ls
touch -d @5 f; stat -c %Y f
touch -d '2020-01-02 03:04:05' f; stat -c %y f
touch -t 202001020304.05 f; stat -c %Y f
touch -d @5 f; touch -r f g; stat -c %Y g
touch -d @5 f; touch -m -d @9 f; stat -c '%X %Y' f
touch -d @5 f; touch -a -d @9 f; stat -c '%X %Y' f
touch nosuch/f
touch ""
touch -r nosuch f
touch -Q
touch a nosuch/b c; ls
`,
  wordsDiffer: String.raw`
touch
touch -d nonsense f
touch -t 99 f
`,
  sessions: [
    String.raw`touch f
ls
touch -c nosuch
ls
touch -d '2020-01-02 03:04:05' f
stat -c %y f
touch -t 202112312359.30 f
date -r f '+%F %T'
touch x/y 2>&1
echo $?
touch -r f g
stat -c %Y f g | uniq | wc -l`,
  ],
};
