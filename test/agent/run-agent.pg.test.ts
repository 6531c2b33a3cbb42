import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentStand, createAgentStand } from '../../apps/server/src/agent/testing/agent-stand.ts';
import { UsageError } from '../../apps/cli/src/verb/verb.ts';
import { runAgent } from '../../apps/cli/src/agent/run-agent.ts';

let stand: AgentStand;
beforeAll(async () => {
  stand = await createAgentStand();
}, 60_000);
afterAll(async () => {
  await stand.close();
});

/** What the command prints, and its exit code. */
async function run(argv: readonly string[], verbs: readonly string[] = ['run', 'read']) {
  const made = await stand.call('POST', '/api/v1/access-tokens', {
    name: 'cli',
    scopes: verbs.map((verb) => ({ verb, projectId: null })),
    expiresInDays: 1,
  });
  const printed = { stdout: '', stderr: '' };
  const env = { SLIPWAY_URL: stand.tested.server.hosts.appOrigin, SLIPWAY_TOKEN: made.json<{ token: string }>().token };
  const code = await runAgent(argv, env, {
    stdout: { write: (text) => (printed.stdout += text) },
    stderr: { write: (text) => (printed.stderr += text) },
  });
  return { code, ...printed };
}

describe('slipway agent run', () => {
  it('AG-13 prints the events of its run as lines of JSON, and goes on with a session', async () => {
    const project = await stand.openProject({ a: 'hello' });
    stand.model.respond = ({ turn }) =>
      turn === 0 ? { calls: [{ name: 'Read', args: { path: 'a' } }] } : { text: 'It says hello' };
    const settings = ['--provider', 'openai-compatible', '--model', 'scripted', '--scope', '**'];
    const first = await run(['run', 'what does a say?', '--project', project.id, ...settings, '--json']);
    expect(first.code).toBe(0);
    const lines = first.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number; event: object });
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, at) => at + 1));
    expect(lines.at(-1)).toMatchObject({ event: { type: 'RunEnd', result: 'Finished' } });
    const session = (await stand.call('GET', `/api/v1/projects/${project.id}/agent/sessions`)).json<{
      sessions: { id: string }[];
    }>().sessions[0]!;
    const second = await run(['run', 'sure?', '--project', project.id, '--session', session.id]);
    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('It says hello\nFinished\n') });
  });

  it('says by its exit code that it was asked, refused or told nonsense', async () => {
    const project = await stand.openProject({});
    const settings = ['--project', project.id, '--provider', 'openai-compatible', '--model', 'scripted'];
    stand.model.respond = () => ({ calls: [{ name: 'Run', args: { command: 'npm test' } }] });
    expect(await run(['run', 'test', ...settings])).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('? Run'),
    });
    stand.model.respond = () => ({ status: 401 });
    expect(await run(['run', 'test', ...settings])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('! The provider'),
    });
    await expect(run(['run', 'test', ...settings], ['read'])).rejects.toThrow('scope');
    for (const argv of [
      [],
      ['stop'],
      ['run', ...settings],
      ['run', 'a', 'b', ...settings],
      ['run', 'a'],
      ['run', 'a', '--project', 'x'],
      ['run', 'a', ...settings, '--wat'],
    ])
      await expect(run(argv)).rejects.toThrow(UsageError);
  });
});
