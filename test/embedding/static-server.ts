/**
 * A host of files as simple as there are: what lies in the folder, pages without `.html`, and the headers of the
 * folder's own `_headers` file. With previews, `<port>--<id>` names have the preview's table.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { headersOf, type HeaderRule, PREVIEW_RULES } from '../../packages/runtime/embed/src/node/static-headers.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
};

export async function serveFolder(folder: () => string): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const { hostname, pathname } = new URL(request.url ?? '/', `http://${request.headers.host ?? 'none'}`);
    const isPreview = /^\d+--/.test(hostname);
    const headers = headersOf(isPreview ? PREVIEW_RULES : readHeaders(folder()), pathname);
    const file = isPreview ? previewFile(folder(), pathname) : pageFile(folder(), pathname);
    if (file === undefined || !['GET', 'HEAD'].includes(request.method ?? '')) {
      response.writeHead(file === undefined ? 404 : 405, headers).end();
      return;
    }
    response.writeHead(200, { ...headers, 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
    response.end(readFileSync(file));
  });
  return { port: await listen(server), close: () => close(server) };
}

export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

export function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** As Netlify reads it: a path, and below it headers with an indent. */
function readHeaders(folder: string): HeaderRule[] {
  const rules: { path: string; headers: Record<string, string> }[] = [];
  for (const line of readFileSync(join(folder, '_headers'), 'utf8').split('\n')) {
    const [, name, value] = /^ +([^:]+): (.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) rules.at(-1)!.headers[name] = value;
    else if (line !== '') rules.push({ path: line.replace(/\*$/, ''), headers: {} });
  }
  return rules;
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

const pageFile = (folder: string, pathname: string): string | undefined =>
  [pathname, `${pathname}.html`].map((path) => join(folder, normalize(path))).find(isFile);

function previewFile(folder: string, pathname: string): string | undefined {
  if (pathname === '/__slip/config.json') return pageFile(folder, pathname);
  return pathname.startsWith('/__slip/')
    ? pageFile(folder, pathname.slice('/__slip'.length))
    : join(folder, 'preview.html');
}
