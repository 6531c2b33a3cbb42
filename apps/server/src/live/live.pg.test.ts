import {
  type CreateProjectResponse,
  createShareResponse,
  type LiveServerMessage,
  RUN_PORT,
  ticketResponse,
} from '@slipway/contracts';
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../testing.ts';
import { LIVE_REQUESTS } from './live-tunnels.ts';
import { type FakeTab, joinTab, upgrade } from './testing/fake-tab.ts';

let tested: TestServer;
let token: string;
let projectId: string;
let program: Server;
const seen: IncomingMessage[] = [];
const waiting: ServerResponse[] = [];
const tabs: FakeTab[] = [];
beforeAll(async () => {
  tested = await createTestServer();
  token = await tested.signIn();
  const made = await tested.call('POST', '/api/v1/projects', { token, json: { name: 'Live' } });
  projectId = made.json<CreateProjectResponse>().project.id;
  program = createServer(serve);
  program.on('upgrade', (request, socket) => {
    seen.push(request);
    const key = request.headers['sec-websocket-key'] ?? '';
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.write(
      `HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.pipe(socket);
  });
  await new Promise<void>((listening) => program.listen(0, 'localhost', listening));
}, 60_000);
afterEach(() => {
  for (const tab of tabs.splice(0)) tab.close();
  for (const response of waiting.splice(0)) response.end();
  seen.length = 0;
});
afterAll(async () => {
  await tested.close();
  program.closeAllConnections();
  program.close();
});

function serve(request: IncomingMessage, response: ServerResponse): void {
  seen.push(request);
  if (request.url === '/wait') return void waiting.push(response);
  if (request.url === '/big') return void response.end(Buffer.alloc(3 * 1024 * 1024, 7));
  if (request.url === '/moved') {
    response.writeHead(302, {
      Location: `http://localhost:${RUN_PORT}/there`,
      'Set-Cookie': 'a=1; Domain=example.org; Path=/',
    });
    return void response.end();
  }
  request.pipe(response);
  if (request.method === 'GET') response.end('hello');
}

interface Open {
  readonly tab: FakeTab;
  readonly shareId: string;
  readonly host: string;
}

async function share(): Promise<{ shareId: string; host: string }> {
  const answer = await tested.callApi('POST', `/api/v1/projects/${projectId}/shares`, {
    token,
    json: { kind: 'live', expiresInHours: 8 },
  });
  const made = createShareResponse.parse(answer.json());
  return { shareId: made.share.id, host: new URL(made.url).hostname };
}
async function ticket(): Promise<string> {
  const json = { purpose: 'live-preview', projectId };
  return ticketResponse.parse((await tested.call('POST', '/api/v1/tickets', { token, json })).json()).ticket;
}
const connect = async (shareId: string, protocols?: string, origin = tested.server.hosts.appOrigin) =>
  await upgrade(tested.server.port, 'slipway.localhost', `/api/v1/live/${shareId}`, {
    Origin: origin,
    'Sec-WebSocket-Protocol': protocols ?? `slipway-live, ${await ticket()}`,
  });
async function openTab(): Promise<Open> {
  const { shareId, host } = await share();
  const { socket, head, status } = await connect(shareId);
  expect(status).toBe(101);
  const tab = joinTab(socket!, head!, (program.address() as AddressInfo).port);
  tabs.push(tab);
  return { tab, shareId, host };
}
const get = (host: string, path = '/', headers: Record<string, string> = {}) =>
  tested.call('GET', path, { host, headers });
const cookieOf = (answer: { headers: { 'set-cookie'?: string[] } }): string =>
  answer.headers['set-cookie']?.map((each) => each.split(';')[0]!).find((each) => each.startsWith('__slip_viewer=')) ??
  '';
const viewersOf = (tab: FakeTab) =>
  tab.texts.length === 0 ? [] : (JSON.parse(tab.texts.at(-1)!) as LiveServerMessage).viewers;

describe('a live preview (UX-21)', () => {
  it('UX-21 is served on a host of its own below the sites’ domain, by the program behind the owner’s tab', async () => {
    const { host } = await openTab();
    expect(host).toMatch(/^live-[0-9a-z]{32}\.slipway-sites\.localhost$/);
    const answer = await get(host, '/a?b=1', { Referer: `http://${host}:${tested.server.port}/x` });
    expect([answer.status, answer.text, answer.headers['x-robots-tag']]).toEqual([200, 'hello', 'noindex']);
    // The program believes it is at home, and does not see how viewers are told apart.
    const again = await get(host, '/again', { Cookie: `own=1; ${cookieOf(answer)}` });
    expect(again.status).toBe(200);
    expect(seen[0]?.headers).toMatchObject({
      host: `localhost:${RUN_PORT}`,
      referer: `http://localhost:${RUN_PORT}/x`,
    });
    expect(seen[1]?.headers.cookie).toBe('own=1');
    const posted = await tested.call('POST', '/echo', { host, body: 'x'.repeat(300_000) });
    expect(posted.text).toBe('x'.repeat(300_000));
    const moved = await get(host, '/moved');
    expect(moved.headers.location).toBe('/there');
    expect(moved.headers['set-cookie']).toContain('a=1; Path=/');
  });

  it('UX-21 a visitor who reaches another server sees it too, WebSockets included, while the tab is there', async () => {
    const other = await createTestServer({ database: tested.database });
    try {
      const { tab, host } = await openTab();
      const ask = () => other.call('POST', '/echo?a=1', { host, body: 'y'.repeat(300_000) });
      await expect.poll(async () => (await ask()).status).toBe(200);
      const answer = await ask();
      expect(answer.text).toBe('y'.repeat(300_000));
      expect(seen.at(-1)?.headers).toMatchObject({ host: `localhost:${RUN_PORT}` });
      const { status, socket } = await upgrade(other.server.port, host, '/hmr', {
        Origin: `http://${host}:${tested.server.port}`,
        Cookie: cookieOf(answer),
      });
      expect(status).toBe(101);
      socket?.write('echo');
      expect(String(await new Promise((heard) => socket?.once('data', heard)))).toBe('echo');
      socket?.destroy();
      tab.close();
      await expect.poll(async () => (await ask()).status).toBe(503);
      // Handed on once, it goes no further: two servers that believe in each other would ask for ever.
      await tested.database.db.execute(sql`update shares set live_at = ${`127.0.0.1:${tested.server.port}`}`);
      expect((await ask()).status).toBe(503);
    } finally {
      await other.close();
    }
  });

  it('UX-21 streams with credit: a large answer comes whole, at 2 MB a second', async () => {
    const { host } = await openTab();
    const answer = await get(host, '/big');
    expect(answer.body.length).toBe(3 * 1024 * 1024);
  });

  it('UX-21 WebSockets go through, from the page’s own origin and for who has loaded it', async () => {
    const { host } = await openTab();
    const cookie = cookieOf(await get(host));
    const origin = `http://${host}:${tested.server.port}`;
    const open = (headers: Record<string, string>) => upgrade(tested.server.port, host, '/hmr', headers);
    expect((await open({ Origin: 'http://evil.example', Cookie: cookie })).status).toBe(403);
    expect((await open({ Origin: origin })).status).toBe(503);
    const { status, socket } = await open({ Origin: origin, Cookie: cookie });
    expect(status).toBe(101);
    const echoed = new Promise((resolve) => socket!.once('data', resolve));
    socket!.write('ping');
    expect(String(await echoed)).toBe('ping');
    expect(seen.at(-1)?.headers).toMatchObject({
      host: `localhost:${RUN_PORT}`,
      origin: `http://localhost:${RUN_PORT}`,
    });
    socket!.destroy();
  });

  it('UX-21 at most so many requests at once; the others wait for their turn', async () => {
    const { host } = await openTab();
    const cookie = cookieOf(await get(host));
    const asked = Array.from({ length: LIVE_REQUESTS + 4 }, () => get(host, '/wait', { Cookie: cookie }));
    await expect.poll(() => waiting.length).toBe(LIVE_REQUESTS);
    waiting.shift()!.end('first');
    await expect.poll(() => seen.filter(({ url }) => url === '/wait').length).toBe(LIVE_REQUESTS + 1);
    for (let done = 1; done < LIVE_REQUESTS + 4; done++) {
      await expect.poll(() => waiting.length).toBeGreaterThan(0);
      waiting.shift()!.end('next');
    }
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(asked.map(() => 200));
  });

  it('UX-21 the owner sees who looks, and ends a visit', async () => {
    const { tab, host } = await openTab();
    const cookie = cookieOf(await get(host, '/', { 'User-Agent': 'Mozilla/5.0 Firefox/140' }));
    await expect.poll(() => viewersOf(tab)).toMatchObject([{ agent: 'Mozilla/5.0 Firefox/140', requests: 1 }]);
    const [viewer] = viewersOf(tab);
    tab.send(1, Buffer.from(JSON.stringify({ type: 'end-viewer', viewerId: viewer!.id })));
    await expect.poll(async () => (await get(host, '/', { Cookie: cookie })).status).toBe(403);
    await expect.poll(() => viewersOf(tab).some(({ id }) => id === viewer!.id)).toBe(false);
  });

  it('UX-21 says so when no tab is there; ends with its link, taken back or expired', async () => {
    const { host, shareId, tab } = await openTab();
    expect((await get(host)).status).toBe(200);
    await tested.callApi('DELETE', `/api/v1/projects/${projectId}/shares/${shareId}`, { token });
    expect(await tab.closed).toBe(4410);
    expect((await get(host)).status).toBe(404);
    const other = await share();
    expect((await get(other.host)).text).toContain('This live preview is not open');
    await tested.database.db.execute(sql`update shares set expires_at = slipway_now() where id = ${other.shareId}`);
    expect((await get(other.host)).status).toBe(404);
    const json = { kind: 'live', expiresInHours: 9 };
    expect((await tested.callApi('POST', `/api/v1/projects/${projectId}/shares`, { token, json })).status).toBe(400);
  });

  it('UX-21 the newest tab serves it, and an owner has so many at once', async () => {
    const { tab, shareId, host } = await openTab();
    const { socket, head } = await connect(shareId);
    tabs.push(joinTab(socket!, head!, (program.address() as AddressInfo).port));
    expect(await tab.closed).toBe(4409);
    expect((await get(host)).status).toBe(200);
    for (let more = 0; more < 3; more++) await openTab();
    expect((await connect((await share()).shareId)).status).toBe(429);
  });

  it('UX-21 AU-09 only the app’s page with a fresh ticket opens a tunnel', async () => {
    const { shareId } = await share();
    const used = await ticket();
    expect((await connect(shareId, `slipway-live, ${used}`, 'http://evil.example')).status).toBe(403);
    expect((await connect(shareId, 'slipway-live')).status).toBe(401);
    expect((await connect(projectId)).status).toBe(401);
    expect((await upgrade(tested.server.port, 'slipway.localhost', '/api/v1/events', {})).status).toBe(403);
    expect((await upgrade(tested.server.port, `a.slipway-sites.localhost`, '/', {})).status).toBe(404);
  });

  it('UX-21 a tab that breaks the protocol loses its line, and nobody else notices', async () => {
    const broken: ((tab: FakeTab) => void)[] = [
      (tab) => tab.send(2, Buffer.from([2, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff])),
      (tab) => tab.sendRaw(Buffer.from([0x82, 0x01, 0x00])),
      (tab) => tab.sendRaw(Buffer.from([0xf2, 0x80, 1, 2, 3, 4])),
      (tab) => tab.sendRaw(Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0xff, 0, 0, 0, 1, 2, 3, 4])),
      (tab) => tab.send(9, Buffer.alloc(126)),
    ];
    for (const breaks of broken) {
      const { tab, host } = await openTab();
      breaks(tab);
      expect(await tab.closed).toBeGreaterThanOrEqual(1002);
      expect((await get(host)).status).toBe(503);
    }
    expect((await tested.call('GET', '/health')).status).toBe(200);
  });
});
