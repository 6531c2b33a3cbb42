import type { AppletCases } from '../../testing/applet-cases.ts';

/** Each case ends because the reader does. */
export const cases: AppletCases = {
  same: String.raw`
yes | head -2
yes a b | head -1
yes "" | head -1
(yes; echo $?) 2>/dev/null | head -1
yes | head -100000 | wc -l
`,
  sessions: [
    String.raw`yes | head -2
yes a b | head -1
sleep 0
echo $?
sleep x 2>&1 | head -1
sleep 0.01 0
echo $?
uname -s
uname -m
whoami >/dev/null
id -u >/dev/null
nproc >/dev/null
tty
echo $?`,
  ],
  ours: [
    { script: String.raw`yes | true; echo $?`, prints: '0\n', why: 'the status of the last command of the pipeline' },
  ],
  neverFails: 'ends by the pipe that is closed',
};
