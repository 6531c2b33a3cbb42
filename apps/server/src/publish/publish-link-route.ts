import { getSiteOfToken } from '@slipway/db';
import { Hono } from 'hono';
import { fillLabel } from '../hosts/hosts.ts';
import { fail } from '../http/api-error.ts';
import type { ServerEnv, Services } from '../http/server-env.ts';

/**
 * /p/<token>/* — the publish link. It only ever redirects: bytes made by users
 * are served on the token's own sites host and never on the app's (P-13).
 */
export const publishLinkRoute = ({ db, hosts }: Services) =>
  new Hono<ServerEnv>().get('/p/:token{wpt_\\d+_[0-9a-f]{32}}/*', async (c) => {
    c.header('Cache-Control', 'no-store');
    c.header('Referrer-Policy', 'no-referrer');
    const token = c.req.param('token');
    const label = await getSiteOfToken(db, token);
    if (label === undefined) return fail(c, 'NOT_FOUND', 'This link does not exist, has expired or was taken back');
    const { pathname, search } = new URL(c.req.url);
    const rest = pathname.slice(`/p/${token}`.length) || '/';
    return c.redirect(`${fillLabel(hosts.sitePattern, label)}${rest}${search}`, 302);
  });
