import type { AppletCases } from '../../testing/applet-cases.ts';

/**
 * Octal and symbolic modes, by the `stat` that shows
 * them; a mode that looks like an option is the hard one.
 */
export const cases: AppletCases = {
  setup: String.raw`touch f; mkdir d; touch d/g`,
  same: String.raw`
chmod 600 f; stat -c %a f
chmod u=rw,go= f; stat -c %A f
chmod a+x f; stat -c %a f
chmod u+s f; stat -c %A f
chmod 1777 d; stat -c %a d
chmod -R u=rwX,go= d; stat -c '%a %n' d d/g
chmod --reference=f d/g; stat -c %a d/g
chmod -- -x f; stat -c %a f
chmod 600 nosuch
chmod 600 nosuch f; stat -c %a f
chmod -f 600 nosuch
chmod q f
chmod 600
chmod
chmod 600 ""
`,
  sessions: [
    String.raw`touch f
chmod 640 f
stat -c '%a %A' f
chmod u+x,g-r,o=r f
stat -c %a f
chmod a+w f
stat -c %a f
chmod +x f
stat -c %a f
chmod 9 f 2>&1
echo $?
chmod 644 nosuch 2>&1
echo $?
mkdir d
touch d/g
chmod -R 700 d
stat -c %a d d/g
chmod -x f
stat -c %a f`,
  ],
};
