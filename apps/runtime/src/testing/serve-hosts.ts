/** App, runtime and preview hosts on one loopback port, with the headers of the architecture's table. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { RuntimeConfig } from '@slipway/contracts';

export interface TestHosts {
  readonly port: number;
  readonly app: string;
  runtime(label: string): string;
  preview(port: number, label: string): string;
  /** Requests that reached the server, by host and path. */
  readonly seen: string[];
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.json': 'application/json' };

/** `appFiles`: what the app host has besides its page. */
export async function serveTestHosts(dist: string, appScript: string, appFiles: (path: string) => Buffer | undefined = () => undefined): Promise<TestHosts> {
  const seen: string[] = [];
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    const host = url.hostname;
    seen.push(`${host}${url.pathname}`);
    const send = (status: number, type: string, body: string | Buffer, headers: Record<string, string>): void => {
      response.writeHead(status, { 'Content-Type': type, 'Cache-Control': url.pathname.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache', 'Origin-Agent-Cluster': '?1', ...headers });
      response.end(body);
    };
    const file = (path: string, headers: Record<string, string>): void => {
      try {
        send(200, types[extname(path)] ?? 'application/octet-stream', readFileSync(join(dist, path)), headers);
      } catch (error) {
        if (!['ENOENT', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
        send(404, 'text/plain', 'not found', headers);
      }
    };
    const app = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cross-Origin-Resource-Policy': 'same-origin' };
    const inner = { 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cross-Origin-Resource-Policy': 'cross-origin' };
    if (host === 'slipway.localhost' || host === 'evil.slipway.localhost') {
      const own = appFiles(url.pathname);
      if (own !== undefined) return send(200, 'application/octet-stream', own, app);
      if (url.pathname === '/page.js') return send(200, 'text/javascript', appScript, app);
      // The client's popup needs its opener, so neither page is isolated.
      if (url.pathname === '/plain' || url.pathname.startsWith('/webcontainer/connect/')) return send(200, 'text/html', '<!doctype html><body><script type="module" src="/page.js"></script>', {});
      const coep = url.pathname === '/credentialless' ? { 'Cross-Origin-Embedder-Policy': 'credentialless' } : {};
      return send(200, 'text/html', '<!doctype html><meta charset="utf-8"><body><script type="module" src="/page.js"></script>', { ...app, ...coep });
    }
    if (url.pathname === '/__slip/config.json') return send(200, 'application/json', JSON.stringify(config((server.address() as AddressInfo).port)), inner);
    if (host === 'rt.slipway.localhost' || host.endsWith('.rt.slipway.localhost')) {
      const csp = { 'Content-Security-Policy': "script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval' blob:" };
      const coep = ['credentialless', 'none'].includes(url.searchParams.get('coep') ?? '') ? { 'Cross-Origin-Embedder-Policy': 'credentialless' } : {};
      if (url.pathname === '/headless') return file('headless.html', { ...inner, ...csp, ...coep });
      if (url.pathname.startsWith('/webcontainer/connect/')) return file('connect.html', { ...inner, ...csp });
      if (url.pathname === '/oauth/authorize') return file('authorize.html', { ...inner, ...csp });
      if (url.pathname === '/connect') return file('connect.html', { ...inner, ...csp });
      return file(url.pathname, { ...inner, ...csp });
    }
    if (url.pathname === '/__slip/sw.js') return file('sw.js', { ...inner, 'Service-Worker-Allowed': '/' });
    if (url.pathname.startsWith('/__slip/')) return file(url.pathname.slice('/__slip'.length), inner);
    if (request.method !== 'GET') return send(503, 'text/plain', 'no container', inner);
    file('preview.html', { ...inner, 'Cache-Control': 'no-store' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    app: `http://slipway.localhost:${port}`,
    runtime: (label) => `http://${label}.rt.slipway.localhost:${port}`,
    preview: (previewPort, label) => `http://${previewPort}--${label}.slipway.localhost:${port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function config(port: number): RuntimeConfig {
  return {
    version: 1,
    app: { origin: `http://slipway.localhost:${port}` },
    runtime: { originPattern: `http://{container}.rt.slipway.localhost:${port}`, bareOrigin: `http://rt.slipway.localhost:${port}`, allowedParents: [`http://slipway.localhost:${port}`, `http://rt.slipway.localhost:${port}`] },
    preview: { originPattern: `http://{port}--{id}.slipway.localhost:${port}` },
    sites: { originPattern: `http://{label}.slipway-sites.localhost:${port}` },
    registry: { origins: [], mirrorPath: '/npm/' },
    limits: { blobBytes: 1, treeEntries: 1 },
    auth: { localOwner: false },
  };
}
