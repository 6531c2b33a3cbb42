import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SessionResponse } from '@slipway/contracts';
import { createTestDatabase, type TestDatabase } from '@slipway/db/testing';
import { pino } from 'pino';
import { parseConfig } from './config/config.ts';
import { answerProblem } from './openapi/answer-problem.ts';
import { createRegistryMirror, type RegistryMirror } from '@slipway/registry-mirror';
import { type RunningServer, startServer } from './start-server.ts';

/** Where the app is, unless a test says otherwise. */
const APP_HOST = 'slipway.localhost';

/** A whole server on a free port over a database of its own, and a client that can say which host it means. */
export interface TestServer {
  database: TestDatabase;
  server: RunningServer;
  folder: string;
  /** `host` is what stands before the port; the connection always goes to 127.0.0.1. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** As the app's own page would call it. */
  callApi(method: string, path: string, options?: CallOptions): Promise<Answer>;
  signIn(): Promise<string>;
  close(): Promise<void>;
}

/** `json` sets body and content type; `token` goes as a bearer. */
export interface CallOptions {
  host?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  json?: unknown;
  token?: string;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  text: string;
  json<T = Record<string, never>>(): T;
}

/** Everything real but the folders of pages and the registry. `env` goes through the server's own configuration. */
export async function createTestServer(
  options: {
    env?: Record<string, string>;
    mirror?: RegistryMirror;
    database?: TestDatabase;
    /** How long what a site's host shows is remembered, without being told of a change. */
    siteKeepMs?: number;
    /** In the place of DNS, which is really asked otherwise. */
    resolveTxt?: (name: string) => Promise<string[][]>;
    /** Shorter ones than a server has, so that a test of a plugin that loops is over soon. */
    pluginLimits?: NonNullable<Parameters<typeof startServer>[1]['pluginLimits']>;
    log?: (line: string) => void;
  } = {},
): Promise<TestServer> {
  const database = options.database ?? (await createTestDatabase());
  const folder = mkdtempSync(join(tmpdir(), 'slipway-server-'));
  const folders = { web: join(folder, 'web'), runtime: join(folder, 'runtime') };
  writeFiles(folders.web, { 'index.html': '<title>ide</title>', 'assets/app-1.js': 'app()' });
  writeFiles(folders.runtime, {
    'headless.html': 'headless',
    'check.html': 'check',
    'connect.html': 'connect',
    'preview.html': 'preview bootstrap',
    'sw.js': 'worker()',
    'assets/kernel-1.js': 'kernel()',
    'assets/kernel-1.js.br': 'packed',
  });
  const config = parseConfig({
    PORT: '0',
    SECRET_KEY: sharedSecretKey,
    STATE_DIR: folder,
    LOG_LEVEL: 'silent',
    NODE_ENV: 'test',
    ...options.env,
  });
  const mirror =
    options.mirror ??
    createRegistryMirror({ folder, limitBytes: 1e6, upstream: () => Promise.resolve(unusedRegistry), now: Date.now });
  const server = await startServer(config, {
    databaseUrl: database.url,
    log: pino({ level: config.LOG_LEVEL }, { write: options.log ?? ((line) => void process.stdout.write(line)) }),
    folders,
    mirror,
    ...(options.siteKeepMs === undefined ? {} : { siteKeepMs: options.siteKeepMs }),
    ...(options.pluginLimits === undefined ? {} : { pluginLimits: options.pluginLimits }),
    ...(options.resolveTxt === undefined ? {} : { resolveTxt: options.resolveTxt }),
  });

  const call: TestServer['call'] = async (method, path, callOptions = {}) => {
    const answer = await send(server.port, method, path, callOptions);
    const { status, text } = answer;
    const problem = answerProblem({ method, path, status, text, type: answer.headers['content-type'] });
    // What the app answers anywhere in the tests is held against its own description (SV-20).
    if (problem !== undefined && (callOptions.host ?? APP_HOST) === APP_HOST)
      throw new Error(`${method} ${path} answers what its description does not say: ${problem}`);
    return answer;
  };
  const callApi: TestServer['callApi'] = (method, path, callOptions = {}) =>
    call(method, path, {
      ...callOptions,
      headers: { origin: server.hosts.appOrigin, 'sec-fetch-site': 'same-origin', ...callOptions.headers },
    });
  return {
    database,
    server,
    folder,
    call,
    callApi,
    signIn: async () =>
      (await callApi('POST', '/api/v1/auth/local', { json: {} })).json<SessionResponse>().data.accessToken,
    close: async () => {
      await server.close();
      if (!options.database) await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Servers of one test share a database, and so its key. */
const sharedSecretKey = Buffer.alloc(32, 'test').toString('base64');

/** For tests that have nothing to do with packages. */
const unusedRegistry = {
  defaultUrl: 'http://default-registry.invalid/',
  configuredUrl: 'http://configured-registry.invalid/',
};

/** Texts by path, folders made on the way. */
export function writeFiles(folder: string, files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** The request's headers, sent; the answer is for the caller to read. */
export function open(port: number, method: string, path: string, options: CallOptions): Promise<IncomingMessage> {
  const body = options.json === undefined ? options.body : JSON.stringify(options.json);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: false,
        headers: {
          host: `${options.host ?? APP_HOST}:${port}`,
          ...(options.json === undefined ? {} : { 'content-type': 'application/json' }),
          ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
          ...options.headers,
        },
      },
      resolve,
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The whole answer in memory, whatever its status. */
async function send(port: number, method: string, path: string, options: CallOptions): Promise<Answer> {
  const incoming = await open(port, method, path, options);
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const text = body.toString('utf8');
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body, text, json: () => JSON.parse(text) };
}
