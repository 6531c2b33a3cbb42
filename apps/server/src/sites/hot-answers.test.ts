import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Site } from '@slipway/db';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { parseConfig } from '../config/config.ts';
import { createHosts } from '../hosts/hosts.ts';
import { createHotAnswers, type HotAnswer } from './hot-answers.ts';

const LONG_WAY = 599;
const HOST = 'label.slipway-sites.localhost';
const SITE = {
  kind: 'version',
  key: 'k',
  artifactId: 'one',
  createdAt: 1,
  passwordHash: null,
  expiresInUs: null,
} as Site;
const BYTES = Buffer.from('x'.repeat(100));
const ANSWER: HotAnswer = {
  headers: { 'content-type': 'text/javascript', 'content-length': '100', 'content-encoding': 'br', etag: '"e"' },
  bytes: BYTES,
  validators: { etag: '"e"', lastModifiedMs: 1000 },
};
const QUESTION = { host: HOST, target: '/a.js', encodings: 'br', navigation: false };

let server: Server;
let hot: ReturnType<typeof createHotAnswers>;
let site: Site | undefined;
let viewed: number;
let told: unknown[];
let send: ReturnType<typeof hot.over>;
beforeAll(async () => {
  server = createServer((incoming, outgoing) => {
    if (!send(incoming, outgoing)) outgoing.writeHead(LONG_WAY).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => void server.close());
beforeEach(() => {
  site = { ...SITE, viewLimit: null };
  [viewed, told] = [0, []];
  hot = createHotAnswers({ limitBytes: 80_000, known: () => site, viewed: () => viewed++ });
  const hosts = createHosts(parseConfig({}), 4000);
  send = hot.over({ hosts, answered: (kind, status) => void told.push([kind, status]) });
  hot.keep(site, QUESTION, ANSWER);
});

async function ask(headers: Record<string, string> = {}, path = '/a.js', method = 'GET') {
  const { port } = server.address() as AddressInfo;
  const all = { host: HOST, 'accept-encoding': 'br', ...headers };
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers: all, agent: false }, resolve).on('error', reject).end();
  });
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  return { status: incoming.statusCode, headers: incoming.headers, text };
}
const statusOf = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).status;

it('ST-13 what was answered once is answered again without a look, and counted', async () => {
  const first = await ask();
  expect([first.status, first.text]).toEqual([200, BYTES.toString()]);
  expect(first.headers).toMatchObject({ ...ANSWER.headers, 'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/) });
  const head = await ask({}, '/a.js', 'HEAD');
  expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', '100']);
  for (const headers of [{ 'if-none-match': 'W/"e"' }, { 'if-modified-since': new Date(2000).toUTCString() }]) {
    const answer = await ask(headers);
    expect([answer.status, answer.text, answer.headers['etag']]).toEqual([304, '', '"e"']);
    for (const name of ['content-type', 'content-length', 'content-encoding'])
      expect(answer.headers[name]).toBeUndefined();
  }
  expect(await statusOf({ 'if-none-match': '"other"' })).toBe(200);
  expect(told).toEqual([200, 200, 304, 304, 200].map((status) => ['site', status]));
  expect(viewed).toBe(0);
});

it('ST-11 a view is counted, and each kind of request has answers of its own', async () => {
  const page = { 'sec-fetch-dest': 'document' };
  expect(await statusOf(page)).toBe(LONG_WAY);
  hot.keep(site!, { ...QUESTION, navigation: true }, ANSWER);
  expect([await statusOf(page), viewed]).toEqual([200, 1]);
  expect([await statusOf({ ...page, 'if-none-match': '"e"' }), viewed]).toEqual([304, 1]);
  expect([await statusOf(page, '/a.js', 'HEAD'), viewed]).toEqual([200, 1]);
});

it.each<[string, Parameters<typeof ask>]>([
  ['a part', [{ range: 'bytes=0-1' }]],
  ['a part on a condition', [{ 'if-range': '"e"' }]],
  ['a body', [{ 'content-length': '0' }]],
  ['another method', [{}, '/a.js', 'POST']],
  ['another address', [{}, '/a.js?x=1']],
  ['another encoding', [{ 'accept-encoding': 'gzip' }]],
  ['the app', [{ host: 'slipway.localhost' }]],
  ['a preview', [{ host: '3000--abc.slipway.localhost' }]],
  ['a live preview', [{ host: 'no name' }]],
])('ST-13 %s goes the long way', async (_, asked) => {
  expect(await statusOf(...asked)).toBe(LONG_WAY);
});

it.each<[string, Partial<Site> | undefined]>([
  ['with a password', { passwordHash: 'scrypt$' }],
  ['with an end', { expiresInUs: 1e9 }],
  ['with a view limit', { viewLimit: 5 }],
  ['that shows another version', { artifactId: 'two' }],
  ['of another kind', { kind: 'address' }],
  ['of which nothing is known', undefined],
])('ST-11 a site %s is not answered from memory', async (_, change) => {
  site = change && { ...site!, ...change };
  expect(await statusOf()).toBe(LONG_WAY);
  if (site === undefined || change?.artifactId !== undefined || change?.kind !== undefined) return;
  hot.keep(site, QUESTION, ANSWER);
  expect(await statusOf()).toBe(LONG_WAY);
});

it('ST-13 its memory has a limit, and what would be no name for an answer is not kept', async () => {
  const own = { ...site!, key: 'other' };
  for (let at = 0; at < 60; at++) hot.keep(own, { ...QUESTION, target: `/${at}` }, ANSWER);
  expect(await statusOf()).toBe(LONG_WAY);
  const long = `/${'a'.repeat(1024)}`;
  hot.keep(site!, { ...QUESTION, target: long }, ANSWER);
  expect(await statusOf({}, long)).toBe(LONG_WAY);
  const encodings = 'br, '.repeat(40);
  hot.keep(site!, { ...QUESTION, encodings }, ANSWER);
  expect(await statusOf({ 'accept-encoding': encodings.trim() })).toBe(LONG_WAY);
});
