import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { operatorProviders, OUTSIDE_LIMITS } from '@slipway/agent';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentStand, createAgentStand, type StandSession } from './testing/agent-stand.ts';
import { startMcpServer, type TestMcpServer } from './testing/mcp-server.ts';

const WAIT = { timeout: 60_000, interval: 20 };
const TOKEN = 'token-of-the-docs';

let docs: TestMcpServer;
/** Sends whoever asks to the docs, which are another origin. */
let moved: Server;
let stand: AgentStand;
beforeAll(async () => {
  docs = await startMcpServer();
  moved = createServer((_, answer) => answer.writeHead(307, { location: docs.url }).end());
  await new Promise<void>((resolve) => moved.listen(0, '127.0.0.1', resolve));
  const { port } = moved.address() as AddressInfo;
  const servers = [
    `[[mcpServers]]\nname = "docs"\nurl = "${docs.url}"\ntoken = "${TOKEN}"\n`,
    `[[mcpServers]]\nname = "gone"\nurl = "http://127.0.0.1:1/mcp"\n`,
    `[[mcpServers]]\nname = "few"\nurl = "${docs.url}"\ntools = ["search"]\n`,
    `[[mcpServers]]\nname = "moved"\nurl = "http://127.0.0.1:${port}/mcp"\n`,
  ];
  stand = await createAgentStand({}, servers.join('\n'));
}, 60_000);
afterAll(async () => {
  await stand.close();
  await docs.close();
  moved.close();
});

const until = (session: StandSession, status: string): Promise<void> =>
  expect.poll(() => session.status(), WAIT).toBe(status);
const results = async (session: StandSession): Promise<{ ok: boolean; text: string }[]> =>
  (await session.events()).flatMap(({ event }) => (event.type === 'ToolResult' ? [event] : []));
const search = { name: 'docs__search', args: { query: 'dark mode' } };

