import type { AppletCases } from '../../testing/applet-cases.ts';

/** Quoting, batches, `-I` and the statuses, of which each means something else. */
export const cases: AppletCases = {
  same: String.raw`
printf 'a b\nc' | xargs
printf 'a b c' | xargs -n2 echo -
printf 'a\nb\n' | xargs -I{} echo '<{}>'
printf 'a b\0c' | xargs -0 -n1 echo
printf 'a,b' | xargs -d, -n1 echo
printf 'a.b.' | xargs -d . -n1 echo
printf 'a(b(' | xargs -d '(' -n1 echo
printf 'a..b' | xargs -d . -n1 echo
printf 'a$' | xargs -d '$' echo
printf 'a\\b' | xargs -d '\\' -n1 echo
printf 'a\nb\n' | xargs -d '\n' -n1 echo
printf 'axb' | xargs -d '\x78' echo
printf 'axb' | xargs -d '\170' echo
printf 'axb' | xargs -d xy echo
printf 'axb' | xargs -d '' echo
printf 'axb' | xargs -d '\q' echo
printf '' | xargs echo none
printf '' | xargs -r echo none
printf 'a\nb c\n' | xargs -L1 echo
printf "'a b' c" | xargs -n1
printf 'a' | xargs -t echo
printf 'a b' > f; xargs -a f echo
printf a | xargs false
printf a | xargs sh -c 'exit 3'
printf a | xargs sh -c 'exit 255' x
printf a | xargs nosuch
printf a | xargs -Q
`,
  wordsDiffer: String.raw`
xargs -a nosuch echo
printf a | xargs -a "" echo
`,
  sessions: [
    String.raw`mkdir -p a/b/c d
printf 'one\ntwo\nthree\n' > a/x.txt
printf 'TWO two\n' > a/b/y.js
: > a/b/c/empty
ln -s x.txt a/link
touch .hidden d/z
find . -type f | sort | xargs ls -1
printf 'a b c' | xargs echo x
printf '1\n2\n3\n' | xargs -n1 echo n
printf 'a\nb\n' | xargs -I{} echo '<{}>'
printf 'a b\0c' | xargs -0 -n1 echo
echo | xargs echo empty
echo | xargs -r echo no
printf "'q q' r" | xargs -n1 echo
printf 'x' | xargs false
echo $?
printf 'x' | xargs nosuch 2>/dev/null
echo $?
printf '1 2 3 4' | xargs -n2
seq 3 | xargs
printf 'a,b' | xargs -d, -n1 echo
printf 'x y\nz\n' | xargs -L1 echo L
printf 'a' | xargs -t echo 2>&1
printf 'sh' | xargs -I% sh -c 'echo % ok'
printf 'x' | xargs sh -c 'exit 255' 2>/dev/null
echo $?`,
  ],
};
