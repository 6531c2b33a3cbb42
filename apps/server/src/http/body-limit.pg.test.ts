import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type IncomingMessage, request } from 'node:http';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../testing.ts';
import { largeBodies } from '../app/app-host.ts';
import { parseConfig } from '../config/config.ts';
import { DEFAULT_BODY_BYTES } from './body-limit.ts';

const blobLimit = 300_000;
/** What may be on its way when the answer is given: what a server lets linger, and a read of the socket. */
const slack = 256 * 1024 + 128 * 1024;

let tested: TestServer;
let token: string;
/** The server's own ends of the connections, the newest last. */
const sockets: Socket[] = [];
const onRequest = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
beforeAll(async () => {
  tested = await createTestServer({ env: { BLOB_LIMIT_BYTES: String(blobLimit) } });
  token = await tested.signIn();
  subscribe('http.server.request.start', onRequest);
}, 60_000);
afterAll(async () => {
  unsubscribe('http.server.request.start', onRequest);
  await tested.close();
});

interface Flood {
  status: number;
  code: string;
  /** What the server took from the connection until it was closed. */
  bytesRead: number;
}

/** Sends a body that never ends, without saying how long it is, until the server cuts the connection. */
async function flood(method: string, host: string, path: string, headers: Record<string, string> = {}): Promise<Flood> {
  const { port } = tested.server;
  const outgoing = request({
    host: '127.0.0.1',
    port,
    method,
    path,
    agent: false,
    headers: { host: `${host}:${port}`, 'transfer-encoding': 'chunked', ...headers },
  });
  const closed = new Promise<void>((resolve) => outgoing.on('close', () => resolve()));
  const answered = new Promise<IncomingMessage>((resolve, reject) =>
    outgoing.on('response', resolve).on('error', reject),
  );
  const piece = Buffer.alloc(32 * 1024, ' ');
  // One piece on its way at a time: who writes on without looking up meets the cut as EPIPE before the answer is read.
  const known = sockets.length;
  const pour = (): void => {
    if (outgoing.destroyed) return;
    const taken = sockets[known]?.bytesRead ?? 0;
    if (taken >= (outgoing.socket?.bytesWritten ?? 0)) outgoing.write(piece);
    setImmediate(pour);
  };
  outgoing.write(piece);
  pour();
  const incoming = await answered;
  let text = '';
  // The cut comes while the answer is being read, or after it.
  incoming.on('data', (chunk: Buffer) => (text += chunk.toString())).on('error', () => outgoing.destroy());
  outgoing.on('error', () => outgoing.destroy());
  await closed;
  const server = sockets.at(-1)!;
  if (!server.destroyed) await new Promise<void>((resolve) => server.once('close', () => resolve()));
  const code = /"code":"(\w+)"/.exec(text)?.[1] ?? '';
  return { status: incoming.statusCode ?? 0, code, bytesRead: server.bytesRead };
}

const id = randomUUID();
const sha256 = 'a'.repeat(64);

/** One of these is what a parameter of a route takes, whatever its name is. */
// The last but one is a token of a share.
const EXAMPLES = [
  id,
  sha256,
  'a.txt',
  'latest',
  `${id}.git`,
  `wpt_1_${'a'.repeat(32)}`,
  'example.org',
  'a'.repeat(43),
  '1',
];

/** A path that the pattern matches. */
function examplePath(pattern: string): string {
  let path = '';
  for (let at = 0; at < pattern.length;) {
    const name = /^:(\w+)/.exec(pattern.slice(at))?.[1];
    if (name === undefined) {
      path += pattern[at++];
      continue;
    }
    at += name.length + 1;
    const from = at;
    for (let depth = pattern[at] === '{' ? 1 : 0; depth > 0;) {
      at++;
      if (pattern[at] === '{') depth++;
      if (pattern[at] === '}' && --depth === 0) at++;
    }
    const takes = new RegExp(`^(${at === from ? '.+' : pattern.slice(from + 1, at - 1)})$`);
    const example = EXAMPLES.find((text) => takes.test(text));
    if (example === undefined) throw new Error(`Cannot make a path for "${pattern}": no example of "${name}"`);
    path += example;
  }
  return path.replaceAll('*', 'x');
}

