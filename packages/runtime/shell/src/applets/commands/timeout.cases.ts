import type { AppletCases } from '../../testing/applet-cases.ts';

/** Limits of a fifth of a second: long enough to start a program, short enough to wait for. */
export const cases: AppletCases = {
  same: String.raw`
timeout 5 echo hi
timeout 0.2 sleep 5
timeout 5 sh -c 'exit 3'
timeout --preserve-status 0.2 sleep 5; echo $?
timeout 0 true
timeout 5 nosuch
timeout -Q 1 true
timeout 0.3 sh -c 'sh -c "sleep 1; echo survived"; true'; echo $?; sleep 1.1
timeout 0.3 sh -c '(sleep 1; echo late) & wait'; echo $?; sleep 1.1
timeout 5 ""
`,
  wordsDiffer: String.raw`
timeout -s KILL 0.2 sleep 5; echo $?
timeout 5 sleep 3 & sleep 0.2; kill $!; wait $!; echo $?
timeout x true
timeout -s NOSUCH 1 true
timeout 5
timeout
`,
  sessions: [
    String.raw`timeout 5 echo hi
timeout 0.2 sleep 5
echo $?
timeout 5 sh -c 'exit 3'
echo $?
timeout 1 nosuch 2>/dev/null
echo $?`,
  ],
};
