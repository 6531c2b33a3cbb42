import { Agent, createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createNetServer, connect, type Server } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { listen, socketStream } from '../testing/socket-stream.ts';
import { outboundTarget, requestOrigin, type OutboundPolicy } from './outbound-policy.ts';
import { makeMirrorPass } from './mirror-pass.ts';
import { serveOutbound, type Fetch } from './serve-outbound.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(handler: RequestListener): Promise<number> {
  const server = createServer(handler);
  servers.push(server);
  return listen(server);
}

/** The container's end of connections to `host`: a real socket a real Node client talks to. */
async function outbound(
  policy: Partial<OutboundPolicy>,
  host = 'registry.test',
  secure = true,
  fetchIt: Fetch = fetch,
): Promise<number> {
  const server = createNetServer((socket) => {
    socket.on('error', () => undefined);
    void serveOutbound(
      { host, port: secure ? 443 : 80, secure, stream: socketStream(socket) },
      { registryOrigins: [], mirrorUrl: 'http://nowhere.invalid/npm/', ...policy },
      fetchIt,
    );
  });
  servers.push(server);
  return listen(server);
}

const agents: Agent[] = [];
afterEach(() => agents.splice(0).forEach((agent) => agent.destroy()));

function keepAlive(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  return agent;
}

function send(
  port: number,
  options: { method?: string; path?: string; headers?: Record<string, string>; body?: string | Buffer; agent?: Agent },
): Promise<{ message: IncomingMessage; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method: options.method ?? 'GET',
        path: options.path ?? '/',
        headers: options.headers ?? {},
        ...(options.agent === undefined ? {} : { agent: options.agent }),
      },
      (message) => {
        const parts: Buffer[] = [];
        message
          .on('data', (part: Buffer) => parts.push(part))
          .on('end', () => resolve({ message, body: Buffer.concat(parts).toString() }))
          .on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(options.body);
  });
}

