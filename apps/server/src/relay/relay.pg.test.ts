import type { CapabilityResponse, CreateProjectResponse } from '@slipway/contracts';
import { ticketResponse } from '@slipway/contracts';
import { RELAY_MONGO, RELAY_PIECE_BYTES, RELAY_PROTOCOL, RELAY_WINDOW, RelayCloseReason } from '@slipway/wire';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { upgrade } from '../live/testing/fake-tab.ts';
import { createTestServer, type TestServer } from '../testing.ts';
import { RELAY_STREAMS } from './relay-lines.ts';
import { joinRelay, type RelayTab } from './testing/relay-tab.ts';

let tested: TestServer;
let closedToAll: TestServer;
let echo: Server;
let port: number;
let token: string;
let projectId: string;
let label: string;
let capability: string;
const tabs: RelayTab[] = [];
const sockets = new Set<Socket>();

beforeAll(async () => {
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => echo.once('listening', resolve));
  ({ port } = echo.address() as AddressInfo);
  tested = await createTestServer({
    env: {
      RELAY_ALLOW: `localhost:${port}, 127.0.0.1:1, *:443, *.example.org:*`,
      RELAY_BYTES_PER_SECOND: String(1e9),
      RUN_MONGO_TARGET: `127.0.0.1:${port}`,
    },
  });
  closedToAll = await createTestServer({ database: tested.database });
  token = await tested.signIn();
  const made = await tested.call('POST', '/api/v1/projects', { token, json: { name: 'Relay' } });
  projectId = made.json<CreateProjectResponse>().project.id;
  const [row] = await tested.database.db.execute<{ label: string }>(
    sql`select container_id as label from projects where id = ${projectId}`,
  );
  label = row!.label;
  const given = await tested.call('POST', `/api/v1/projects/${projectId}/capability`, { token, json: {} });
  capability = given.json<CapabilityResponse>().capability;
}, 60_000);
afterEach(() => {
  for (const tab of tabs.splice(0)) tab.close();
});
afterAll(async () => {
  await closedToAll.close();
  await tested.close();
  for (const socket of sockets) socket.destroy();
  echo.close();
});

const hostOf = (of: string) => `${of}.rt.slipway.localhost`;
const askForTicket = (shown: string, { of = label, server = tested }: { of?: string; server?: TestServer } = {}) =>
  server.call('POST', '/__slip/relay-ticket', {
    host: hostOf(of),
    json: {},
    headers: {
      Origin: `http://${hostOf(of)}:${server.server.port}`,
      'Sec-Fetch-Site': 'same-origin',
      'X-Slipway-Capability': shown,
    },
  });
const openLine = (protocols: string, { of = label, origin = `http://${hostOf(of)}:${tested.server.port}` } = {}) =>
  upgrade(tested.server.port, hostOf(of), '/__slip/relay', { Origin: origin, 'Sec-WebSocket-Protocol': protocols });
async function openTab(): Promise<RelayTab> {
  const { ticket } = ticketResponse.parse((await askForTicket(capability)).json());
  const { socket, head } = await openLine(`${RELAY_PROTOCOL}, ${ticket}`);
  const tab = joinRelay(socket!, head!);
  tabs.push(tab);
  return tab;
}
const connect = (tab: RelayTab, stream: number, host: string, to: number, tls = false) =>
  tab.send({ type: 'connect', stream, host, port: to, tls });

