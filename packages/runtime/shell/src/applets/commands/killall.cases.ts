import type { AppletCases } from '../../testing/applet-cases.ts';

/** On the machine it would end other people's processes, so all is written down here. */
export const cases: AppletCases = {
  ours: [
    {
      script: String.raw`killall nosuch`,
      prints: '',
      status: 1,
      complains: 'killall: nosuch: no process found\n',
      why: "the machine's killall would look at the processes of the machine",
    },
    { script: String.raw`killall -q nosuch`, prints: '', status: 1, why: 'as above' },
    { script: String.raw`sleep 9 & killall sleep; wait $!; echo $?`, prints: '143\n', why: 'as above' },
    { script: String.raw`sleep 9 & killall -9 sleep; wait $!; echo $?`, prints: '137\n', why: 'as above' },
    { script: String.raw`sleep 9 & killall -s KILL sleep; wait $!; echo $?`, prints: '137\n', why: 'as above' },
    {
      script: String.raw`killall -s NOSUCH x`,
      prints: '',
      status: 1,
      complains: 'killall: NOSUCH: unknown signal\n',
      why: 'as above',
    },
  ],
};
