import type { AppletCases } from '../../testing/applet-cases.ts';

/** Made relative or cut to their last part, since the test's folder differs. */
export const cases: AppletCases = {
  setup: String.raw`touch f; ln -s f l; mkdir -p d/e`,
  same: String.raw`
realpath l | sed 's,.*/,,'
realpath -s l | sed 's,.*/,,'
realpath --relative-to=d f
realpath --relative-to=. d/e
realpath -m a/b | sed 's,.*/a,a,'
realpath d/../f | sed 's,.*/,,'
realpath -z f | tr '\0' '!' | sed 's,.*/,,'; echo
realpath -e nosuch
realpath nosuch/x
realpath -q nosuch/x
realpath -Q
`,
  wordsDiffer: String.raw`
realpath ""
realpath
`,
  sessions: [
    String.raw`mkdir -p a/b/c d
printf 'one\ntwo\nthree\n' > a/x.txt
printf 'TWO two\n' > a/b/y.js
: > a/b/c/empty
ln -s x.txt a/link
touch .hidden d/z
realpath a/link | sed "s,$(pwd -P),PWD,"
readlink -f a/b/../link | sed "s,$(pwd -P),PWD,"
realpath nosuch | sed 's,.*/,,'
realpath no/such 2>/dev/null
echo $?
readlink a
echo $?
realpath --relative-to=a a/b/c
readlink -e nosuch
echo $?
realpath -m no/such/x | sed "s,$(pwd -P),PWD,"`,
  ],
};
