import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve, sep } from 'node:path';
import { type RuntimeConfig, RUNTIME_CONFIG_PATH } from '@slipway/wire';
import { answerSignIn } from '../anonymous-sign-in.ts';
import { askedCoep, isolationHeaders, RUNTIME_SCRIPT_POLICY } from '../isolation-headers.ts';
import { answer, type AppRoutes } from './app-routes.ts';

/** Installs go there instead of to the public registry. */
export interface RegistryAnswers {
  /** Registry origins whose requests the kernel sends to the mirror. */
  origins(): Promise<string[]>;
  /** Path of the mirror, with a slash at both ends. */
  readonly path: string;
  answer(request: Request): Promise<Response>;
}

/** `app` answers for all hosts that are not the runtime's. */
export interface HostsOptions {
  /** Folder of the built runtime (apps/runtime/dist). */
  readonly files: string;
  /** The embedding page. What it does not answer is not found. */
  readonly app: AppRoutes;
  /** More host names that get the app's answers; those in `allowedParents` may embed the runtime. */
  readonly moreAppHosts?: readonly string[];
  /** Host names besides the app's that may frame the runtime. */
  readonly moreParents?: readonly string[];
  /** Pages of other servers that may frame it, as ALLOWED_EMBEDDERS has them: `http://localhost:*`. */
  readonly embedders?: readonly string[];
  readonly registry?: RegistryAnswers;
  /** How many requests `seen` remembers; default 10,000. */
  readonly seenLimit?: number;
}

/** All share the port; the name alone tells them apart. */
export interface HostNames {
  readonly port: number;
  readonly app: string;
  runtime(label: string): string;
  /** Of what a container serves on `port`. */
  preview(port: number, label: string): string;
}

/** They listen until `close` has resolved. */
export interface ServedHosts extends HostNames {
  /** Requests that came, oldest first: host and path; at most the last `seenLimit`. */
  readonly seen: readonly string[];
  close(): Promise<void>;
}

type Headers = Readonly<Record<string, string>>;

const DOMAIN = 'slipway.localhost';
const SEEN_LIMIT = 10_000;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** Addresses of pages, which the files have other names for. */
const RUNTIME_PAGES: Readonly<Record<string, string>> = {
  '/headless': '/headless.html',
  '/connect': '/connect.html',
  '/oauth/authorize': '/authorize.html',
};

/**
 * Serves an app host, runtime hosts and preview hosts on one loopback port of the
 * system's choice, for tests and the command line. The product's own server has
 * accounts, policies and published sites besides (apps/server).
 */
