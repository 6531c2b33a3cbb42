import type { AppletCases } from '../../testing/applet-cases.ts';

/** The name itself is each machine's own; that it is one word and what uname says is compared. */
export const cases: AppletCases = {
  same: String.raw`
hostname | grep -c .
hostname > f; test -s f; echo $?
test "$(hostname)" = "$(hostname)"; echo $?
test "$(hostname)" = "$(uname -n)"; echo $?
`,
  ours: [{ script: String.raw`hostname`, prints: 'localhost\n', why: 'the machine has its own name' }],
  neverFails: 'prints one word',
};
