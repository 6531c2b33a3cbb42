import type { AppletCases } from '../../testing/applet-cases.ts';

/** The words of an operand too many are not compared: ours takes any, since it prints a constant. */
export const cases: AppletCases = {
  same: String.raw`
arch | tr a-z a-z
arch > f; cat f
test "$(arch)" = "$(uname -m)"; echo $?
arch | grep -c .
`,
  ours: [
    {
      script: String.raw`arch extra`,
      prints: 'x86_64\n',
      why: "the machine's takes no operands and says so; ours has nothing to refuse",
    },
    { script: String.raw`false || arch`, prints: 'x86_64\n', why: 'a container is x64 whatever the machine is' },
  ],
  neverFails: 'prints one word',
};
