import type { AppletCases } from '../../testing/applet-cases.ts';

/**
 * A suffix that is the whole name, slashes at the end, several
 * names. dirname shares a session, since both cut the same paths.
 */
export const cases: AppletCases = {
  same: String.raw`
basename a/b/c.txt .txt
basename c.txt c.txt
basename -a a/b c//
basename -s .js x.js y.ts
basename -z a/b | tr '\0' '!'
basename ""
basename
basename a b c
basename -Q
`,
  sessions: [
    String.raw`basename /a/b.c .c
basename /a/b/
basename /
basename a
dirname /a/b
dirname a
dirname /
dirname a/b/
basename -a x/y z/w
basename -s .js a.js`,
  ],
};
