import type { AppletCases } from '../../testing/applet-cases.ts';

/** The machine has no TERM in a test and prints nothing, so our own bytes are written down here. */
export const cases: AppletCases = {
  ours: [
    { script: String.raw`clear a b`, prints: '\x1b[H\x1b[2J\x1b[3J', why: 'as below' },
    {
      script: String.raw`clear`,
      prints: '\x1b[H\x1b[2J\x1b[3J',
      why: 'the machine has no terminal named in TERM here',
    },
    { script: String.raw`clear; clear`, prints: '\x1b[H\x1b[2J\x1b[3J\x1b[H\x1b[2J\x1b[3J', why: 'as above' },
    { script: String.raw`clear | wc -c`, prints: '11\n', why: 'as above' },
    { script: String.raw`clear > f; cat f`, prints: '\x1b[H\x1b[2J\x1b[3J', why: 'as above' },
  ],
  neverFails: 'writes one constant',
};
