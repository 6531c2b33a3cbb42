import type { AppletCases } from '../../testing/applet-cases.ts';

/** Files that cannot be opened must not keep the others from their text. */
export const cases: AppletCases = {
  same: String.raw`
echo a | tee f; cat f
echo a | tee f g > /dev/null; cat f g
echo a > f; echo b | tee -a f; cat f
echo a | tee -i f > /dev/null; cat f
echo a | tee; echo $?
echo a | tee nosuch/f
echo a | tee ""
echo a | tee .
echo a | tee -Q
mkdir d; echo a | tee d f; cat f
`,
  sessions: [
    String.raw`echo a | tee f g
cat f g
echo b | tee -a f >/dev/null
cat f
echo x | tee nosuch/f 2>&1
echo $?`,
  ],
};
