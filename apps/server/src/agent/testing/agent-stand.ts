import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NumberedEvent, performOrder, stopOrder, toolOrder } from '@slipway/agent';
import { apiPaths, type CreateProjectResponse, type HolderCommand } from '@slipway/contracts';
import { openHolder, type TestHolder } from '../../runs/testing/open-holder.ts';
import { createTestServer, open, type TestServer } from '../../testing.ts';
import { makeMemoryFolder, type MemoryFolder } from './memory-folder.ts';
import { type ModelServer, startModelServer } from './model-server.ts';

/** A server with a scripted model, and projects whose tabs have their folder in memory. */
export interface AgentStand {
  readonly tested: TestServer;
  readonly model: ModelServer;
  readonly token: string;
  /** A path: the tests start further servers, which must know the same scripted provider. */
  readonly providersFile: string;
  call(method: string, path: string, json?: unknown): ReturnType<TestServer['callApi']>;
  /** Its tab holds the project's lease until `closeTab`; without it orders of the agent find no holder. */
  openProject(files: Record<string, string>): Promise<StandProject>;
  close(): Promise<void>;
}

/** `folder` is what the tab would have in its container, in memory. */
export interface StandProject {
  readonly id: string;
  readonly folder: MemoryFolder;
  readonly heard: readonly HolderCommand[];
  closeTab(): Promise<void>;
  createSession(settings?: Record<string, unknown>): Promise<StandSession>;
}

/** Over HTTP, as a client would. */
export interface StandSession {
  readonly id: string;
  readonly path: string;
  send(method: Record<string, unknown>): ReturnType<TestServer['callApi']>;
  run(input: string): Promise<void>;
  status(): Promise<string>;
  events(after?: number): Promise<NumberedEvent[]>;
  follow(after?: number): Promise<{ readonly seen: NumberedEvent[]; close(): void }>;
}

/** The key of the scripted provider, which nobody may see. */
export const STAND_KEY = 'sk-of-the-operator-0123456789';

/** Owner beside acquire: `close` gives all of it back. `more` is added to the operator's file. */
export async function createAgentStand(env: Record<string, string> = {}, more = ''): Promise<AgentStand> {
  const model = await startModelServer();
  const folder = mkdtempSync(join(tmpdir(), 'slipway-agent-'));
  const providersFile = join(folder, 'providers.toml');
  writeFileSync(providersFile, providersText(model.url) + more);
  const tested = await createTestServer({
    env: { LOG_LEVEL: 'error', AGENT_PROVIDERS_FILE: providersFile, AGENT_HOLDER_WAIT_SECONDS: '2', ...env },
  });
  const token = await tested.signIn();
  const call: AgentStand['call'] = (method, path, json) =>
    tested.callApi(method, path, { token, ...(json === undefined ? {} : { json }) });
  const tabs: { closeTab(): Promise<void> }[] = [];
  const stand: AgentStand = {
    tested,
    model,
    token,
    providersFile,
    call,
    openProject: async (files) => {
      const made = await call('POST', apiPaths.projects, { name: 'Agent' });
      const { id } = made.json<CreateProjectResponse>().project;
      const project = await openTab(stand, id, makeMemoryFolder(files));
      tabs.push(project);
      return project;
    },
    close: async () => {
      for (const tab of tabs) await tab.closeTab();
      await tested.close();
      await model.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return stand;
}

function providersText(url: string): string {
  const models = `models = [{ id = "scripted", window = 40000, output = 4000, price = { inputMicros = 3000000, outputMicros = 15000000 } }, { id = "free" }, { id = "small", window = 6000 }]`;
  return ['openai-compatible', 'anthropic']
    .map(
      (kind) =>
        `[[providers]]\nname = "${kind}"\nkind = "${kind}"\nbaseUrl = "${url}"\napiKey = "${STAND_KEY}"\n${models}\n`,
    )
    .join('\n');
}

/** Holds the project as a tab does: heartbeats, answers to orders, and release at the end. */
async function openTab(stand: AgentStand, id: string, folder: MemoryFolder): Promise<StandProject> {
  const { tested, token } = stand;
  const holder = await openHolder(tested, token, id);
  const beats = setInterval(() => {
    // The server may be closing: then nobody is left to tell.
    tested.callApi('POST', apiPaths.heartbeat(id), { token, json: holder.fence }).catch(() => clearInterval(beats));
  }, 1000);
  answerOrders(holder, folder);
  return {
    id,
    folder,
    heard: holder.heard,
    closeTab: async () => {
      clearInterval(beats);
      holder.close();
      await tested.callApi('POST', apiPaths.releaseHolder(id), { token, json: holder.fence });
    },
    createSession: async (settings = {}) => {
      const path = `/api/v1/projects/${id}/agent/sessions`;
      const json = { provider: 'openai-compatible', model: 'scripted', scope: ['**'], permission: 'full', ...settings };
      const made = await stand.call('POST', path, json);
      if (made.status !== 201) throw new Error(`Cannot create the session: ${made.text}`);
      return openSession(stand, `${path}/${made.json<{ session: { id: string } }>().session.id}`);
    },
  };
}

function openSession(stand: AgentStand, path: string): StandSession {
  const session: StandSession = {
    id: path.split('/').at(-1)!,
    path,
    send: (method) => stand.call('POST', `${path}/methods`, method),
    run: async (input) => {
      const sent = await session.send({ type: 'Run', input });
      if (sent.status !== 202) throw new Error(`Cannot run: ${sent.text}`);
    },
    status: async () => (await stand.call('GET', path)).json<{ session: { status: string } }>().session.status,
    events: async (after = 0) => {
      const all: NumberedEvent[] = [];
      for (;;) {
        const page = await stand.call('GET', `${path}/events?after=${all.at(-1)?.seq ?? after}`);
        const { events } = page.json<{ events: NumberedEvent[] }>();
        if (events.length === 0) return all;
        all.push(...events);
      }
    },
    follow: (after = 0) => follow(stand, `${path}/events?after=${after}`),
  };
  return session;
}

/** Reads the event stream by hand: blocks between empty lines, of which `data:` is kept. */
async function follow({ tested, token }: AgentStand, path: string): ReturnType<StandSession['follow']> {
  const stream = await open(tested.server.port, 'GET', path, { token, headers: { accept: 'text/event-stream' } });
  const seen: NumberedEvent[] = [];
  let text = '';
  stream.on('error', () => stream.destroy());
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) seen.push(JSON.parse(data) as NumberedEvent);
    }
  });
  return { seen, close: () => stream.destroy() };
}

/** Does what the server orders, as a tab does. */
export function answerOrders(holder: TestHolder, folder: MemoryFolder): void {
  const running = new Map<string, AbortController>();
  const work = async (command: HolderCommand): Promise<void> => {
    const own = new AbortController();
    running.set(command.id, own);
    const report = await performOrder(folder.host, toolOrder.parse(JSON.parse(command.body)), own.signal);
    await holder.answer(command, { ok: true, value: JSON.stringify(report) });
  };
  const seen = new Set<string>();
  holder.respond = (command) => {
    if (command.remainingMs === 0 || seen.has(command.id)) return undefined;
    seen.add(command.id);
    if (command.verb === 'agent.tool') void work(command);
    else if (command.verb === 'agent.stop') running.get(stopOrder.parse(JSON.parse(command.body)).commandId)?.abort();
    return undefined;
  };
}
