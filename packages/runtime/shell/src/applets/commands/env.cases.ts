import type { AppletCases } from '../../testing/applet-cases.ts';

/** Environment, directory, `-S`, and all four statuses it can end with. */
export const cases: AppletCases = {
  same: String.raw`
env -i A=1
env -i A=1 B=2 env
env -i A=1 /bin/sh -c 'echo $A$B'
env -u HOME sh -c 'echo [$HOME]'
env -C / pwd
env A=1 printenv A
env nosuchcmd
env ""
env -C nosuch true
env -Q
env sh -c 'exit 7'
env -S 'echo a b'
env -i -0 A=1 B=2 | tr '\0' '!'
`,
  sessions: [
    String.raw`env -i A=1 B=2 env
env -i A=1 sh -c 'echo $A'
env -u HOME sh -c 'echo [$HOME]'
A=1 printenv A
printenv nosuch
echo $?
env nosuchcmd 2>&1
echo $?
env X=y printenv X`,
  ],
};