describe('the relay', () => {
  it('TC-08 carries bytes both ways, no more than the tab takes, and each end of its own', async () => {
    const tab = await openTab();
    connect(tab, 1, 'localhost', port);
    expect(await tab.next(1)).toEqual({ type: 'continue', stream: 1, frames: RELAY_WINDOW });
    const piece = (at: number) => new Uint8Array(RELAY_PIECE_BYTES).fill(at % 251);
    const pieces = 4 * RELAY_WINDOW;
    let credit = RELAY_WINDOW;
    let sent = 0;
    let came = 0;
    let granted = RELAY_WINDOW;
    while (came < pieces * RELAY_PIECE_BYTES) {
      for (; sent < pieces && credit > 0; sent++, credit--) tab.send({ type: 'data', stream: 1, bytes: piece(sent) });
      const frame = await tab.next(1);
      if (frame.type === 'continue') credit += frame.frames;
      else if (frame.type === 'data') {
        expect(--granted).toBeGreaterThanOrEqual(0);
        const same = frame.bytes.every((byte, at) => byte === Math.floor((came + at) / RELAY_PIECE_BYTES) % 251);
        expect(same).toBe(true);
        came += frame.bytes.length;
        if (granted < 8) {
          tab.send({ type: 'continue', stream: 1, frames: RELAY_WINDOW - granted });
          granted = RELAY_WINDOW;
        }
      } else throw new Error(`Cannot echo: closed with ${JSON.stringify(frame)}`);
    }
    tab.send({ type: 'data', stream: 1, bytes: new Uint8Array() });
    let last = await tab.next(1);
    while (last.type === 'continue') last = await tab.next(1);
    expect(last).toMatchObject({ type: 'data', bytes: new Uint8Array() });
    expect(await tab.next(1)).toMatchObject({ type: 'close' });
  });

  it('RN-14 leads to the operator’s MongoDB by its own name alone', async () => {
    const tab = await openTab();
    connect(tab, 1, RELAY_MONGO, 27_017);
    expect(await tab.next(1)).toMatchObject({ type: 'continue' });
    connect(tab, 2, '127.0.0.1', port);
    expect(await tab.next(2)).toEqual({ type: 'close', stream: 2, reason: RelayCloseReason.blocked });
  });

  it('TC-08 SV-24 reaches nothing that is not allowed, nor what is private by a pattern, in any spelling', async () => {
    const tab = await openTab();
    const hosts: [string, number][] = [
      ['localhost', port + 1],
      ['example.org', 443 + 1],
      ['127.0.0.1', 443],
      ['2130706433', 443],
      ['0x7f.1', 443],
      ['[::1]', 443],
      ['::ffff:127.0.0.1', 443],
      ['169.254.169.254', 443],
      ['10.0.0.1', 443],
      ['0', 443],
      ['slipway.localhost', 443],
      [hostOf(label), 443],
      ['localhost', 443],
      ['user@example.org', 443],
      ['example.org/path', 443],
    ];
    let stream = 0;
    for (const [host, to] of hosts) {
      connect(tab, ++stream, host, to, stream % 2 === 0);
      expect(await tab.next(stream), host).toMatchObject({ type: 'close', reason: RelayCloseReason.blocked });
    }
  });

  it('TC-08 says what became of a connection that nobody takes', async () => {
    const tab = await openTab();
    connect(tab, 1, '127.0.0.1', 1);
    expect(await tab.next(1)).toEqual({ type: 'close', stream: 1, reason: RelayCloseReason.refused });
    connect(tab, 2, 'nobody-has-this-name.example.org', 80);
    expect(await tab.next(2)).toMatchObject({ type: 'close', reason: RelayCloseReason.unreachable });
    // It speaks no TLS.
    connect(tab, 3, 'localhost', port, true);
    expect(await tab.next(3)).toMatchObject({ type: 'close', reason: RelayCloseReason.network });
  });

  it('TC-08 has a bound for connections at once, and is ended by what breaks its rules', async () => {
    const crowded = await openTab();
    for (let stream = 1; stream <= RELAY_STREAMS; stream++) connect(crowded, stream, 'localhost', port);
    expect(await crowded.next(RELAY_STREAMS)).toMatchObject({ type: 'continue' });
    connect(crowded, 100, 'localhost', port);
    expect(await crowded.next(100)).toEqual({ type: 'close', stream: 100, reason: RelayCloseReason.throttled });
    crowded.send({ type: 'close', stream: 1, reason: RelayCloseReason.voluntary });
    expect(await crowded.next(1)).toMatchObject({ type: 'continue' });
    connect(crowded, 101, 'localhost', port);
    expect(await crowded.next(101)).toMatchObject({ type: 'continue' });

    const rude: ((tab: RelayTab) => void)[] = [
      (tab) => tab.sendRaw(new Uint8Array([7, 7, 7])),
      // Bytes before it is open, a number that is taken, more than the window.
      (tab) => {
        connect(tab, 1, 'localhost', port);
        tab.send({ type: 'data', stream: 1, bytes: new Uint8Array(1) });
      },
      (tab) => {
        connect(tab, 1, 'localhost', port);
        connect(tab, 1, 'localhost', port);
      },
      (tab) =>
        tab.sendAtOnce(
          Array.from({ length: RELAY_WINDOW + 1 }, () => ({ type: 'data', stream: 1, bytes: new Uint8Array(1) })),
        ),
    ];
    for (const [at, break_] of rude.entries()) {
      const tab = await openTab();
      if (at === 3) {
        connect(tab, 1, 'localhost', port);
        expect(await tab.next(1)).toMatchObject({ type: 'continue' });
      }
      break_(tab);
      expect(await tab.closed, String(at)).toBe(1002);
    }
  });

  it('AU-09 TC-08 is opened by a ticket of a project’s own container, once', async () => {
    expect((await askForTicket(capability, { server: closedToAll })).status).toBe(404);
    expect((await askForTicket('')).status).toBe(401);
    expect((await askForTicket(capability, { of: 'other' })).status).toBe(404);
    expect((await askForTicket(capability, { of: `e${'0'.repeat(32)}` })).status).toBe(404);
    const { ticket } = ticketResponse.parse((await askForTicket(capability)).json());
    expect((await openLine(`${RELAY_PROTOCOL}, ${ticket}`, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await openLine(`another, ${ticket}`)).status).toBe(401);
    // It was used up by that.
    expect((await openLine(`${RELAY_PROTOCOL}, ${ticket}`)).status).toBe(401);
    const json = { purpose: 'live-preview', projectId };
    const other = ticketResponse.parse((await tested.call('POST', '/api/v1/tickets', { token, json })).json());
    expect((await openLine(`${RELAY_PROTOCOL}, ${other.ticket}`)).status).toBe(401);
  });
});
