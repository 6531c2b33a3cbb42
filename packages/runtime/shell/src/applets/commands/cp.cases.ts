import type { AppletCases } from '../../testing/applet-cases.ts';

/** Links, directories, modes and what must not be overwritten; the sessions share one small tree. */
export const cases: AppletCases = {
  setup: String.raw`printf a > f; printf b > g; mkdir d; ln -s f l`,
  same: String.raw`
cp f h; cat h
cp f g d; ls d
cp -t d f g; ls d
cp -T f h; cat h
cp -P l k; readlink k
cp l k; test -L k; echo $?
cp -a d e; ls -d e
cp -v f h
cp -n f g; cat g
cp -u f g; echo $?
cp d e
cp nosuch e
cp f nosuch/x
cp f g h
cp "" h
cp f
cp
cp -Q f h
cp f f
cp 'a b' h
`,
  sessions: [
    String.raw`mkdir -p a/b/c d
printf 'one\ntwo\nthree\n' > a/x.txt
printf 'TWO two\n' > a/b/y.js
: > a/b/c/empty
ln -s x.txt a/link
touch .hidden d/z
cp -r a q
find q | sort
cat q/link
readlink q/link`,
    String.raw`mkdir -p a/b/c d
printf 'one\ntwo\nthree\n' > a/x.txt
printf 'TWO two\n' > a/b/y.js
: > a/b/c/empty
ln -s x.txt a/link
touch .hidden d/z
cp a/x.txt d
cat d/x.txt
cp a/x.txt a/b/y.js d
ls d
cp a z 2>&1
echo $?`,
    String.raw`printf x > f
cp f f 2>&1
echo $?
cp nosuch g 2>&1
echo $?
cp f 2>&1 | head -1`,
    String.raw`mkdir -p a/b/c d
printf 'one\ntwo\nthree\n' > a/x.txt
printf 'TWO two\n' > a/b/y.js
: > a/b/c/empty
ln -s x.txt a/link
touch .hidden d/z
cp -r a/. d
ls -A d`,
    String.raw`printf x > f
chmod 755 f
cp f g
ls -l g | cut -c1-10
cp -p f h
ls -l h | cut -c1-10`,
    String.raw`mkdir d
cp -r d d/e 2>&1
echo $?`,
    String.raw`printf a > f
printf b > g
cp -n f g
cat g
cp -v f g`,
  ],
};
