import { getSiteFile, readBlobOfSite } from '@slipway/db';
import { Hono } from 'hono';
import { getMimeType } from 'hono/utils/mime';
import { siteHeaders } from '../hosts/host-headers.ts';
import type { ServerEnv, Services } from '../http/server-env.ts';

/**
 * A published site: the files of one artifact on a host of its own. Whether the
 * link still stands is asked on every request, so nothing is kept without asking.
 */
export function sitesHost({ db }: Services, label: string) {
  return new Hono<ServerEnv>().on(['GET', 'HEAD'], '*', async (c) => {
    const headers = { ...siteHeaders, 'Cache-Control': 'no-cache' };
    const path = decodePath(new URL(c.req.url).pathname);
    if (path === undefined) return c.text('Bad Request', 400, headers);
    const wantsPage = (c.req.header('sec-fetch-dest') ?? 'document') === 'document' || (c.req.header('accept') ?? '').includes('text/html');
    const found = await getSiteFile(db, label, candidates(path, wantsPage));
    if (found.outcome === 'no-such-site') return c.text('This site does not exist, has expired or was taken back', 404, { ...siteHeaders, 'Cache-Control': 'no-store' });
    if (found.outcome === 'no-such-file') return c.text('Not Found', 404, headers);
    const etag = `"${found.sha256}"`;
    if (c.req.header('if-none-match') === etag) return c.body(null, 304, { ...headers, ETag: etag });
    const bytes = await readBlobOfSite(db, label, found.sha256);
    if (!bytes) throw new Error(`Cannot serve "${found.path}" of a site: its bytes are gone`);
    return c.body(Uint8Array.from(bytes), found.path === '404.html' && path !== '404.html' ? 404 : 200, {
      ...headers,
      ETag: etag,
      'Content-Type': getMimeType(found.path) ?? 'application/octet-stream',
    });
  });
}

/** What a path may mean, best first. The last ones let a single-page app route its own addresses. */
function candidates(path: string, wantsPage: boolean): string[] {
  if (path === '' || path.endsWith('/')) return wantsPage ? [`${path}index.html`, '404.html', 'index.html'] : [`${path}index.html`];
  return wantsPage ? [path, `${path}.html`, `${path}/index.html`, '404.html', 'index.html'] : [path];
}

function decodePath(pathname: string): string | undefined {
  try {
    const path = decodeURIComponent(pathname.slice(1));
    return path.includes('\0') ? undefined : path;
  } catch {
    // A stray percent sign.
    return undefined;
  }
}
