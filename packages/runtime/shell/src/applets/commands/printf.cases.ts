import type { AppletCases } from '../../testing/applet-cases.ts';

/** By its path, for GNU's command; the builtin's words are in the oracle scripts. */
export const cases: AppletCases = {
  same: String.raw`
/usr/bin/printf '%s\n' a b
/usr/bin/printf '%d %i %u\n' 1 2 3
/usr/bin/printf '%5d|%-5d|%05d\n' 1 2 3
/usr/bin/printf '%x %o %X\n' 255 8 255
/usr/bin/printf '%.2f %e\n' 3.14159 1000
/usr/bin/printf '%c%c\n' abc d
/usr/bin/printf 'a\tb\\\101\x41\n'
/usr/bin/printf '%b\n' 'a\tb'
/usr/bin/printf '%q\n' 'a b'
/usr/bin/printf '%%\n'
/usr/bin/printf '%s' ""
/usr/bin/printf '%*d\n' 5 1
/usr/bin/printf 'a\cb'
`,
  wordsDiffer: String.raw`
/usr/bin/printf '%d\n' x
/usr/bin/printf '%d\n' 1x
/usr/bin/printf
/usr/bin/printf '%z\n' 1
/usr/bin/printf a b
`,
};
