import { createServer, type RequestListener, type Server } from 'node:http';
import type { Server as NetServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connectTo, listen, rawServer, singleBytes } from '../testing/socket-stream.ts';
import { HttpClient, type HttpResponse } from './http-client.ts';

const servers: NetServer[] = [];
const clients: HttpClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.closeIdle();
  for (const server of servers.splice(0)) server.close();
});

let connections = 0;

async function serve(handler: RequestListener): Promise<number> {
  const server: Server = createServer(handler);
  servers.push(server);
  return listen(server);
}

async function serveRaw(answer: string, end = false): Promise<number> {
  const server = rawServer(answer, end);
  servers.push(server);
  return listen(server);
}

function client(cut?: (bytes: Uint8Array) => Iterable<Uint8Array>): HttpClient {
  connections = 0;
  const made = new HttpClient((port) => {
    connections++;
    return connectTo(port, cut);
  });
  clients.push(made);
  return made;
}

async function read(response: HttpResponse): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const bytes of response.body) parts.push(bytes.slice());
  return Buffer.concat(parts).toString();
}

async function* body(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

const get = (port: number, target = '/') => ({
  port,
  method: 'GET',
  target,
  headers: [['Host', `localhost:${port}`]] as const,
});

describe('HttpClient against Node servers', () => {
  it('requests one after the other share one connection', async () => {
    const port = await serve((request, response) =>
      response.end(`${request.method} ${request.url} ${request.headers.host}`),
    );
    const http = client();
    for (let n = 0; n < 5; n++) {
      expect(await read(await http.request(get(port, `/p?n=${n}`)))).toBe(`GET /p?n=${n} localhost:${port}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(connections).toBe(1);
  });

  it('bodies stream both ways, chunked', async () => {
    const port = await serve((request, response) => {
      expect(request.headers['transfer-encoding']).toBe('chunked');
      request.pipe(response);
    });
    const response = await client(singleBytes).request({
      ...get(port),
      method: 'POST',
      body: body('a'.repeat(70_000), '', 'end'),
    });
    expect(await read(response)).toBe(`${'a'.repeat(70_000)}end`);
  });

  it('a given length is kept', async () => {
    const port = await serve((request, response) => {
      let size = 0;
      request
        .on('data', (bytes: Uint8Array) => (size += bytes.length))
        .on('end', () => response.end(`${request.headers['content-length']} ${size}`));
    });
    const response = await client().request({
      ...get(port),
      method: 'PUT',
      headers: [
        ['Host', 'x'],
        ['Content-Length', '4'],
      ],
      body: body('ab', 'cd'),
    });
    expect(await read(response)).toBe('4 4');
  });

  it('HEAD, 204 and 304 have no body whatever their headers say', async () => {
    const port = await serve((request, response) => {
      response.statusCode = request.url === '/204' ? 204 : request.url === '/304' ? 304 : 200;
      if (request.method === 'HEAD') response.setHeader('Content-Length', '1000');
      response.end();
    });
    const http = client();
    for (const request of [{ ...get(port), method: 'HEAD' }, get(port, '/204'), get(port, '/304'), get(port)]) {
      expect(await read(await http.request(request))).toBe('');
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(connections).toBe(1);
  });

  it('the answer counts although the server did not read the whole request', async () => {
    const port = await serve((_, response) => {
      response.writeHead(413, { Connection: 'close' });
      response.end('too large');
    });
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (let n = 0; n < 100_000; n++) yield new Uint8Array(64 * 1024);
    }
    const response = await client().request({ ...get(port), method: 'POST', body: endless() });
    expect(response.status).toBe(413);
    expect(await read(response)).toBe('too large');
  });

  it('a connection that was closed while idle is replaced without anybody noticing', async () => {
    const server = createServer((_, response) => response.end('ok'));
    servers.push(server);
    const port = await listen(server);
    const http = client();
    await read(await http.request(get(port)));
    server.closeAllConnections();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await read(await http.request(get(port)))).toBe('ok');
    expect(connections).toBe(2);
  });

  it('leaving a body early closes its connection and no other', async () => {
    const port = await serve((_, response) => {
      response.write('x'.repeat(100_000));
      if (_.url !== '/endless') response.end();
    });
    const http = client();
    const response = await http.request(get(port, '/endless'));
    await response.body.next();
    await response.body.return();
    expect((await read(await http.request(get(port)))).length).toBe(100_000);
  });
});

describe('HttpClient against bytes', () => {
  it('informational answers are skipped, odd but legal framing is read', async () => {
    const answer =
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200\r\nTransfer-Encoding: chunked\r\nX: a\r\nX: b\r\n\r\n3;ext="1"\r\nabc\r\n0A\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n';
    const response = await client(singleBytes).request(get(await serveRaw(answer)));
    expect(response.headers).toEqual([
      ['Transfer-Encoding', 'chunked'],
      ['X', 'a'],
      ['X', 'b'],
    ]);
    expect(await read(response)).toBe('abc0123456789');
  });

  it('a body without framing goes to the end of the connection', async () => {
    expect(await read(await client().request(get(await serveRaw('HTTP/1.0 200 OK\r\n\r\nall of it', true))))).toBe(
      'all of it',
    );
  });

  it.each([
    ['no HTTP at all', 'SSH-2.0-x\r\n', 'does not speak HTTP'],
    ['a header without a name', 'HTTP/1.1 200 OK\r\n: x\r\n\r\n', 'header field'],
    ['a space before the colon', 'HTTP/1.1 200 OK\r\nA : x\r\n\r\n', 'header field'],
    ['a folded header', 'HTTP/1.1 200 OK\r\nA: x\r\n y\r\n\r\n', 'header field'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 'not a number'],
    ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', 'not a number'],
    ['an unknown coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n', 'not supported'],
    ['a long line', `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(70_000)}\r\n\r\n`, 'longer than'],
    ['many headers', `HTTP/1.1 200 OK\r\n${'A: x\r\n'.repeat(1001)}\r\n`, 'larger than'],
    ['nothing', '', 'without an answer'],
    ['half a header', 'HTTP/1.1 200 OK\r\nA: x', 'in the middle'],
  ])('%s is an error', async (_, answer, message) => {
    await expect(client().request(get(await serveRaw(answer, true)))).rejects.toThrow(message);
  });

  it.each([
    ['a short body', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc', '7 bytes before the end'],
    [
      'a chunk that is too long',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n',
      'not as long as its size',
    ],
    ['a chunk size that is no number', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n', 'no size'],
  ])('%s is an error of the body', async (_, answer, message) => {
    const response = await client().request(get(await serveRaw(answer, true)));
    await expect(read(response)).rejects.toThrow(message);
  });

  it('a request that would start a second one is refused before it is sent', async () => {
    const http = client();
    await expect(http.request({ port: 1, method: 'GET', target: '/ HTTP/1.1\r\nX: y', headers: [] })).rejects.toThrow(
      'cannot be written',
    );
    await expect(
      http.request({ port: await serveRaw(''), method: 'GET', target: '/', headers: [['X', 'a\r\nY: b']] }),
    ).rejects.toThrow('cannot be written');
  });
});
