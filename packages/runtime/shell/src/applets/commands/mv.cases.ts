import type { AppletCases } from '../../testing/applet-cases.ts';

/**
 * What is replaced and what is not: files, empty and
 * full directories, itself, a directory below itself.
 */
export const cases: AppletCases = {
  setup: String.raw`printf a > f; printf b > g; mkdir d e`,
  same: String.raw`
mv f h; ls; cat h
mv f g; cat g
mv f g d; ls d
mv -t d f g; ls d
mv -n f g; cat g
mv -v f h
mv d e; ls e
mv -T d e; ls
mv nosuch h
mv f nosuch/x
mv f g h
mv d f
mv d d/x
mv f f
mv "" h
mv f ""
mv f
mv
mv -Q f h
`,
  sessions: [
    String.raw`mkdir -p a/b/c d
printf 'one\ntwo\nthree\n' > a/x.txt
printf 'TWO two\n' > a/b/y.js
: > a/b/c/empty
ln -s x.txt a/link
touch .hidden d/z
mv a m
ls
mv m/x.txt d/
ls d
mv m d
ls d`,
    String.raw`printf a > f
printf b > g
mv f g
cat g
ls
mv nosuch h 2>&1
echo $?`,
    String.raw`mkdir a b
touch a/f
mv a b
find b | sort
mkdir a
mv a b 2>&1
echo $?`,
    String.raw`mkdir d
mv d d/e 2>&1
echo $?`,
    String.raw`touch f
mkdir d
mv d f 2>&1
echo $?`,
    String.raw`touch a b
mv -v a c
mv a b nosuch 2>&1
echo $?`,
  ],
};
