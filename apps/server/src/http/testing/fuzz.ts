import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import * as z from 'zod';
import { makeRandom, makeValue, pick, type Random } from './make-value.ts';

/** What is asked, and what must never be in an answer. */
export interface FuzzTarget {
  port: number;
  routes: readonly { host: string; method: string; path: string; body: z.ZodType | undefined }[];
  token: string;
  origin: string;
  /** The caller's own ids, a stranger's, and nobody's. */
  ids: readonly string[];
  secrets: readonly string[];
}

/** What came of a run; a fault names the request with which it can be repeated. */
export interface FuzzReport {
  requests: number;
  /** How often each class of status came; 0: no answer in time, or the line was cut. */
  statuses: Record<string, number>;
  faults: string[];
}

/** Waiting is what some routes are for: a holder's answer, events. */
const ANSWER_MS = 1500;
/** A preview without a container; what is not built in a test; a registry that is not there; a tab that is silent. */
const EXPECTED_5XX = new Set([502, 503, 504]);

/** Behind these nobody would be signed in any more. */
const ENDS_THE_CALLER = /^(DELETE \/api\/v1\/account|.*\/auth\/(sign-out|password)|.*(sessions|admin\/users))/;

interface Asked {
  method: string;
  host: string;
  path: string;
  headers: Record<string, string>;
  body: string | Buffer | undefined;
}

/** Status 0 for whatever is no answer, so that one request never ends the run. */
function ask(port: number, asked: Asked): Promise<{ status: number; text: string }> {
  return new Promise((resolve) => {
    const failed = () => resolve({ status: 0, text: '' });
    try {
      const outgoing = request(
        { host: '127.0.0.1', port, method: asked.method, path: asked.path, headers: asked.headers, agent: false },
        (incoming) => {
          let text = '';
          incoming.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
          incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }));
          incoming.on('error', failed);
        },
      );
      outgoing.setTimeout(ANSWER_MS, () => outgoing.destroy());
      outgoing.on('error', failed);
      outgoing.on('close', failed);
      setTimeout(() => outgoing.destroy(), ANSWER_MS).unref();
      outgoing.end(asked.body);
    } catch {
      // Node's own client refuses to send such a path or header.
      failed();
    }
  });
}

function makePath(random: Random, pattern: string, ids: readonly string[]): string {
  const parts: readonly string[] = [
    ...ids,
    ...ids,
    'latest',
    'a'.repeat(64),
    `wpt_1_${'a'.repeat(32)}`,
    '%00',
    '..',
    'x',
  ];
  // A parameter with its pattern, which may hold braces itself.
  const path = pattern
    .replace(/:\w+(\{(?:[^{}]|\{[^{}]*\})*\})?\??/g, () => pick(random, parts))
    .replaceAll('*', () => pick(random, parts));
  return random() < 0.15
    ? `${path}?after=${pick(random, ['1', '-1', '%00', '1e9', 'x'])}&limit=${pick(random, ['0', '99999999999'])}`
    : path;
}

/**
 * So many requests over every route, by what their schemas take and by what they do not; then bytes that are no HTTP.
 */
export async function fuzz(target: FuzzTarget, { count, seed }: { count: number; seed: number }): Promise<FuzzReport> {
  const random = makeRandom(seed);
  const report: FuzzReport = { requests: 0, statuses: {}, faults: [] };
  const routes = target.routes.filter(
    ({ method, path }) => method !== 'ALL' && !path.endsWith('/events') && !ENDS_THE_CALLER.test(`${method} ${path}`),
  );
  const schemas = new Map<z.ZodType, object>();
  const one = async () => {
    const route = pick(random, routes);
    const headers: Record<string, string> = { host: `${route.host}:${target.port}` };
    if (random() < 0.9) headers['authorization'] = `Bearer ${target.token}`;
    if (random() < 0.8) Object.assign(headers, { origin: target.origin, 'sec-fetch-site': 'same-origin' });
    let body: string | undefined;
    if (route.body || (route.method !== 'GET' && random() < 0.3)) {
      headers['content-type'] = random() < 0.97 ? 'application/json' : 'text/plain';
      if (route.body && !schemas.has(route.body))
        schemas.set(route.body, z.toJSONSchema(route.body, { io: 'input', unrepresentable: 'any' }));
      body = JSON.stringify(makeValue(random, route.body ? schemas.get(route.body)! : {}, target.ids));
      if (random() < 0.05) body = body.slice(0, Math.floor(random() * body.length));
    }
    const asked = {
      method: route.method,
      host: route.host,
      path: makePath(random, route.path, target.ids),
      headers,
      body,
    };
    const { status, text } = await ask(target.port, asked);
    report.requests++;
    const kind = status === 0 ? 'none' : `${Math.floor(status / 100)}xx`;
    report.statuses[kind] = (report.statuses[kind] ?? 0) + 1;
    const said = `${asked.method} ${asked.host}${asked.path} ${String(body).slice(0, 300)}: ${status} ${text.slice(0, 200)}`;
    if (status >= 500 && !EXPECTED_5XX.has(status)) report.faults.push(`an error of the server's: ${said}`);
    for (const secret of target.secrets) if (text.includes(secret)) report.faults.push(`somebody else's data: ${said}`);
  };
  // Several at once, so that what happens between two requests happens too.
  const workers = Array.from({ length: 4 }, async () => {
    while (report.requests < count) await one();
  });
  await Promise.all(workers);
  for (let turn = 0; turn < count / 20; turn++) await sendBytes(target.port, random);
  return report;
}

/** Bytes from the beginning of a request on: anything may come behind any of it. */
async function sendBytes(port: number, random: Random): Promise<void> {
  const whole = `POST /api/v1/projects HTTP/1.1\r\nHost: slipway.localhost:${port}\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n`;
  const bytes = Buffer.concat([
    Buffer.from(whole.slice(0, Math.floor(random() * whole.length * 1.2))),
    Buffer.from(Array.from({ length: Math.floor(random() * 200) }, () => Math.floor(random() * 256))),
  ]);
  const socket = connect(port, '127.0.0.1');
  const closed = once(socket, 'close');
  socket.on('error', () => socket.destroy());
  socket.resume();
  socket.end(bytes);
  setTimeout(() => socket.destroy(), 50).unref();
  await closed;
}
