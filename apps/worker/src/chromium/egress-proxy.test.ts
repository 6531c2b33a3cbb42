import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { falterAfterHeaders, type RudeServer, startRudeServer } from '@slipway/registry-mirror/testing';
import { type EgressProxy, startEgressProxy } from './egress-proxy.ts';

let server: RudeServer | undefined;
let proxy: EgressProxy | undefined;
afterEach(async () => {
  await proxy?.close();
  await server?.close();
});

async function openProxy(behave?: (socket: Socket) => void, silenceMs = 200): Promise<string> {
  server = await startRudeServer(behave);
  const origin = `http://b1.rt.slipway.localhost:${server.port}`;
  proxy = await startEgressProxy({
    origin,
    dial: { host: '127.0.0.1', port: server.port },
    onRefused: () => undefined,
    silenceMs,
  });
  return origin;
}

/** Status, and how the body ended. */
function get(url: string): Promise<[status: number, ending: string]> {
  return new Promise((resolve, reject) => {
    request(new URL(proxy?.url ?? ''), { path: url, agent: false }, (incoming) => {
      incoming.resume();
      incoming.on('end', () => resolve([incoming.statusCode ?? 0, 'whole']));
      incoming.on('error', (error: NodeJS.ErrnoException) => resolve([incoming.statusCode ?? 0, error.code ?? '']));
    })
      .on('error', reject)
      .end();
  });
}

describe('the way out of a build', () => {
  it('SV-03 a server that never answers is given up with 504, one that falls silent is cut', async () => {
    const silent = await openProxy();
    expect(await get(`${silent}/npm/a`)).toEqual([504, 'whole']);
    await expect.poll(() => server?.open()).toBe(0);
    await server?.close();
    await proxy?.close();
    const faltering = await openProxy(falterAfterHeaders);
    expect(await get(`${faltering}/npm/a`)).toEqual([200, 'ECONNRESET']);
    await expect.poll(() => server?.open()).toBe(0);
  });

  it('SB-08 one that is shut lets nothing through any more, and breaks off what was open', async () => {
    const origin = await openProxy(undefined, 600_000);
    const waiting = get(`${origin}/npm/a`).catch((error: NodeJS.ErrnoException) => error.code);
    await expect.poll(() => server?.open()).toBe(1);
    proxy?.shut();
    expect(await waiting).toBe('ECONNRESET');
    expect(await get(`${origin}/npm/a`)).toEqual([403, 'whole']);
  });

  it('SV-03 a silent tunnel is cut, and the end of the job ends what is still open', async () => {
    const tunnel = async (origin: string): Promise<Socket> => {
      const socket = connect(Number(new URL(proxy?.url ?? '').port), '127.0.0.1');
      socket.write(`CONNECT ${new URL(origin).host} HTTP/1.1\r\n\r\n`);
      await new Promise((resolve) => socket.once('data', resolve));
      socket.resume();
      socket.write('hello');
      return socket;
    };
    const ended = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));
    await ended(await tunnel(await openProxy()));
    await server?.close();
    await proxy?.close();
    const origin = await openProxy(undefined, 600_000);
    const waiting = get(`${origin}/npm/a`).catch((error: NodeJS.ErrnoException) => error.code);
    const open = await tunnel(origin);
    await expect.poll(() => server?.open()).toBe(2);
    await proxy?.close();
    await ended(open);
    expect(await waiting).toBe('ECONNRESET');
    await expect.poll(() => server?.open()).toBe(0);
  });
});