describe('tools of MCP servers', () => {
  it('SV-23 AG-03 are asked about as commands are, called with the operator’s token, and “always” is for one alone', async () => {
    const listed = await stand.call('GET', '/api/v1/agent/providers');
    expect(listed.json()).toMatchObject({ mcpServers: ['docs', 'gone', 'few', 'moved'].map((name) => ({ name })) });
    expect(listed.text).not.toContain(TOKEN);
    const project = await stand.openProject({});
    const session = await project.createSession({ permission: 'edit', mcp: ['docs'] });
    stand.model.respond = ({ turn, results: [last] }) => (turn === 0 ? { calls: [search] } : { text: `so: ${last}` });
    await session.run('find it');
    await until(session, 'Paused');
    expect(docs.called).toEqual([]);
    expect((await session.events()).at(-1)).toMatchObject({
      event: { question: { tool: 'docs__search', why: expect.stringContaining('MCP server "docs"') } },
    });
    await session.send({ type: 'Resume', answer: { allow: false, note: 'no' } });
    await until(session, 'Idle');
    expect(docs.called).toEqual([]);
    await session.run('find it');
    await until(session, 'Paused');
    await session.send({ type: 'Resume', answer: { allow: true, always: true } });
    await until(session, 'Idle');
    await session.run('once more');
    await until(session, 'Idle');
    expect(docs.called).toEqual([1, 2].map(() => ({ name: 'search', args: { query: 'dark mode' } })));
    expect(docs.authorization()).toBe(`Bearer ${TOKEN}`);
    expect((await results(session)).map(({ text }) => text)).toEqual([
      'A person refused this call: no',
      ...['search found a page', 'search found a page'],
    ]);
    const { tools, system } = stand.model.requests.at(-1)!;
    expect(tools.filter((name) => name.includes('__'))).toEqual(['docs__search']);
    expect(system).toContain('docs__search');
    // For this session alone: a name may be another server's later.
    const next = await project.createSession({ permission: 'edit', mcp: ['docs'] });
    await next.run('find it');
    await until(next, 'Paused');
  });

  it('SV-24 a server that sends us elsewhere is not followed, and one name is one server', async () => {
    const project = await stand.openProject({});
    const session = await project.createSession({ mcp: ['moved'] });
    stand.model.respond = () => ({ text: 'ok' });
    const before = docs.called.length;
    await session.run('go');
    await until(session, 'Idle');
    const { tools, system } = stand.model.requests.at(-1)!;
    expect(tools.some((name) => name.startsWith('moved__'))).toBe(false);
    expect(system).toContain('The MCP server "moved" does not answer');
    expect(docs.called.length).toBe(before);
    const twice = { name: 'docs', url: docs.url };
    expect(operatorProviders.safeParse({ mcpServers: [twice, twice] }).success).toBe(false);
  });

  it('are none that a session did not ask for; a project’s file takes away, and an unknown one is refused', async () => {
    const project = await stand.openProject({});
    stand.model.respond = ({ turn }) => (turn === 0 ? { calls: [search] } : { text: 'ok' });
    for (const settings of [{}, { mcp: ['docs'], manifest: 'mcp = []' }]) {
      const session = await project.createSession(settings);
      await session.run('go');
      await until(session, 'Idle');
      expect(stand.model.requests.at(-1)!.tools.some((name) => name.includes('__'))).toBe(false);
      expect(await results(session)).toMatchObject([{ ok: false, text: expect.stringContaining('no tool') }]);
    }
    const path = `/api/v1/projects/${project.id}/agent/sessions`;
    const body = { provider: 'openai-compatible', model: 'scripted', mcp: ['other'] };
    expect((await stand.call('POST', path, body)).json()).toMatchObject({ details: [{ field: 'mcp' }] });
  });

  it('SV-05 a server that is away, says nonsense, says too much or fails ends no run, and is bounded', async () => {
    const schema = { type: 'object' };
    docs.tools = [...Array.from({ length: 100 }, (_, at) => ({ name: `t${at}`, inputSchema: schema }))];
    docs.tools.unshift(
      { name: 'search', description: 'x'.repeat(5000), inputSchema: schema },
      { name: 'no name for a model', inputSchema: schema },
      { name: 'vast', inputSchema: { ...schema, description: 'x'.repeat(20_000) } },
    );
    docs.answer = (name) => {
      if (name === 't0') return { content: [{ type: 'text', text: 'x'.repeat(100_000) }] };
      if (name === 't1') return { isError: true, content: [{ type: 'text', text: 'not today' }] };
      if (name === 't2') return { nonsense: true, content: 'no list' };
      return { content: [{ type: 'image', data: 'AAAA', mimeType: 'image/png' }] };
    };
    const project = await stand.openProject({});
    const session = await project.createSession({ mcp: ['docs', 'gone', 'few'] });
    const calls = ['docs__t0', 'docs__t1', 'docs__t2', 'docs__t3', 'few__t3', 'docs__search'];
    stand.model.respond = ({ turn }) =>
      turn === 0 ? { calls: calls.map((name, at) => ({ name, args: at === 5 ? '[1]' : {} })) } : { text: 'ok' };
    await session.run('go');
    await until(session, 'Idle');
    const told = await results(session);
    expect(told.map(({ ok }) => ok)).toEqual([true, false, false, true, false, false]);
    expect(told[0]!.text.length).toBeLessThanOrEqual(32 * 1024);
    expect(told[1]!.text).toBe('not today');
    expect(told[2]!.text).toContain('did not do it');
    expect(told[3]!.text).toBe('[image: left out]');
    expect(told[4]!.text).toContain('no tool');
    expect(told[5]!.text).toContain('no object');
    const { tools, system } = stand.model.requests.at(-1)!;
    expect(tools.filter((name) => name.startsWith('docs__'))).toHaveLength(OUTSIDE_LIMITS.tools);
    expect(tools.filter((name) => name.startsWith('few__'))).toEqual(['few__search']);
    expect(tools).not.toContain('docs__vast');
    expect(system).toContain('The MCP server "gone" does not answer');
    expect((await session.events()).at(-1)).toMatchObject({ event: { type: 'RunEnd', result: 'Finished' } });
  });
});