describe('the body of a request', () => {
  it('SV-04 every route, asked by nobody in particular, stops reading a body without end at 64 KiB and says 413; those that take more know first who asks', async () => {
    const routes = new Set(
      tested.server
        .routes()
        .map(({ host, method, path }) => `${method === 'ALL' ? 'POST' : method} ${host} ${examplePath(path)}`),
    );
    expect(routes.size).toBeGreaterThan(35);
    const askFirst: string[] = [];
    for (const route of routes) {
      const [method, host, path] = route.split(' ') as [string, string, string];
      const { status, code, bytesRead } = await flood(method, host, path);
      if (status === 401) askFirst.push(`${method} ${path}`);
      // An answer to HEAD has no text.
      else expect([status, method === 'HEAD' ? 'PAYLOAD_TOO_LARGE' : code], route).toEqual([413, 'PAYLOAD_TOO_LARGE']);
      expect(bytesRead, route).toBeLessThan(DEFAULT_BODY_BYTES + slack);
    }
    expect(askFirst).toEqual([
      'POST /api/v1/plugins',
      'POST /api/v1/plugins/examine',
      'PUT /api/v1/plugins/latest',
      'POST /api/v1/blobs/missing',
      `PUT /api/v1/blobs/${sha256}`,
      `POST /api/v1/projects/${id}/snapshots`,
      `POST /api/v1/projects/${id}/saves`,
      `POST /api/v1/projects/${id}/checkpoints`,
      `POST /api/v1/projects/${id}/checkpoints/latest/verify`,
      `POST /api/v1/projects/${id}/tab-builds`,
      `PUT /api/v1/projects/${id}/site/variables/${id}`,
      `POST /api/v1/projects/${id}/commands/${id}/answer`,
      `POST /api/v1/projects/${id}/mcp`,
      `POST /api/v1/projects/${id}/agent/sessions`,
      `POST /api/v1/projects/${id}/agent/sessions/${id}/methods`,
      `POST /git/${id}.git/git-upload-pack`,
      `POST /git/${id}.git/git-receive-pack`,
    ]);
  }, 240_000);

  it('SV-04 a route that takes more stops at its own limit', async () => {
    const authorization = `Bearer ${token}`;
    const blob = await flood('PUT', 'slipway.localhost', `/api/v1/blobs/${sha256}`, { authorization });
    expect([blob.status, blob.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect(blob.bytesRead).toBeLessThan(blobLimit + slack);
    const missing = await flood('POST', 'slipway.localhost', '/api/v1/blobs/missing', {
      authorization,
      'content-type': 'application/json',
    });
    expect([missing.status, missing.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect(missing.bytesRead).toBeLessThan(8 * 1024 ** 2 + slack);
  }, 60_000);

  it('SV-04 a body that says it is too long is refused before a byte of it is sent', async () => {
    const { port } = tested.server;
    const outgoing = request({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: '/api/v1/auth/login',
      agent: false,
      headers: {
        host: `slipway.localhost:${port}`,
        'content-type': 'application/json',
        'content-length': String(500 * 1024 ** 2),
      },
    });
    outgoing.flushHeaders();
    const incoming = await new Promise<IncomingMessage>((resolve, reject) =>
      outgoing.on('response', resolve).on('error', reject),
    );
    expect(incoming.statusCode).toBe(413);
    outgoing.destroy();
  });

  it('SV-04 a body that is longer than it says is cut where it said, and the rest is no request', async () => {
    const { port } = tested.server;
    const socket = connect(port, '127.0.0.1');
    const body = JSON.stringify({ email: 'a@example.org', password: 'secret' });
    socket.write(
      `POST /api/v1/auth/login HTTP/1.1\r\nHost: slipway.localhost:${port}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    socket.write(body + 'x'.repeat(10 * 1024 ** 2));
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('error', () => socket.destroy());
    await new Promise<void>((resolve) => socket.on('close', () => resolve()));
    expect(text).toMatch(/HTTP\/1\.1 (400|401)/);
    expect(sockets.at(-1)!.bytesRead).toBeLessThan(slack);
  });

  it('a chunked body below the limit arrives whole', async () => {
    const { port } = tested.server;
    const outgoing = request({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: '/api/v1/projects',
      agent: false,
      headers: {
        host: `slipway.localhost:${port}`,
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'transfer-encoding': 'chunked',
      },
    });
    for (const piece of ['{"name":', '"In pie', 'ces"}']) outgoing.write(piece);
    outgoing.end();
    const incoming = await new Promise<IncomingMessage>((resolve, reject) =>
      outgoing.on('response', resolve).on('error', reject),
    );
    let text = '';
    for await (const chunk of incoming) text += String(chunk);
    expect(JSON.parse(text)).toMatchObject({ project: { name: 'In pieces' } });
  });
});

it('SV-04 proxies are told of the largest body that a route takes', () => {
  const largest = Math.max(...largeBodies(parseConfig({})).map(({ limitBytes }) => limitBytes));
  const mebibytes = largest / 1024 ** 2;
  for (const [page, said] of [
    ['docs/operations/hosts.md', `${mebibytes} MiB`],
    ['docs/operations/kubernetes.md', `${mebibytes} MiB`],
    ['apps/server/OPERATIONS.md', `${mebibytes} MiB`],
    ['docs/operations/kubernetes/ingress.yaml', `proxy-body-size: ${mebibytes}m`],
  ] as const)
    expect(readFileSync(new URL(`../../../../${page}`, import.meta.url), 'utf8'), page).toContain(said);
});
