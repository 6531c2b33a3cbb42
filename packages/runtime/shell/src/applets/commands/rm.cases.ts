import type { AppletCases } from '../../testing/applet-cases.ts';

/** What it refuses (directories, `.`, `""`) beside what it takes without a word under `-f`. */
export const cases: AppletCases = {
  setup: String.raw`touch f g; mkdir -p d/e; touch d/e/h`,
  same: String.raw`
rm f; ls
rm -v f
rm -r d; ls
rm -rv d
rm d; echo $?; ls
rm -d d
mkdir x; rm -d x; ls
rm -f nosuch
rm nosuch
rm nosuch f; ls
rm ""
rm -f ""
rm -f
rm -Q f
rm -r . ; ls
rm -rf /tmp/nosuch/x
rm -- f; ls
rm -rf --no-preserve-root nosuch
`,
  wordsDiffer: String.raw`
rm
`,
  sessions: [
    String.raw`touch f
rm f
ls
rm f 2>&1
echo $?
rm -f f
echo $?
mkdir d
rm d 2>&1
echo $?
rm -r d
ls
rm 2>&1 | head -1
rm -f
echo $?`,
    String.raw`mkdir -p a/b/c d
printf 'one\ntwo\nthree\n' > a/x.txt
printf 'TWO two\n' > a/b/y.js
: > a/b/c/empty
ln -s x.txt a/link
touch .hidden d/z
rm -rv d
rm -rf a
ls -A
rm -d nosuch 2>&1
mkdir e
rm -d e
ls`,
    String.raw`rm -rf . 2>&1
echo $?`,
  ],
};
