import type { AppletCases } from '../../testing/applet-cases.ts';

/** No machine of a test has a desktop: the event is looked at in `run/processes.test.ts`. */
export const cases: AppletCases = {
  ours: [
    {
      script: String.raw`xdg-open http://localhost:3000`,
      prints: '',
      why: 'a command of the desktop; here the embedder is told',
    },
    { script: String.raw`open file.txt`, prints: '', why: 'as above' },
    { script: String.raw`open mailto:a@b`, prints: '', why: 'as above' },
    { script: String.raw`xdg-open`, prints: '', status: 1, complains: 'xdg-open: missing operand\n', why: 'as above' },
    {
      script: String.raw`xdg-open ""`,
      prints: '',
      status: 1,
      complains: 'xdg-open: missing operand\n',
      why: 'as above',
    },
  ],
};
