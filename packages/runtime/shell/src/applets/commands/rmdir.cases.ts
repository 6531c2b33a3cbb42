import type { AppletCases } from '../../testing/applet-cases.ts';

/** Directories that are not empty, with and without the option that forgives them. */
export const cases: AppletCases = {
  setup: String.raw`mkdir -p a/b c; touch c/f`,
  same: String.raw`
rmdir a/b; ls a
rmdir -p a/b; ls
rmdir -v a/b
rmdir c
rmdir --ignore-fail-on-non-empty c
rmdir nosuch
rmdir c/f
rmdir ""
rmdir -Q
rmdir a/b c a; ls
`,
  wordsDiffer: String.raw`
rmdir
`,
  sessions: [
    String.raw`mkdir d
touch d/f
rmdir d 2>&1
echo $?
rm d/f
rmdir d
echo $?
mkdir -p x/y
rmdir -p x/y
ls
rmdir nosuch 2>&1`,
  ],
};
