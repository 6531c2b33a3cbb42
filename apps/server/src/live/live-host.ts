import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { type Db, findShare } from '@slipway/db';
import { type Context, Hono } from 'hono';
import { errorPage } from '../http/error-page.ts';
import type { ServerEnv } from '../http/server-env.ts';
import { hashShareToken } from '../hosts/hash-share-token.ts';
import { programHeaders, VIEWER_COOKIE, viewerCookieOf, visitorHeaders } from './live-headers.ts';
import { liveTokenOf } from '../hosts/live-label.ts';
import { askPeer, peerOf } from './live-peers.ts';
import type { LiveTunnel, LiveTunnels } from './live-tunnels.ts';

/** `peerAddress` is written into the share's row by the server that has its tunnel: others pass requests on there. */
export interface LiveNeeds {
  db: Db;
  liveTunnels: LiveTunnels;
  /** Where other servers reach this one. */
  peerAddress: string;
}

/** Where the link is good and nobody answers behind it. */
const AWAY = {
  title: 'This live preview is not open',
  text:
    'It is served by the tab in which the project runs. Ask whoever gave you the link to open it, ' +
    'then load this page again.',
};
const GONE = { title: 'This link leads nowhere', text: 'It does not exist, has expired or was taken back.' };
const ENDED = { title: 'You cannot look at this any more', text: 'Whoever shares this page has ended your visit.' };
const BUSY = { title: 'Too many requests', text: 'The page is asked for too much at once. Load it again in a moment.' };

/** The tunnel behind a live host; undefined with the page that says why there is none, and who may have it. */
export async function findTunnel(
  { db, liveTunnels }: LiveNeeds,
  label: string,
): Promise<
  { tunnel: LiveTunnel } | { tunnel: undefined; liveAt: string | null; page: typeof AWAY; status: 404 | 503 }
> {
  const token = liveTokenOf(label);
  const share = token === undefined ? undefined : await findShare(db, hashShareToken(token));
  if (share?.kind !== 'live') return { tunnel: undefined, liveAt: null, page: GONE, status: 404 };
  const tunnel = liveTunnels.find(share.id);
  return tunnel ? { tunnel } : { tunnel: undefined, liveAt: share.liveAt, page: AWAY, status: 503 };
}

/** A live preview's host: every request goes to the program in the owner's tab (UX-21). */
export const liveHost = (needs: LiveNeeds) =>
  new Hono<ServerEnv>().all('*', async (c) => {
    c.header('X-Robots-Tag', 'noindex');
    const found = await findTunnel(needs, c.env.siteHost ?? '');
    if (found.tunnel === undefined) {
      const peer = peerOf({ liveAt: found.liveAt, own: needs.peerAddress }, c.env.incoming?.headers ?? {});
      // One that is gone is away, as its tab is.
      const answer = peer === undefined ? undefined : await askPeer(c, peer).catch(() => undefined);
      return answer ?? (await errorPage(c, found.status, found.page));
    }
    const viewer = found.tunnel.viewer(viewerCookieOf(c.req.header('cookie')), c.req.header('user-agent') ?? '');
    if (viewer === undefined) return await errorPage(c, 403, ENDED);
    const stream = await found.tunnel.request(viewer);
    if (stream === undefined) {
      c.header('Retry-After', '1');
      return await errorPage(c, 503, BUSY);
    }
    try {
      const answer = await forward(c, stream);
      const headers = new Headers(visitorHeaders(answer.headers));
      headers.set('X-Robots-Tag', 'noindex');
      headers.append('Set-Cookie', `${VIEWER_COOKIE}=${viewer.id}; Path=/; HttpOnly; SameSite=Lax`);
      const status = answer.statusCode ?? 502;
      const bodiless = c.req.method === 'HEAD' || [204, 205, 304].includes(status);
      if (bodiless) answer.resume();
      const body = bodiless ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
      return new Response(body, { status, headers });
    } catch {
      // Refused, broken or no HTTP: for the visitor it is one and the same.
      stream.destroy();
      return await errorPage(c, 502, AWAY);
    }
  });

/** Resolves with the program's answer. The stream ends with it, or with the visitor. */
function forward(
  c: Context<ServerEnv>,
  stream: NodeJS.ReadWriteStream & { destroy(): void },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const url = new URL(c.req.url);
    const sent = httpRequest({
      createConnection: () => stream as never,
      method: c.req.method,
      path: url.pathname + url.search,
      headers: { ...programHeaders(c.env.incoming?.headers ?? {}, url.origin), connection: 'close' },
      setHost: false,
    });
    sent.once('response', (answer) => {
      answer.once('close', () => stream.destroy());
      resolve(answer);
    });
    sent.once('error', reject);
    stream.once('error', reject);
    c.env.outgoing?.once('close', () => stream.destroy());
    const { body } = c.req.raw;
    if (body === null) sent.end();
    else
      Readable.fromWeb(body as never)
        .on('error', reject)
        .pipe(sent);
  });
}
