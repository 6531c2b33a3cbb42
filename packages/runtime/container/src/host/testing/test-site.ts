/** A site for previews to show, spoken by hand on one connection at a time. */
import {
  ByteReader,
  bodyFraming,
  encodeChunk,
  readBody,
  encodeHead,
  headerValue,
  readHeaders,
  type HeaderList,
} from '@slipway/gateway/http';
import type { ByteStream } from '@slipway/gateway';

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** How often `/slow-page` was asked for. */
let slowPages = 0;

export async function serveTestSite(stream: ByteStream, port: number): Promise<void> {
  const reader = new ByteReader(stream);
  for (let line = await reader.readLine(9999); line !== null; line = await reader.readLine(9999)) {
    const [method = '', target = ''] = line.split(' ');
    const headers = await readHeaders(reader);
    if (headerValue(headers, 'upgrade') === 'websocket') return serveSocket(stream, reader, headers);
    await answer(stream, reader, { method, target, headers, port });
  }
}

interface SiteRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderList;
  readonly port: number;
}

async function answer(stream: ByteStream, reader: ByteReader, request: SiteRequest): Promise<void> {
  const parts: number[] = [];
  for await (const bytes of readBody(reader, bodyFraming(request.headers, 'request')))
    for (const byte of bytes) parts.push(byte);
  const path = request.target.split('?')[0] ?? '';
  const reply = async (type: string, body: string, extra: HeaderList = [], status = '200 OK'): Promise<void> => {
    const bytes = encode(body);
    await stream.write(
      encodeHead(`HTTP/1.1 ${status}`, [['Content-Type', type], ['Content-Length', String(bytes.length)], ...extra]),
    );
    await stream.write(bytes);
  };
  switch (path) {
    case '/':
    case '/other':
      return reply(
        'text/html',
        '<!doctype html><html><head><title>site</title><script src="/app.js"></script></head><body>' +
          `<h1>site ${request.port} ${path}</h1>` +
          '<form id=f method=post action=/posted><input name=a value=b></form></body></html>',
        [
          ['X-Frame-Options', 'DENY'],
          ['Set-Cookie', 'seen=yes; Path=/; HttpOnly'],
        ],
      );
    case '/app.js':
      return reply('text/javascript', 'globalThis.appRan = true;');
    case '/posted':
      return reply(
        'text/html',
        `<h1>${request.method} ${new TextDecoder().decode(Uint8Array.from(parts))} ` +
          `origin=${headerValue(request.headers, 'origin') ?? ''}</h1>`,
      );
    case '/echo':
      return reply(
        'application/json',
        JSON.stringify({
          method: request.method,
          target: request.target,
          size: parts.length,
          sum: parts.reduce((sum, byte) => (sum + byte) % 65_521, 0),
          headers: Object.fromEntries(request.headers),
        }),
      );
    case '/redirect':
      return reply('text/plain', '', [['Location', `http://localhost:${request.port}/other`]], '302 Found');
    case '/gone':
      return stream.write(encodeHead('HTTP/1.1 204 No Content', []));
    case '/slow':
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      return reply('text/plain', 'slow but fine');
    case '/slow-page': {
      const count = ++slowPages;
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      return reply('text/html', `<!doctype html><h1>asked ${count} times</h1>`);
    }
    case '/never':
      return new Promise(() => undefined);
    case '/events':
      await stream.write(
        encodeHead('HTTP/1.1 200 OK', [
          ['Content-Type', 'text/event-stream'],
          ['Transfer-Encoding', 'chunked'],
        ]),
      );
      for (let n = 0; n < 3; n++) {
        await stream.write(encodeChunk(encode(`data: ${n}\n\n`)));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return stream.write(encodeChunk(new Uint8Array()));
    case '/large': {
      await stream.write(
        encodeHead('HTTP/1.1 200 OK', [
          ['Content-Type', 'application/octet-stream'],
          ['Transfer-Encoding', 'chunked'],
        ]),
      );
      for (let n = 0; n < 80; n++) await stream.write(encodeChunk(new Uint8Array(100_000).fill(n)));
      return stream.write(encodeChunk(new Uint8Array()));
    }
    default:
      return reply('text/plain', 'no such page', [], '404 Not Found');
  }
}

/** Echoes messages; `bye` makes it close with 4001. */
async function serveSocket(stream: ByteStream, reader: ByteReader, headers: HeaderList): Promise<void> {
  const key = headerValue(headers, 'sec-websocket-key') ?? '';
  const digest = new Uint8Array(
    await crypto.subtle.digest('SHA-1', encode(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)),
  );
  const protocol = headerValue(headers, 'sec-websocket-protocol')?.split(',')[0];
  await stream.write(
    encodeHead('HTTP/1.1 101 Switching Protocols', [
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Accept', btoa(String.fromCharCode(...digest))],
      ...(protocol === undefined ? [] : [['Sec-WebSocket-Protocol', protocol] as const]),
    ]),
  );
  for (;;) {
    const [first = 0, second = 0] = await reader.readExactly(2);
    let length = second & 0x7f;
    if (length === 126)
      length = ((await reader.readExactly(2)) as Uint8Array).reduce((sum, byte) => sum * 256 + byte, 0);
    const mask = (await reader.readExactly(4)).slice();
    const payload = (await reader.readExactly(length)).slice().map((byte, at) => byte ^ (mask[at & 3] ?? 0));
    const head = length < 126 ? [first, length] : [first, 126, length >> 8, length & 255];
    if (new TextDecoder().decode(payload) === 'bye') {
      await stream.write(Uint8Array.of(0x88, 5, 4001 >> 8, 4001 & 255, ...encode('bye')));
      return;
    }
    await stream.write(Uint8Array.from([...head, ...payload]));
    if ((first & 0x0f) === 8) return stream.close();
  }
}
