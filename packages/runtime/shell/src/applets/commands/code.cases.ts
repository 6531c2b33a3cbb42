import type { AppletCases } from '../../testing/applet-cases.ts';

/**
 * No machine has this command: the event that it sends is looked
 * at in `run/processes.test.ts`, here only status and words.
 */
export const cases: AppletCases = {
  ours: [
    { script: String.raw`code f`, prints: '', why: 'a command of the container alone' },
    { script: String.raw`code f:3:4`, prints: '', why: 'a command of the container alone' },
    { script: String.raw`code -g f:3`, prints: '', why: 'a command of the container alone' },
    { script: String.raw`code --diff a b`, prints: '', why: 'a command of the container alone' },
    {
      script: String.raw`code --diff a`,
      prints: '',
      status: 1,
      complains: 'code: --diff needs two files\n',
      why: 'a command of the container alone',
    },
    {
      script: String.raw`code`,
      prints: '',
      status: 1,
      complains: 'code: missing operand\n',
      why: 'a command of the container alone',
    },
    {
      script: String.raw`code ""`,
      prints: '',
      status: 1,
      complains: 'code: missing operand\n',
      why: 'a command of the container alone',
    },
  ],
};
