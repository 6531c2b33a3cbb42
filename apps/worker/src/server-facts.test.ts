import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readRuntimeConfig } from './server-facts.ts';
import { drip, falterAfterHeaders, type RudeServer, startRudeServer } from '@slipway/registry-mirror/testing';

let server: RudeServer | undefined;
afterEach(() => server?.close());

async function originOf(behave?: (socket: Socket) => void): Promise<string> {
  server = await startRudeServer(behave);
  return `http://slipway.localhost:${server.port}`;
}

const never = new AbortController().signal;

describe('asking the server for its hosts', () => {
  it.each([
    ['is silent', undefined],
    ['sends headers and then nothing', falterAfterHeaders],
    ['drips', drip],
  ])('SV-03 a server that %s is given up at the deadline, and the connection with it', async (_, behave) => {
    const origin = await originOf(behave);
    await expect(readRuntimeConfig(origin, never, 300)).rejects.toThrow(
      `Cannot read "${origin}/__slip/config.json": no complete answer within 300 ms`,
    );
    await expect.poll(() => server?.open()).toBe(0);
  });

  it.each([
    ['is silent', undefined],
    ['drips', drip],
  ])('SV-03 an abort ends the wait for a server that %s, with the reason of whoever aborted', async (_, behave) => {
    const abort = new AbortController();
    const reading = readRuntimeConfig(await originOf(behave), abort.signal);
    void server?.connected().then(() => abort.abort(new Error('cancelled')));
    await expect(reading).rejects.toThrow(/^cancelled$/);
    await expect.poll(() => server?.open()).toBe(0);
    await expect(readRuntimeConfig(await originOf(), AbortSignal.abort(new Error('before')))).rejects.toThrow(
      /^before$/,
    );
  });

  it('SV-03 an answer without end is refused, and other answers say what they are', async () => {
    const flood = await originOf((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n${' '.repeat(2_000_000)}`),
    );
    await expect(readRuntimeConfig(flood, never)).rejects.toThrow(/: the answer is larger than 1048576 bytes$/);
    await server?.close();
    const sick = await originOf((socket) => socket.end('HTTP/1.1 503 No\r\nConnection: close\r\n\r\nsoon'));
    await expect(readRuntimeConfig(sick, never)).rejects.toThrow(/: the server answered 503: soon$/);
    await server?.close();
    const cut = await originOf((socket) => socket.destroy());
    await expect(readRuntimeConfig(cut, never)).rejects.toThrow(/^Cannot read "http:\/\/slipway.*": socket hang up$/);
  });
});