export async function serveHosts(options: HostsOptions): Promise<ServedHosts> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'Content-Type': 'text/plain' });
      response.end(error instanceof Error ? error.message : String(error));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const names = hostNames((server.address() as AddressInfo).port);
  const appHosts = [DOMAIN, ...(options.moreAppHosts ?? [])];

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    seen.push(`${url.hostname}${url.pathname}`);
    if (seen.length > (options.seenLimit ?? SEEN_LIMIT)) seen.shift();
    if (appHosts.includes(url.hostname)) {
      if (!(await options.app(url, request, response)))
        answer(response, 404, 'text/plain', 'not found', isolationHeaders.app);
    } else if (!url.hostname.endsWith(`.${DOMAIN}`)) answer(response, 421, 'text/plain', 'no such host', {});
    else if (url.pathname === RUNTIME_CONFIG_PATH)
      answer(response, 200, TYPES['.json'] ?? '', JSON.stringify(await describe(names, options)), {
        ...common(url),
        ...isolationHeaders.runtime,
      });
    else if (`.${url.hostname}`.endsWith(`.rt.${DOMAIN}`)) await serveRuntime(options, url, request, response);
    else await servePreview(options.files, url, request, response);
  };

  return {
    ...names,
    seen,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function hostNames(port: number): HostNames {
  return {
    port,
    app: `http://${DOMAIN}:${port}`,
    runtime: (label) => `http://${label}.rt.${DOMAIN}:${port}`,
    preview: (previewPort, label) => `http://${previewPort}--${label}.${DOMAIN}:${port}`,
  };
}

async function describe(
  names: HostNames,
  { registry, moreParents = [], embedders = [] }: HostsOptions,
): Promise<RuntimeConfig> {
  const { port, app } = names;
  return {
    version: 1,
    app: { origin: app },
    runtime: {
      originPattern: `http://{container}.rt.${DOMAIN}:${port}`,
      bareOrigin: `http://rt.${DOMAIN}:${port}`,
      allowedParents: [
        app,
        ...moreParents.map((name) => `http://${name}:${port}`),
        ...embedders,
        ...(embedders.length > 0 ? [`http://rt.${DOMAIN}:${port}`] : []),
      ],
    },
    preview: { originPattern: `http://{port}--{id}.${DOMAIN}:${port}` },
    registry: { origins: (await registry?.origins()) ?? [], mirrorPath: registry?.path ?? '/npm/' },
  };
}

async function serveRuntime(
  { files, registry }: HostsOptions,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = url;
  if (registry !== undefined && pathname.startsWith(registry.path)) {
    const headers = request.headers as Record<string, string>;
    const answered = await registry.answer(new Request(url, { method: request.method ?? 'GET', headers }));
    response.writeHead(answered.status, { ...Object.fromEntries(answered.headers), ...isolationHeaders.runtime });
    if (answered.body !== null) for await (const chunk of answered.body) response.write(chunk);
    response.end();
    return;
  }
  const signIn = request.method === 'POST' ? answerSignIn(pathname, Date.now()) : undefined;
  if (signIn !== undefined) {
    response.writeHead(signIn.status, { ...signIn.headers, ...isolationHeaders.runtime });
    response.end(signIn.body);
    return;
  }
  const page = pathname.startsWith('/webcontainer/connect/') ? '/connect.html' : RUNTIME_PAGES[pathname];
  await sendFile(response, files, page ?? pathname, {
    ...common(url),
    ...isolationHeaders.runtime,
    'Content-Security-Policy': RUNTIME_SCRIPT_POLICY,
    ...(pathname === '/headless'
      ? { 'Cross-Origin-Embedder-Policy': askedCoep(url.searchParams.get('coep')) }
      : undefined),
  });
}

async function servePreview(
  files: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const headers = { ...common(url), ...isolationHeaders.preview };
  // Its scope is the whole preview, though its file is not at the root.
  if (url.pathname === '/__slip/sw.js')
    return await sendFile(response, files, '/sw.js', { ...headers, 'Service-Worker-Allowed': '/' });
  if (url.pathname.startsWith('/__slip/'))
    return await sendFile(response, files, url.pathname.slice('/__slip'.length), headers);
  // Once the page's service worker is there, no request but the first reaches this server.
  if (request.method !== 'GET') return answer(response, 503, 'text/plain', 'no container', headers);
  await sendFile(response, files, '/preview.html', { ...headers, 'Cache-Control': 'no-store' });
}

/** Names of assets have a hash of their content. */
function common(url: URL): Headers {
  const immutable = url.pathname.includes('/assets/');
  return {
    'Cache-Control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    'Origin-Agent-Cluster': '?1',
  };
}

async function sendFile(response: ServerResponse, folder: string, name: string, headers: Headers): Promise<void> {
  const base = resolve(folder);
  const path = join(base, decoded(name));
  const inside = path.startsWith(base + sep) && !path.includes('\0');
  const bytes = inside ? await readIfFile(path) : undefined;
  if (bytes === undefined) answer(response, 404, 'text/plain', 'not found', headers);
  else answer(response, 200, TYPES[extname(path)] ?? 'application/octet-stream', bytes, headers);
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch (error) {
    if (error instanceof URIError) return name;
    throw error;
  }
}

async function readIfFile(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
