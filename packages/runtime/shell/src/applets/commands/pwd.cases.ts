import type { AppletCases } from '../../testing/applet-cases.ts';

/**
 * By its path: -P is the default of the file, -L that
 * of the builtin. `PWD` that lies is not believed.
 */
export const cases: AppletCases = {
  same: String.raw`
/bin/pwd | grep -c '^/'
test "$(/bin/pwd)" = "$(/bin/pwd -P)"; echo $?
mkdir d; ln -s d l; cd l; /bin/pwd -L | sed 's,.*/,,'
mkdir d; ln -s d l; cd l; /bin/pwd -P | sed 's,.*/,,'
mkdir d; cd d; PWD=/nosuch /bin/pwd -L | sed 's,.*/,,'
cd /; /bin/pwd
`,
  wordsDiffer: String.raw`
/bin/pwd -Q
`,
  sessions: [String.raw`pwd | sed 's,.*/,,' | grep -c .`],
};