describe('serveOutbound', () => {
  it('requests for a registry go to the mirror with the capability, path and query unchanged', async () => {
    const seen: string[] = [];
    const mirror = await serve((request, response) => {
      seen.push(
        `${request.method} ${request.url} ${String(request.headers['x-slipway-capability'])} ${String(request.headers['cookie'])} ${String(request.headers['accept'])}`,
      );
      response.end('{}');
    });
    const port = await outbound({
      registryOrigins: ['https://registry.test'],
      mirrorUrl: `http://127.0.0.1:${mirror}/npm/`,
      pass: makeMirrorPass('cap', () => Promise.resolve(null)),
    });
    const agent = keepAlive();
    for (const path of ['/@scope%2fname?x=1', '/left-pad/-/left-pad-1.0.0.tgz']) {
      const { message } = await send(port, {
        path,
        agent,
        headers: { Accept: 'application/json', Cookie: 'a=b', Origin: 'http://x' },
      });
      expect(message.statusCode).toBe(200);
    }
    expect(seen).toEqual([
      'GET /npm/@scope%2fname?x=1 cap undefined application/json',
      'GET /npm/left-pad/-/left-pad-1.0.0.tgz cap undefined application/json',
    ]);
  });

  it('SV-19 a pass that is refused is renewed once for all who need it, and the request is made again with its body', async () => {
    const seen: string[] = [];
    const mirror = await serve((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        const shown = String(request.headers['x-slipway-capability']);
        seen.push(`${shown} ${body}`);
        if (shown === 'new') return response.end('{}');
        response.writeHead(403, { 'X-Slipway-Pass': 'refused' });
        response.end('{"error":"no pass"}');
      });
    });
    let asked = 0;
    let answer: string | null = 'new';
    const policy = {
      registryOrigins: ['https://registry.test'],
      mirrorUrl: `http://127.0.0.1:${mirror}/npm/`,
      pass: makeMirrorPass(null, async () => (asked++, answer)),
    };
    const ports = await Promise.all([outbound(policy), outbound(policy)]);
    const request = { method: 'POST', path: '/-/audit', body: 'tree' };
    const answers = await Promise.all(ports.map((port) => send(port, request)));
    expect(answers.map(({ message }) => message.statusCode)).toEqual([200, 200]);
    expect(seen.filter((line) => line === 'new tree')).toHaveLength(2);
    expect(asked).toBe(1);

    // Where there is none to be had, the program gets the mirror's own word.
    answer = null;
    const refused = await outbound({ ...policy, pass: makeMirrorPass('old', async () => answer) });
    const { message, body } = await send(refused, { path: '/a' });
    expect([message.statusCode, body]).toEqual([403, '{"error":"no pass"}']);
  });

  it('an answer that fetch has decoded is not announced as coded', async () => {
    const origin = await serve((_, response) => {
      const body = gzipSync('hello hello hello');
      response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': String(body.length), 'X-Kept': '1' });
      response.end(body);
    });
    const port = await outbound({}, '127.0.0.1', false, (url, init) =>
      fetch(url.replace('127.0.0.1', `127.0.0.1:${origin}`), init),
    );
    const { message, body } = await send(port, { agent: keepAlive() });
    expect(body).toBe('hello hello hello');
    expect(message.headers).toMatchObject({ 'transfer-encoding': 'chunked', 'x-kept': '1' });
    expect(message.headers['content-encoding']).toBeUndefined();
  });

  it('a body is sent on, chunked or not, and a large answer streams', async () => {
    const origin = await serve((request, response) => {
      let size = 0;
      request
        .on('data', (bytes: Buffer) => (size += bytes.length))
        .on('end', () => {
          response.write(`${request.method} ${size} `);
          response.end('x'.repeat(3_000_000));
        });
    });
    const port = await outbound({}, '127.0.0.1', false, (url, init) =>
      fetch(url.replace('127.0.0.1', `127.0.0.1:${origin}`), init),
    );
    const agent = keepAlive();
    const first = await send(port, {
      method: 'PUT',
      body: Buffer.alloc(200_000),
      headers: { 'Transfer-Encoding': 'chunked' },
      agent,
    });
    expect(first.body.slice(0, 11)).toBe('PUT 200000 ');
    expect(first.body.length).toBe(3_000_011);
    expect((await send(port, { method: 'POST', body: 'abc', agent })).body.slice(0, 7)).toBe('POST 3 ');
  });

  it('HEAD, 204 and errors of the server pass through', async () => {
    const origin = await serve((request, response) => {
      response.statusCode = request.url === '/204' ? 204 : 404;
      response.end(request.url === '/204' ? undefined : 'no');
    });
    const port = await outbound({}, '127.0.0.1', false, (url, init) =>
      fetch(url.replace('127.0.0.1', `127.0.0.1:${origin}`), init),
    );
    const agent = keepAlive();
    expect((await send(port, { method: 'HEAD', agent })).message.statusCode).toBe(404);
    expect((await send(port, { path: '/204', agent })).message.statusCode).toBe(204);
    expect((await send(port, { agent })).body).toBe('no');
  });

  it('TC-07 what cannot be reached is a connection that breaks off, and no answer', async () => {
    const port = await outbound({}, 'elsewhere.test', true, () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(send(port, {})).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('a mirror that cannot be reached is a 502 that says so, and the connection goes on', async () => {
    const registry = { registryOrigins: ['https://registry.test'], mirrorUrl: 'http://own.test/npm/' };
    const port = await outbound(registry, 'registry.test', true, () =>
      Promise.reject(new TypeError('Failed to fetch')),
    );
    const agent = keepAlive();
    for (let n = 0; n < 2; n++) {
      const { message, body } = await send(port, { agent });
      expect(message.statusCode).toBe(502);
      expect(body).toContain('The registry mirror of this Slipway server could not be reached');
    }
  });

  it('an upgrade and a protocol that is not HTTP are refused in words', async () => {
    const port = await outbound({});
    expect((await send(port, { headers: { Connection: 'Upgrade', Upgrade: 'websocket' } })).message.statusCode).toBe(
      502,
    );
    const said = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('EHLO mail\r\n'));
      let text = '';
      socket.on('data', (bytes: Buffer) => (text += bytes.toString())).on('close', () => resolve(text));
    });
    expect(said).toContain('Only HTTP/1.1 can leave the container');
  });

  it('an answer that breaks off does not look whole', async () => {
    const origin = await serve((_, response) => {
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    });
    const port = await outbound({}, '127.0.0.1', false, (url, init) =>
      fetch(url.replace('127.0.0.1', `127.0.0.1:${origin}`), init),
    );
    await expect(send(port, {})).rejects.toThrow();
  });
});

describe('outboundTarget', () => {
  const policy: OutboundPolicy = {
    registryOrigins: ['https://registry.test'],
    mirrorUrl: 'http://rt/npm/',
    capability: null,
  };

  it('only the exact origin of a registry is mirrored', () => {
    expect(outboundTarget(policy, 'https://registry.test', '/a')).toEqual({ url: 'http://rt/npm/a', mirror: true });
    for (const origin of ['http://registry.test', 'https://registry.test.evil', 'https://registry.test:444'])
      expect(outboundTarget(policy, origin, '/a')).toEqual({ url: `${origin}/a`, mirror: false });
  });

  it('a path cannot leave the mirror', () => {
    expect(outboundTarget(policy, 'https://registry.test', '//evil/x').url).toBe('http://rt/npm/evil/x');
  });

  it('default ports are not part of an origin', () => {
    expect(requestOrigin('Registry.Test', 443, true)).toBe('https://registry.test');
    expect(requestOrigin('::2', 8080, false)).toBe('http://[::2]:8080');
  });
});
