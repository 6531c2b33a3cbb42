import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { deliverBeatsTo } from './deliver-beats.ts';

const BEAT = {
  taskId: 'job',
  timestamp: 2,
  currentStep: 1,
  totalSteps: 5,
  cpuUsage: 0.5,
  memoryUsage: 300,
  diskUsage: 4,
  lastActivity: 1,
};
const servers: { close(): unknown }[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** Answers every request with this status, and tells what came. */
async function listen(status: number, headers: Record<string, string> = {}) {
  const came: { method: string | undefined; type: string | undefined; body: unknown }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      came.push({ method: request.method, type: request.headers['content-type'], body: JSON.parse(text) });
      response.writeHead(status, headers).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  servers.push(server);
  return { came, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/beats` };
}
const { signal } = new AbortController();

it('HB-01 a beat is posted as JSON to the operator\u2019s address, though that is private', async () => {
  const { came, url } = await listen(204);
  await deliverBeatsTo(url)(BEAT, signal);
  expect(came).toEqual([{ method: 'POST', type: 'application/json', body: BEAT }]);
});

it('HB-01 an answer that is none, or a redirect elsewhere, is a delivery that failed', async () => {
  const other = await listen(204);
  const { url } = await listen(307, { location: other.url });
  await expect(deliverBeatsTo(url)(BEAT, signal)).rejects.toThrow('the answer was 307');
  expect(other.came).toEqual([]);
  await expect(deliverBeatsTo((await listen(500)).url)(BEAT, signal)).rejects.toThrow('the answer was 500');
});
