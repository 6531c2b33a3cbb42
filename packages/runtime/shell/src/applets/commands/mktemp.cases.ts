import type { AppletCases } from '../../testing/applet-cases.ts';

/** The name is never the same: its shape is, and the mode of the file. */
export const cases: AppletCases = {
  same: String.raw`
mktemp x.XXXX | grep -c '^x\.....$'
d=$(mktemp -d y.XXXXXX); test -d "$d"; echo $?
mktemp -p . z.XXX | grep -c '^\./z\....$'
mktemp -u q.XXXX > /dev/null; ls
mktemp --suffix=.txt n.XXXX | grep -c '\.txt$'
mktemp nosuch/x.XXXX
mktemp -d nosuch/x.XXXX
touch f; mktemp f/x.XXXX
touch f; mktemp -d f/x.XXXX
touch f; mktemp -u f/x.XXXX
mktemp -p nosuch x.XXX; ls
mktemp -p nosuch/ --suffix=.txt x.XXX
mktemp x.XX
mktemp x
mktemp -Q
f=$(mktemp x.XXXX); stat -c %a "$f"
`,
  wordsDiffer: String.raw`
mktemp -q nosuch/x.XXXX
`,
  sessions: [
    String.raw`mktemp /tmp/x.XXXX | grep -c '^/tmp/x\.....$'
d=$(mktemp -d)
[ -d "$d" ] && echo dir
rmdir "$d"`,
  ],
};
