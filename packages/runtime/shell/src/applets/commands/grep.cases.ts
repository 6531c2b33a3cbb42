import type { AppletCases } from '../../testing/applet-cases.ts';

/**
 * All syntaxes, context, names, recursion; binary input as the tool shows it.
 * The regular expressions of the fourth session are where BRE and ERE differ.
 */
export const cases: AppletCases = {
  setup: String.raw`printf 'one\ntwo\nthree\nOne\n' > t; mkdir d; printf 'two\n' > d/f; printf 'a\0b\n' > bin`,
  same: String.raw`
grep o t
grep -c o t
grep -n two t
grep -i ONE t
grep -v o t
grep -w on t
grep -x one t
grep -o t t
grep -l one t d/f
grep -L one t d/f
grep -H two t
grep -h two t d/f
grep -m1 o t
grep -A1 two t
grep -B1 two t
grep -1 two t
grep -E 'o(n|t)e?' t
grep -F 'o.' t
grep -P 't\w+' t
grep -e one -e two t
grep -f d/f t
grep -r two d
grep -r --exclude-dir=d two .
grep -r --include='*.x' two .
grep --color=always two t
grep --colour=never two t
grep -Z -l one t | tr '\0' '!'
grep --null -l one t | tr '\0' '!'
grep b bin
grep -a b bin | tr '\0' '!'
grep -q one t
grep zzz t
grep one nosuch t
grep -s one nosuch
grep one ""
grep one d
grep
grep -f nosuch t
egrep 'o|h' t 2>/dev/null
fgrep . t 2>/dev/null
`,
  wordsDiffer: String.raw`
grep -Q one t
grep --no t t
grep -E '(' t
grep '\(' t
grep --max-count t
`,
  sessions: [
    String.raw`printf 'banana 3\napple 10\ncherry 2\napple 9\nBanana 1\n' > t
grep an t
echo $?
grep -c an t
grep -v an t
grep -n apple t
grep -i BANANA t
grep -w app t
echo $?
grep -x 'apple 9' t
grep -o '[0-9]*' t
grep -l an t
grep -L an t
grep -q an t
echo $?
grep nosuch t
echo $?
grep x nofile 2>&1
echo $?`,
    String.raw`printf 'banana 3\napple 10\ncherry 2\napple 9\nBanana 1\n' > t
grep -E 'an|ch' t
grep 'an\|ch' t
grep -F 'a.' t
echo $?
grep -e an -e ch t
grep '^a' t
grep '9$' t
grep '[[:upper:]]' t
grep -E '^[a-z]+ [0-9]{2}$' t
grep 'p\{2\}' t
grep -E '(a)n\1' t
grep '\(an\)\1' t
grep -m1 a t
grep -A1 cherry t
grep -B1 cherry t
grep -C1 cherry t
grep -c . t t`,
    String.raw`mkdir -p a/b/c d
printf 'one\ntwo\nthree\n' > a/x.txt
printf 'TWO two\n' > a/b/y.js
: > a/b/c/empty
ln -s x.txt a/link
touch .hidden d/z
grep -r two . | sort
grep -rl two a | sort
grep -rn two a | sort
grep -ri two a | sort
grep -h two a/x.txt a/b/y.js
grep -H two a/x.txt
grep -r --include=*.js two a
grep -rc two a | sort
grep two a 2>&1
echo $?
grep -rw two a | sort
grep -r --exclude-dir=b two a
grep -rL two a | sort
grep -s x nosuch
echo $?`,
    String.raw`printf 'a.b\na+b\naab\n' | grep 'a.b'
printf 'a.b\na+b\naab\n' | grep 'a\.b'
printf 'a+b\n' | grep 'a+b'
printf 'a+b\naab\n' | grep -E 'a+b'
printf 'x*y\n' | grep '*y'
printf '(x)\n' | grep '(x)'
printf '{}\n' | grep '{}'
echo 'a|b' | grep 'a|b'
echo 'foo bar' | grep -o '\bb'
echo 'foo_bar foo' | grep -ow foo
printf 'tab\there\n' | grep -P '\t'
echo abc | grep -o ''
echo $?
printf '' | grep x
echo $?
echo 'a]b' | grep '[]]'
echo 'a-b' | grep '[a-]-'
echo x | grep -E '('  2>/dev/null
echo $?
echo xay | grep -oE 'x|ay'
printf 'a\nb\n' > p
printf 'ab\ncd\n' | grep -f p
echo x | egrep 'x|y'
echo 'a.b' | fgrep .`,
    String.raw`seq 10 | grep -A1 -B1 5
seq 20 | grep -n -A1 '^[16]$'
seq 10 | grep -vc 1
printf 'a\0b\n' | grep -a b | tr -d '\0'
printf 'a\0b\n' | grep -c b
grep 2>&1 | head -1
echo $?`,
  ],
};
