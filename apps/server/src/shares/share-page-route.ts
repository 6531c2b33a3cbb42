import { type Db, findShare } from '@slipway/db';
import { Hono } from 'hono';
import { embedHeaders } from '../hosts/host-headers.ts';
import type { Hosts } from '../hosts/hosts.ts';
import type { ServerEnv } from '../http/server-env.ts';
import { serveFile } from '../http/static-files.ts';
import { hashShareToken } from '../hosts/hash-share-token.ts';

/**
 * /s/<token> — the page of a share, a page of the IDE's. A living embed is shown in frames of any site: there
 * nothing but files is to be seen, nobody is signed in, and whatever is more opens a tab of its own.
 */
export const sharePageRoute = ({ db, hosts, folders }: { db: Db; hosts: Hosts; folders: { web: string } }) =>
  new Hono<ServerEnv>().get('/s/:token{[\\w-]{43}}', async (c) => {
    const share = await findShare(db, hashShareToken(c.req.param('token')));
    const framed = share?.kind === 'embed' && c.req.query('embed') === '1';
    const page = await serveFile(folders.web, 'index.html', new Request(c.req.url, { method: c.req.method }), {});
    if (page === undefined) return c.text('The IDE is not built: run "npm start"', 503);
    const headers = new Headers(page.headers);
    headers.set('Cache-Control', 'no-store');
    headers.delete('ETag');
    if (framed) for (const [name, value] of Object.entries(embedHeaders(hosts))) headers.set(name, value);
    return new Response(page.body, { status: share ? 200 : 404, headers });
  });
