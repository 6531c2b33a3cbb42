import { createServer, type RequestListener } from 'node:http';
import type { Server } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { connectTo, listen } from '../testing/socket-stream.ts';
import { PreviewGateway } from './preview-gateway.ts';
import type { GatewayAnswer } from './preview-protocol.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(handler: RequestListener): Promise<number> {
  const server: Server = createServer(handler);
  closers.push(() => server.close());
  return listen(server);
}

/** A service worker's side, by hand. */
async function connect(
  port: number,
  gateway = new PreviewGateway({ previewUrl: (number) => `http://${number}--id.test`, coep: 'require-corp' }),
  attach = true,
): Promise<{
  post(message: unknown): void;
  answers: GatewayAnswer[];
  until(type: GatewayAnswer['type'], id: number): Promise<GatewayAnswer>;
  gateway: PreviewGateway;
}> {
  if (attach) gateway.attach((number) => (number === 1 ? -111 : connectTo(number)));
  const channel = new MessageChannel();
  const answers: GatewayAnswer[] = [];
  channel.port2.addEventListener('message', (event) => answers.push((event as MessageEvent<GatewayAnswer>).data));
  channel.port2.start();
  closers.push(
    () => channel.port2.close(),
    () => gateway.detach(),
  );
  gateway.accept({ type: 'preview', port, purpose: { kind: 'gateway' } }, channel.port1);
  const until = async (type: GatewayAnswer['type'], id: number): Promise<GatewayAnswer> => {
    for (;;) {
      const found = answers.find((answer) => answer.type === type && (answer.type === 'hello' || answer.id === id));
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  await until('hello', 0);
  return { post: (message) => channel.port2.postMessage(message), answers, until, gateway };
}

const get = (id: number, target = '/', headers: [string, string][] = []): object => ({
  type: 'fetch',
  id,
  method: 'GET',
  target,
  headers,
  hasBody: false,
});

describe('GatewaySession', () => {
  it('host and addresses are the program’s own, both ways; hop-by-hop fields stay here', async () => {
    const port = await serve((request, response) => {
      response.writeHead(302, {
        Location: `http://127.0.0.1:${port}/next?x`,
        'Content-Location': 'http://localhost:4000/other',
        Connection: 'close, X-Hop',
        'X-Hop': '1',
        'Set-Cookie': ['a=1', 'b=2'],
      });
      response.end(JSON.stringify(request.headers));
    });
    const { post, until, answers } = await connect(port);
    post(
      get(1, '/a', [
        ['Host', 'evil'],
        ['origin', `http://${port}--id.test`],
        ['referer', `http://${port}--id.test/page`],
        ['connection', 'upgrade'],
        ['accept-encoding', 'br'],
        ['x-own', 'yes'],
      ]),
    );
    const head = await until('head', 1);
    await until('body', 1);
    const body = answers.find((answer) => answer.type === 'body' && answer.bytes !== null);
    const seen = JSON.parse(
      new TextDecoder().decode(body?.type === 'body' ? (body.bytes ?? undefined) : undefined),
    ) as Record<string, string>;
    expect(seen).toMatchObject({
      host: `localhost:${port}`,
      origin: `http://localhost:${port}`,
      referer: `http://localhost:${port}/page`,
      'accept-encoding': 'identity',
      connection: 'keep-alive',
      'x-own': 'yes',
    });
    const headers = head.type === 'head' ? head.headers : [];
    expect(headers).toEqual(
      expect.arrayContaining([
        ['Location', '/next?x'],
        ['Content-Location', 'http://4000--id.test/other'],
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
      ]),
    );
    expect(headers.map(([name]) => name.toLowerCase())).not.toEqual(expect.arrayContaining(['x-hop']));
  });

  it('a coded answer is decoded, since a service worker’s answers are not', async () => {
    const port = await serve((_, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' });
      response.end(gzipSync('plain text'));
    });
    const { post, until } = await connect(port);
    post(get(1));
    const head = await until('head', 1);
    const body = await until('body', 1);
    expect(head.type === 'head' && head.headers.some(([name]) => name.toLowerCase() === 'content-encoding')).toBe(
      false,
    );
    expect(body.type === 'body' && new TextDecoder().decode(body.bytes ?? undefined)).toBe('plain text');
  });

  it('no more is sent than the receiver has given leave for', async () => {
    const port = await serve((_, response) => response.end(Buffer.alloc(3_000_000)));
    const { post, until, answers } = await connect(port);
    post(get(1));
    await until('head', 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const pieces = (): number => answers.filter((answer) => answer.type === 'body' && answer.bytes !== null).length;
    expect(pieces()).toBe(8);
    post({ type: 'pull', id: 1 });
    post({ type: 'pull', id: 1 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(pieces()).toBe(10);
    post({ type: 'cancel', id: 1 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(pieces()).toBe(10);
  });

  it('refused, stopped and broken are told apart', async () => {
    const refused = await connect(1);
    refused.post(get(1));
    expect(await refused.until('failed', 1)).toMatchObject({ reason: 'refused', message: 'Nothing listens on port 1' });
    const port = await serve((_, response) => response.destroy());
    const broken = await connect(port);
    broken.post(get(1));
    expect(await broken.until('failed', 1)).toMatchObject({ reason: 'broken' });
    broken.gateway.detach();
    broken.post(get(2));
    expect(await broken.until('failed', 2)).toMatchObject({ reason: 'stopped' });
  });

  it('a request that comes a moment before the server waits for it', async () => {
    const port = await serve((_, response) => response.end('here'));
    let open = false;
    const gateway = new PreviewGateway({ previewUrl: () => 'http://x', coep: 'none' });
    gateway.attach((number) => (open ? connectTo(number) : -111));
    const { post, until } = await connect(port, gateway, false);
    post(get(1));
    await until('received', 1);
    open = true;
    gateway.portOpened(port);
    expect(await until('head', 1)).toMatchObject({ status: 200 });
  });

  it('messages that make no sense are dropped, and the session goes on', async () => {
    const port = await serve((request, response) => response.end(request.url));
    const { post, until, answers } = await connect(port);
    for (const message of [
      null,
      'x',
      {},
      { type: 'fetch' },
      { type: 'fetch', id: 1, method: 'GET', target: 'http://evil/', headers: [] },
      { type: 'fetch', id: 1, method: 'GET', target: '/', headers: [['a']] },
      { type: 'body', id: 99, bytes: 'text' },
      { type: 'pull', id: 99 },
      { type: 'cancel', id: 99 },
    ])
      post(message);
    post(get(7, '/fine'));
    await until('head', 7);
    expect(answers.filter(({ type }) => type === 'received').length).toBe(1);
    post(get(8, '/a b\r\nX: y'));
    expect(await until('failed', 8)).toMatchObject({ reason: 'broken' });
    post({ type: 'fetch', id: 9, method: 'GET / HTTP/1.1\r\nX:', target: '/', headers: [], hasBody: false });
    expect(await until('failed', 9)).toMatchObject({ reason: 'broken' });
    post(
      get(10, '/', [
        ['bad name', 'x'],
        ['ok', 'a\r\nInjected: 1'],
      ]),
    );
    await until('head', 10);
  });

  it('a sender that ignores its credit loses the request, not our memory', async () => {
    const port = await serve(() => undefined);
    const { post, until } = await connect(port);
    post({ type: 'fetch', id: 1, method: 'POST', target: '/', headers: [], hasBody: true });
    for (let n = 0; n < 400; n++) post({ type: 'body', id: 1, bytes: new Uint8Array(64 * 1024) });
    await until('received', 1);
    post(get(2));
    await until('received', 2);
  });
});

describe('PreviewGateway', () => {
  it('an opening that makes no sense closes its port', () => {
    const gateway = new PreviewGateway({ previewUrl: () => 'http://x', coep: 'none' });
    for (const data of [
      null,
      {},
      { type: 'preview', port: 0, purpose: { kind: 'gateway' } },
      { type: 'preview', port: 3000, purpose: { kind: 'root' } },
      { type: 'preview', port: 3000, purpose: { kind: 'socket', target: 'ws://evil', protocols: [] } },
    ]) {
      const { port1 } = new MessageChannel();
      gateway.accept(data, port1);
      port1.close();
    }
  });

  it('reports are filtered by what the embedder asked for, and carry the port we know', async () => {
    const gateway = new PreviewGateway({ previewUrl: () => 'http://x', coep: 'none' });
    const channel = new MessageChannel();
    closers.push(() => channel.port2.close());
    const settings: unknown[] = [];
    channel.port2.addEventListener('message', (event) => settings.push((event as MessageEvent<unknown>).data));
    channel.port2.start();
    const got: unknown[] = [];
    gateway.subscribe((message) => got.push(message));
    gateway.setForwardErrors('exceptions-only');
    gateway.accept({ type: 'preview', port: 3000, purpose: { kind: 'page' } }, channel.port1);
    const base = { previewId: 'p', pathname: '/', search: '', hash: '', port: 9 };
    channel.port2.postMessage({
      type: 'report',
      message: { type: 'PREVIEW_CONSOLE_ERROR', args: [], stack: '', ...base },
    });
    channel.port2.postMessage({ type: 'report', message: { type: 'OTHER', ...base } });
    channel.port2.postMessage({ type: 'report', message: null });
    channel.port2.postMessage({
      type: 'report',
      message: { type: 'PREVIEW_UNCAUGHT_EXCEPTION', message: 'm', ...base },
    });
    while (got.length === 0 || settings.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(got).toEqual([expect.objectContaining({ type: 'PREVIEW_UNCAUGHT_EXCEPTION', message: 'm', port: 3000 })]);
    expect(settings).toEqual([{ type: 'settings', forwardErrors: 'exceptions-only' }]);
    channel.port2.postMessage({ type: 'bye' });
  });
});
