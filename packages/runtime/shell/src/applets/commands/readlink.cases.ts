import type { AppletCases } from '../../testing/applet-cases.ts';

/** Links that lead nowhere, and what `-f`, `-e` and `-m` ask to be there. */
export const cases: AppletCases = {
  setup: String.raw`touch f; ln -s f l; ln -s nosuch x; mkdir d`,
  same: String.raw`
readlink l
readlink x
readlink -n l
readlink -f l | sed 's,.*/,,'
readlink -f x | sed 's,.*/,,'
readlink -e x
readlink -m a/b/c | sed 's,.*/a/,a/,'
readlink -z l | tr '\0' '!'
readlink f
readlink -v f
readlink nosuch
readlink -v nosuch
readlink ""
readlink -Q
`,
  wordsDiffer: String.raw`
readlink -v ""
readlink
`,
};
