import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

/** Answers a request to the app host; false when the path is none of its own. */
export type AppRoutes = (url: URL, request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

export interface RuntimeHost {
  /** Folder of the built runtime. */
  readonly files: string;
  /** The document at `/__slip/config.json`. */
  config(origins: { app: string; port: number }): Promise<unknown>;
  /** The registry mirror: answers `/npm/*`. */
  mirror(request: Request): Promise<Response>;
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.json': 'application/json', '.wasm': 'application/wasm', '.bin': 'application/octet-stream' };

export const APP_HEADERS = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cross-Origin-Resource-Policy': 'same-origin' };
const RUNTIME_HEADERS = { 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cross-Origin-Resource-Policy': 'cross-origin' };

export interface ContainerHosts {
  readonly appOrigin: string;
  readonly runtimeOrigin: string;
  close(): Promise<void>;
}

/** Serves an app host and a runtime host on one loopback port of the system's choice. */
export async function serveHosts(app: AppRoutes, runtime: RuntimeHost): Promise<ContainerHosts> {
  const server: Server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'Content-Type': 'text/plain' });
      response.end(error instanceof Error ? error.message : String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const appOrigin = `http://slipway.localhost:${port}`;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    if (url.hostname === 'slipway.localhost') {
      if (!(await app(url, request, response))) send(response, 404, 'text/plain', 'not found', APP_HEADERS);
    }
    else if (url.hostname.endsWith('.rt.slipway.localhost')) await serveRuntime(url, request, response);
    else send(response, 421, 'text/plain', 'no such host', {});
  };

  const serveRuntime = async (url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (url.pathname === '/__slip/config.json') return send(response, 200, 'application/json', JSON.stringify(await runtime.config({ app: appOrigin, port })), RUNTIME_HEADERS);
    if (url.pathname.startsWith('/npm/')) {
      const answer = await runtime.mirror(new Request(url, { method: request.method ?? 'GET', headers: request.headers as Record<string, string> }));
      response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...RUNTIME_HEADERS });
      if (answer.body !== null) for await (const chunk of answer.body) response.write(chunk);
      response.end();
      return;
    }
    const name = url.pathname === '/headless' || url.pathname === '/connect' ? `${url.pathname}.html` : url.pathname;
    const path = normalize(join(runtime.files, decodeURIComponent(name)));
    if (!path.startsWith(runtime.files)) return send(response, 404, 'text/plain', 'not found', RUNTIME_HEADERS);
    try {
      const bytes = await readFile(path);
      send(response, 200, TYPES[extname(path)] ?? 'application/octet-stream', bytes, RUNTIME_HEADERS);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      send(response, 404, 'text/plain', 'not found', RUNTIME_HEADERS);
    }
  };

  return {
    appOrigin,
    runtimeOrigin: `http://cli.rt.slipway.localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array, headers: Record<string, string>): void {
  response.writeHead(status, { ...headers, 'Content-Type': type });
  response.end(body);
}

export async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
