import type { AppletCases } from '../../testing/applet-cases.ts';

/**
 * `-m` is exact, whatever the umask; `-p` with what is there already,
 * and `-v`, which names each directory it made.
 */
export const cases: AppletCases = {
  same: String.raw`
mkdir d; ls
mkdir -p a/b/c; ls a/b
mkdir -m 700 d; stat -c %a d
umask 077; mkdir -m 777 d; stat -c %a d
mkdir -m u=rwx,go= d; stat -c %a d
mkdir -v d
mkdir -pv a/b
mkdir d d
mkdir a/b
mkdir ""
mkdir -p ""
touch f; mkdir f/d
touch f; mkdir -p f
mkdir
mkdir -m q d
mkdir -Q
mkdir 'a b' 'a b'
`,
  sessions: [
    String.raw`mkdir a
mkdir a 2>&1
echo $?
mkdir x/y 2>&1
echo $?
mkdir -p x/y/z
echo $?
ls x
mkdir -m 700 p
ls -ld p | cut -c1-10
mkdir -pv q/r
mkdir -p a
echo $?`,
  ],
};
