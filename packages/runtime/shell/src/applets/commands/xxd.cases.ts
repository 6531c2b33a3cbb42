import type { AppletCases } from '../../testing/applet-cases.ts';

/** Each style, there and back. */
export const cases: AppletCases = {
  setup: String.raw`printf 'hello\nworld\n\0\1\377abcdefgh' > b.x; head -c 100 /dev/zero > z`,
  same: String.raw`
xxd b.x
xxd -p b.x
xxd -i b.x
xxd -i -C b.x
xxd -i < b.x
xxd -u b.x
xxd -c 8 b.x
xxd -c8 -g 1 b.x
xxd -g 0 b.x
xxd -g 3 b.x
xxd -b b.x
xxd -e b.x
xxd -d b.x
xxd -s 3 -l 5 b.x
xxd -s -4 b.x
xxd -o 16 b.x
xxd -ps -c 4 b.x
xxd -ps -u b.x
xxd -a z
xxd b.x | xxd -r | cmp - b.x && echo same
xxd -p b.x | xxd -r -p | cmp - b.x && echo same
xxd -b b.x | xxd -r -b | cmp - b.x && echo same
printf '00000002: 4142 43\n' | xxd -r | od -c
printf '0000000: 41zz 42\n' | xxd -r | od -c
xxd b.x out; cat out
xxd nosuch
xxd -c 300 b.x
`,
  wordsDiffer: String.raw`
xxd -Q b.x
xxd a b c
`,
};
