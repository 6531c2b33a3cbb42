import { describe, expect, it } from 'vitest';
import { runVerb } from './run-verb.ts';
import { UsageError, type Verb } from './verb.ts';
import { verbs as ownVerbs } from '../verbs.ts';

const verbs: ReadonlyMap<string, Verb> = new Map([
  ['run', { summary: 'runs', usage: 'usage: run\n', run: async ([code]) => Number(code) }],
  [
    'odd',
    {
      summary: 'complains',
      usage: 'usage: odd\n',
      run: async ([kind]) => {
        throw kind === 'usage' ? new UsageError('no such option') : new Error('the disk is full');
      },
    },
  ],
]);

async function slipway(
  argv: readonly string[],
  table = verbs,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const code = await runVerb(argv, table, {
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
  });
  return { code, ...written };
}

describe('the slipway command', () => {
  it('runs the verb with its arguments, and exits with its code', async () => {
    expect(await slipway(['run', '37'])).toEqual({ code: 37, stdout: '', stderr: '' });
  });

  it('lists its verbs when asked, on stdout', async () => {
    for (const argv of [['--help'], ['-h'], ['help'], ['help', 'none']]) {
      const { code, stdout, stderr } = await slipway(argv);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^usage: slipway VERB[^]*\n {2}run {3}runs\n {2}odd {3}complains\n/);
    }
  });

  it('tells the help of one verb', async () => {
    for (const argv of [
      ['run', '--help'],
      ['run', '-h'],
      ['help', 'run'],
    ])
      expect(await slipway(argv)).toEqual({ code: 0, stdout: 'usage: run\n', stderr: '' });
  });

  it('refuses no verb and an unknown one with 2 and the list', async () => {
    expect(await slipway([])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^slipway: no verb given\n\nusage: /),
    });
    expect(await slipway(['constructor'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^slipway: unknown verb "constructor"\n/),
    });
  });

  it('exits with 2 for arguments without meaning and with 1 for a failure, and says which', async () => {
    expect(await slipway(['odd', 'usage'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'odd: no such option\n\nusage: odd\n',
    });
    expect(await slipway(['odd'])).toEqual({ code: 1, stdout: '', stderr: 'odd: the disk is full\n' });
  });

  it('has verbs with a line each and a help that begins with their usage', async () => {
    expect([...ownVerbs.keys()]).toContain('container');
    for (const [name, { summary, usage }] of ownVerbs) {
      expect(summary).toMatch(/^[a-z][^\n]{5,60}$/);
      expect(usage).toMatch(new RegExp(`^usage: slipway ${name} [^]*\n$`));
    }
    expect((await slipway(['container', '--wrong'], ownVerbs)).code).toBe(2);
  });
});
