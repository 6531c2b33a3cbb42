import type { AppletCases } from '../../testing/applet-cases.ts';

/**
 * Names and order; times and owners are cut off, since they
 * differ. Output is no terminal, so there is one name a line.
 */
export const cases: AppletCases = {
  setup: String.raw`mkdir -p a/b; printf 12345 > a/x; touch .h z; ln -s a l`,
  same: String.raw`
mkdir q; touch "q/a b" "q/q'q" 'q/d"d' 'q/b\s' "$(printf 'q/n\nl\te\033[\001x')"; ls -Q q; ls -RQ q
mkdir q; touch 'q/a b'; ln -s 'x y' q/l; ls -QF q; ls -Ql q | grep -o '".*'
ls
ls -a
ls -A
ls -1 a
ls -d a
ls -F
ls -p
ls -R
ls -r
ls -go a/x | cut -c1-14
ls -n a/x | cut -c1-18
ls -S a z
ls -t -d . > /dev/null
ls --group-directories-first
ls --color=never a
ls --color=always -d z
ls -s z
ls -lh a/x | cut -c1-10
ls -G a
ls nosuch
ls nosuch z
ls ""
ls 'no such'
ls --nosuch
`,
  sessions: [
    String.raw`mkdir -p a/b/c d
printf 'one\ntwo\nthree\n' > a/x.txt
printf 'TWO two\n' > a/b/y.js
: > a/b/c/empty
ln -s x.txt a/link
touch .hidden d/z
ls
ls -a a
ls -A
ls -1 a d
ls -R a`,
    String.raw`mkdir -p a/b/c d
printf 'one\ntwo\nthree\n' > a/x.txt
printf 'TWO two\n' > a/b/y.js
: > a/b/c/empty
ln -s x.txt a/link
touch .hidden d/z
ls -F a
ls -d a
ls -p
ls a/x.txt d`,
    String.raw`mkdir -p a/b/c d
printf 'one\ntwo\nthree\n' > a/x.txt
printf 'TWO two\n' > a/b/y.js
: > a/b/c/empty
ln -s x.txt a/link
touch .hidden d/z
ls -l a | cut -c1-10 | tail -n +2`,
    String.raw`mkdir -p a/b/c d
printf 'one\ntwo\nthree\n' > a/x.txt
printf 'TWO two\n' > a/b/y.js
: > a/b/c/empty
ln -s x.txt a/link
touch .hidden d/z
ls -r
ls nosuch 2>&1
echo $?`,
    String.raw`mkdir e
ls e
ls -la e | wc -l`,
    String.raw`printf 12345 > f
ls -l f | tr -s ' ' | cut -d' ' -f5
ls -s f >/dev/null
echo $?`,
  ],
};
