import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

/** The page's side of the command line, by path below `/cli/`. */
export interface CliEndpoints {
  readonly script: string;
  job(): unknown;
  mount(): Promise<Uint8Array>;
  stdin(): NodeJS.ReadableStream;
  output(text: Uint8Array): Promise<void>;
  save(tree: Uint8Array): Promise<void>;
  exit(code: number): void;
  failure(message: string): void;
}

export interface RuntimeHost {
  /** Folder of the built runtime. */
  readonly files: string;
  /** The document at `/__slip/config.json`. */
  config(origins: { app: string; port: number }): unknown;
  /** The registry mirror: answers `/npm/*`. */
  mirror(request: Request): Promise<Response>;
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.json': 'application/json', '.wasm': 'application/wasm', '.bin': 'application/octet-stream' };

const APP_HEADERS = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cross-Origin-Resource-Policy': 'same-origin' };
const RUNTIME_HEADERS = { 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cross-Origin-Resource-Policy': 'cross-origin' };

export interface CliHosts {
  readonly appOrigin: string;
  readonly runtimeOrigin: string;
  close(): Promise<void>;
}

/** Serves both hosts on one loopback port of the system's choice. */
export async function serveHosts(cli: CliEndpoints, runtime: RuntimeHost): Promise<CliHosts> {
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
    if (url.hostname === 'slipway.localhost') await serveApp(url, request, response);
    else if (url.hostname.endsWith('.rt.slipway.localhost')) await serveRuntime(url, request, response);
    else send(response, 421, 'text/plain', 'no such host', {});
  };

  const serveApp = async (url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = (status: number, body: string | Uint8Array, type = 'text/plain'): void => send(response, status, type, body, APP_HEADERS);
    switch (url.pathname) {
      case '/':
        return text(200, '<!doctype html><meta charset="utf-8"><title>container</title><body><script type="module" src="/cli/page.js"></script>', 'text/html');
      case '/cli/page.js':
        return text(200, cli.script, 'text/javascript');
      case '/cli/job':
        return text(200, JSON.stringify(cli.job()), 'application/json');
      case '/cli/mount':
        return text(200, await cli.mount(), 'application/octet-stream');
      case '/cli/stdin':
        response.writeHead(200, { ...APP_HEADERS, 'Content-Type': 'application/octet-stream' });
        cli.stdin().pipe(response);
        return;
      case '/cli/output':
        await cli.output(await body(request));
        return text(204, '');
      case '/cli/save':
        await cli.save(await body(request));
        return text(204, '');
      case '/cli/exit':
        cli.exit(Number(new TextDecoder().decode(await body(request))));
        return text(204, '');
      case '/cli/failure':
        cli.failure(new TextDecoder().decode(await body(request)));
        return text(204, '');
      default:
        return text(404, 'not found');
    }
  };

  const serveRuntime = async (url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (url.pathname === '/__slip/config.json') return send(response, 200, 'application/json', JSON.stringify(runtime.config({ app: appOrigin, port })), RUNTIME_HEADERS);
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

function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array, headers: Record<string, string>): void {
  response.writeHead(status, { ...headers, 'Content-Type': type });
  response.end(body);
}

async function body(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
