import type { AppletCases } from '../../testing/applet-cases.ts';

/**
 * Addresses, jumps, hold space, a/i/c, `-i` and substitutions;
 * the last session is lines from real build scripts.
 */
export const cases: AppletCases = {
  setup: String.raw`printf 'one\ntwo\nthree\n' > t`,
  same: String.raw`
seq 3 | sed '/x/w out'; ls out
seq 3 | sed -n 's/x/y/w out'; ls out
sed -n 'w out' nosuch; ls out
seq 3 | sed -n '2w out'; cat out
seq 3 | sed 'w nosuch/out'
seq 3 | sed 's/x/y/w nosuch/out'
echo a > io; sed 'w io' io; cat io
echo a | sed -n 'w /dev/stdout'
printf '#n\n2p\n' > s; seq 3 | sed -f s
printf '#n' > s; seq 3 | sed -f s
printf '#n\n2p\n' > s; seq 3 | sed -e p -f s
seq 3 | sed -e '#n' -e 2p
seq 3 | sed '#np'
seq 3 | sed '#no'
sed 2d t
sed -n 2p t
sed 's/o/0/g' t
sed -E 's/(t)(w)/\2\1/' t
sed '/two/a after' t
sed '1i before' t
sed '2c changed' t
sed -n '$=' t
sed 'y/ot/OT/' t
sed -e 1d -e 3d t
sed '2q' t
sed 'q5' t
sed -n '/two/,$p' t
sed -i.bak 's/one/1/' t; cat t t.bak
sed -i 's/one/1/' t; cat t; ls
sed --in-place=.o 1d t; ls
sed -s -n '1p' t t
sed -z 's/\n/,/g' t
sed -n 'l' t
sed 's/.*/\U&/' t
sed p nosuch
sed p "" t
sed -n p nosuch t
sed -i p nosuch
sed 'k' t
sed 's/a' t
sed 'y/a/bc/' t
sed -f nosuch t
`,
  wordsDiffer: String.raw`
sed 's/a/b/q' t
sed '{p' t
`,
  sessions: [
    String.raw`printf 'banana 3\napple 10\ncherry 2\napple 9\nBanana 1\n' > t
sed 's/a/X/' t
sed 's/a/X/g' t
sed 's/a/X/2' t
sed -n '2p' t
sed '2d' t
sed -n '2,3p' t
sed '/apple/d' t
sed -n '/ch/,$p' t
sed -n '$p' t
sed '1!d' t
sed -n '$=' t
sed 2q t
sed -e 's/a/1/' -e 's/b/2/' t
sed 's/a/1/;s/b/2/' t`,
    String.raw`echo 'hello world' | sed 's/\(.*\) \(.*\)/\2 \1/'
echo 'hello world' | sed -E 's/(.*) (.*)/\2 \1/'
echo abc | sed 's/b/[&]/'
echo a/b | sed 's|/|_|'
echo a/b | sed 's/\//_/'
echo abc | sed 's/B/x/I'
echo abc | sed 'y/abc/xyz/'
echo 'a b' | sed 's/ /\n/'
echo abc | sed 's/.*/\U&/'
echo 'foo bar' | sed -E 's/\b(.)/\u\1/g'
echo aaa | sed 's/a*/x/g'
echo baaac | sed 's/a*/x/g'
echo abc | sed 's/x*/-/g'
echo 'a.b' | sed 's/./X/g'
echo 'a&b' | sed 's/&/\&amp;/'`,
    String.raw`seq 5 | sed '2a\
new'
seq 3 | sed '2i new'
seq 3 | sed '2c changed'
seq 3 | sed '1a x'
seq 5 | sed -n '1~2p'
seq 6 | sed '2,4d'
seq 6 | sed '0~3d'
seq 5 | sed '2,+1d'
seq 4 | sed 'N;s/\n/-/'
seq 3 | sed -n 'H;${'$'}{x;s/\n/,/g;p}'
seq 3 | sed '1!G;h;$!d'
seq 5 | sed '/2/,/4/s/^/>/'
seq 3 | sed -n '/2/{p;p}'
seq 3 | sed '/2/{s/2/two/;s/t/T/}'
seq 3 | sed =
seq 5 | sed -n '2{p;q}'
seq 4 | sed '2q;s/^/x/'
seq 2 | sed ':a;N;$!ba;s/\n/ /g'
seq 3 | sed '$!N;P;D'
seq 3 | sed 'n;d'`,
    String.raw`printf 'a\nb\n' > f
sed -i 's/a/X/' f
cat f
sed -i.bak 's/b/Y/' f
cat f f.bak
ls
printf 'no newline' | sed 's/no/a/'
echo
sed -n '/x/p' nosuch 2>&1
echo $?
sed 'k' f 2>/dev/null
echo $?
echo abc | sed -e 's/b/\
/'
echo x | sed 's/x/a\tb/'
seq 3 | sed '2r f'
seq 3 | sed '$d'
echo 'a  b' | sed 's/  */ /'
printf 'k: v\n' | sed -n 's/^k: *//p'
echo abc | sed 's/\(b\)\|x/[\1]/'
seq 3 | sed -s -n '$p' f -
seq 2 | sed '1{h;d};G'
echo test | sed 's,t,T,g;s,e,E,'
echo '"version": "1.2.3",' | sed -n 's/.*"version": "\([^"]*\)".*/\1/p'
echo path/to | sed 's#/#\\#g'
echo a1b22 | sed 's/[0-9]\+/N/g'
echo '[x]' | sed 's/[][]//g'
echo 'a/b' | sed 's/[/]/-/'
seq 10 | sed -n '3,5!p' | tr '\n' ' '
seq 3 | sed '/2/!s/$/!/'
seq 4 | sed '2,3c\
x'
echo hello | sed 's/l/L/2g'
sed --version >/dev/null
echo a | sed 's/a/b/;T;s/b/c/'
echo a | sed 's/a/b/;t;s/b/c/'`,
  ],
};
