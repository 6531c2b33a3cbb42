import { describe, expect, it } from 'vitest';
import { UsageError } from '../verb/verb.ts';
import { parseArguments } from './arguments.ts';

describe('the arguments of slipway container', () => {
  it('splits options from the command', () => {
    expect(parseArguments(['--mount', 'a', '--save', 'b', '--env', 'K=v=w', '--', 'node', '-e', '1'])).toEqual({
      mount: 'a',
      save: 'b',
      env: { K: 'v=w' },
      stdin: false,
      command: 'node',
      args: ['-e', '1'],
    });
  });

  it('takes a command without the separator, and its dashes as they are', () => {
    expect(parseArguments(['npm', '--version'])).toEqual({
      mount: undefined,
      save: undefined,
      env: {},
      stdin: false,
      command: 'npm',
      args: ['--version'],
    });
  });

  it.each([[[]], [['--mount']], [['--env', '=x', '--', 'a']], [['--wrong', '--', 'a']]])(
    'refuses %j with a reason',
    (argv) => {
      expect(() => parseArguments(argv)).toThrow(UsageError);
    },
  );
});
