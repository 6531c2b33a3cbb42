import { request } from 'node:http';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { TokenVerb } from '@slipway/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentStand, createAgentStand, type StandProject } from '../agent/testing/agent-stand.ts';

let stand: AgentStand;
const clients: Client[] = [];
beforeAll(async () => void (stand = await createAgentStand()), 60_000);
afterAll(async () => {
  for (const client of clients) await client.close();
  await stand.close();
});

/** Node resolves no `*.localhost`: the name of the host goes in its header. */
const fetchHere: typeof fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  const headers = { ...Object.fromEntries(new Headers(init?.headers)), host: url.host };
  return await new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: url.port, method: init?.method ?? 'GET', path: url.pathname, headers };
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        const type = response.headers['content-type'];
        const body = status === 202 || status === 204 ? null : Buffer.concat(chunks);
        resolve(new Response(body, { status, ...(type === undefined ? {} : { headers: { 'content-type': type } }) }));
      });
    });
    sent.on('error', reject);
    sent.end(init?.body as string | undefined);
  });
};

/** A client of the SDK's, with an access token of these verbs in the project. */
async function connect(project: Pick<StandProject, 'id'>, verbs: readonly TokenVerb[]): Promise<Client> {
  const made = await stand.call('POST', '/api/v1/access-tokens', {
    name: 'outside',
    scopes: verbs.map((verb) => ({ verb, projectId: project.id })),
    expiresInDays: 1,
  });
  const { token } = made.json<{ token: string }>();
  const url = new URL(`/api/v1/projects/${project.id}/mcp`, stand.tested.server.hosts.appOrigin);
  const client = new Client({ name: 'test', version: '1' });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit, fetch: fetchHere }) as never);
  clients.push(client);
  return client;
}

async function call(client: Client, name: string, args: Record<string, unknown> = {}) {
  const result = await client.callTool({ name, arguments: args });
  const [content] = result.content as { type: string; text: string }[];
  return { ok: result.isError !== true, text: content?.text ?? '' };
}

describe('a project as an MCP server', () => {
  it('AG-11 SV-14 lists, reads, searches, edits, writes and runs, by the SDK’s own client over HTTP', async () => {
    const project = await stand.openProject({ 'src/a.ts': 'const a = 1;\n', '.env': 'KEY=secret-of-mine' });
    project.folder.run = async (command) => `did ${command}`;
    const client = await connect(project, ['read', 'write', 'run', 'publish']);
    expect(client.getServerVersion()).toMatchObject({ name: 'slipway' });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).toSorted()).toEqual([
      ...['build_status', 'checkpoint', 'edit_file', 'list_files', 'publish', 'read_file', 'run_command', 'search'],
      'write_file',
    ]);
    expect(await call(client, 'list_files', { pattern: 'src/**' })).toEqual({ ok: true, text: 'src/a.ts' });
    expect((await call(client, 'read_file', { path: 'src/a.ts' })).text).toContain('1\tconst a = 1;');
    expect((await call(client, 'search', { pattern: 'const' })).text).toContain('src/a.ts:1:');
    expect(await call(client, 'edit_file', { path: 'src/a.ts', old: '1', new: '2' })).toMatchObject({ ok: true });
    expect(project.folder.files.get('src/a.ts')).toBe('const a = 2;\n');
    expect(await call(client, 'edit_file', { path: 'src/a.ts', old: 'nowhere', new: 'x' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('not in "src/a.ts"'),
    });
    expect(await call(client, 'write_file', { path: 'src/b.ts', content: 'b' })).toMatchObject({ ok: true });
    expect(await call(client, 'write_file', { path: 'src/b.ts', content: 'bb' })).toMatchObject({ ok: true });
    expect(project.folder.files.get('src/b.ts')).toBe('bb');
    expect((await call(client, 'run_command', { command: 'npm test' })).text).toBe('did npm test\n[exit code 0]');
    expect(project.folder.done).toEqual(['put src/a.ts', 'put src/b.ts', 'put src/b.ts', 'run npm test']);
  });

  it('SV-14 each tool needs its verb, and files that hold secrets or rights are not for agents outside', async () => {
    const project = await stand.openProject({ a: 'a', '.env': 'KEY=secret-of-mine', 'AGENTS.md': 'rules' });
    const reader = await connect(project, ['read']);
    for (const [name, args, verb] of [
      ['edit_file', { path: 'a', old: 'a', new: 'b' }, 'write'],
      ['write_file', { path: 'b', content: 'b' }, 'write'],
      ['run_command', { command: 'ls' }, 'run'],
      ['publish', {}, 'publish'],
      ['checkpoint', { description: 'x' }, 'write'],
    ] as const)
      expect(await call(reader, name, args)).toEqual({
        ok: false,
        text: `The access token has no scope "${verb}" here`,
      });
    const writer = await connect(project, ['read', 'write']);
    expect(await call(writer, 'read_file', { path: './.env' })).toMatchObject({ ok: false });
    for (const path of ['AGENTS.md', '.env', 'slipway.agent.toml', '.git/hooks/post-commit', '../out', '/etc/passwd'])
      expect(await call(writer, 'write_file', { path, content: 'x' })).toMatchObject({ ok: false });
    expect((await call(writer, 'search', { pattern: 'KEY' })).text).not.toContain('secret-of-mine');
    expect(project.folder.done).toEqual([]);
    // Of another project, and of nobody's, there is none.
    const other = await stand.openProject({});
    await expect(connect({ id: other.id }, [])).rejects.toThrow();
    const foreign = await stand.call('POST', '/api/v1/projects/00000000-0000-4000-8000-000000000000/mcp', {});
    expect(foreign.status).toBe(404);
    expect((await stand.call('GET', `/api/v1/projects/${project.id}/mcp`)).status).toBe(405);
    expect((await stand.call('POST', `/api/v1/projects/${project.id}/mcp`, Array.from({ length: 17 }))).status).toBe(
      400,
    );
  });

  it('P-14 saves and publishes, and tells how the build goes', async () => {
    const project = await stand.openProject({ a: 'a' });
    const client = await connect(project, ['read', 'write', 'publish']);
    expect(await call(client, 'publish')).toEqual({ ok: false, text: 'There are no files yet to publish' });
    const path = `/api/v1/projects/${project.id}/snapshots`;
    expect((await stand.call('POST', path, { baseRevision: 0, entries: [] })).status).toBe(201);
    expect((await call(client, 'checkpoint', { description: 'before' })).text).toMatch(/^Checkpoint /);
    const published = await call(client, 'publish');
    const { build, status } = JSON.parse(published.text) as { build: string; status: string };
    expect(status).toBe('queued');
    expect(JSON.parse((await call(client, 'build_status', { build })).text)).toMatchObject({
      build: { id: build, projectId: project.id, status: 'queued' },
      log: [],
    });
    const other = await connect(await stand.openProject({}), ['read']);
    expect(await call(other, 'build_status', { build })).toMatchObject({ ok: false });
  });
});
