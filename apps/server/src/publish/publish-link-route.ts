import { type Db, getSiteOfToken } from '@slipway/db';
import { type Context, Hono } from 'hono';
import { fillLabel, type Hosts } from '../hosts/hosts.ts';
import { fail } from '../http/api-error.ts';
import { errorPage, wantsPage } from '../http/error-page.ts';
import type { ServerEnv } from '../http/server-env.ts';
import { deadLink } from '../sites/dead-link.ts';

/**
 * /p/<token>/* — the publish link. It only ever redirects: bytes made by users
 * are served on the token's own sites host and never on the app's (P-13).
 */
export const publishLinkRoute = ({ db, hosts }: { db: Db; hosts: Hosts }) =>
  new Hono<ServerEnv>().get('/p/:token{wpt_\\d+_[0-9a-f]{32}}/*', async (c) => {
    c.header('Cache-Control', 'no-store');
    c.header('Referrer-Policy', 'no-referrer');
    const token = c.req.param('token');
    const label = await getSiteOfToken(db, token);
    if (label === undefined) return noSuchLink(c);
    const { pathname, search } = new URL(c.req.url);
    const rest = pathname.slice(`/p/${token}`.length) || '/';
    return c.redirect(`${fillLabel(hosts.sitePattern, label)}${rest}${search}`, 302);
  });

/** What a link gets that names nothing: a page for a person, the envelope for a program. */
export function noSuchLink(c: Context): Response | Promise<Response> {
  if (wantsPage(c)) return errorPage(c, 404, deadLink);
  return fail(c, 'NOT_FOUND', 'This link does not exist, has expired or was taken back');
}
