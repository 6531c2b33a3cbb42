import type { AppletCases } from '../../testing/applet-cases.ts';

/**
 * On the machine it would see all processes there, so
 * all is written down here; pkill is the same command.
 */
export const cases: AppletCases = {
  ours: [
    {
      script: String.raw`pgrep nosuchprogram`,
      prints: '',
      status: 1,
      why: "the machine's pgrep would look at the processes of the machine",
    },
    { script: String.raw`sleep 9 & pgrep -c sleep; kill $!`, prints: '1\n', why: 'as above' },
    { script: String.raw`sleep 9 & pgrep sleep | grep -c "^$!$"; kill $!`, prints: '1\n', why: 'as above' },
    { script: String.raw`sleep 9 & pgrep -l sleep | cut -d' ' -f2; kill $!`, prints: 'sleep\n', why: 'as above' },
    { script: String.raw`sleep 9 & pgrep -a sleep | cut -d' ' -f2-; kill $!`, prints: 'sleep 9\n', why: 'as above' },
    { script: String.raw`sleep 9 & pgrep -x slee; echo $?; kill $!`, prints: '1\n', why: 'as above' },
    { script: String.raw`sleep 9 & pkill sleep; wait $!; echo $?`, prints: '143\n', why: 'as above' },
    { script: String.raw`sleep 9 & pkill -9 -x sleep; wait $!; echo $?`, prints: '137\n', why: 'as above' },
    { script: String.raw`pgrep 2>/dev/null`, prints: '', status: 2, why: 'as above' },
    { script: String.raw`pkill nosuchprogram`, prints: '', status: 1, why: 'as above' },
  ],
};
