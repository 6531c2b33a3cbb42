import { type Site, takeView } from '@slipway/db';
import {
  cacheControlOf,
  decodeSitePath,
  resolvePath,
  type Resolution,
  isPublic,
  restrictCacheControl,
} from '@slipway/sites';
import { attestationPaths } from '@slipway/contracts';
import { type Context, Hono } from 'hono';
import { type AttestationNeeds, attestSite } from './attest-site.ts';
import { siteHeaders } from '../hosts/host-headers.ts';
import { errorPage, wantsPage } from '../http/error-page.ts';
import type { ServerEnv } from '../http/server-env.ts';
import { deadLink } from './dead-link.ts';
import { isOpen } from './hot-answers.ts';
import { guardByPassword } from './password-page.ts';
import { sendFile } from './send-file.ts';
import type { SiteVersion } from './site-versions.ts';
import type { Sites } from './sites.ts';

/** A site of files takes nothing from anybody. */
const ALLOWED = 'GET, HEAD, OPTIONS';

/**
 * Published sites: the files of a version on a host of their own. Whether they may be seen is
 * asked on every request (ST-11); a rollback, a revocation and a new password hold at once.
 */
export const sitesHost = (services: AttestationNeeds & { sites: Sites }) => {
  const { sites } = services;
  return new Hono<ServerEnv>().all('*', async (c) => {
    const site = await sites.find(c.env.siteHost ?? '');
    for (const [name, value] of Object.entries(siteHeaders)) c.header(name, value);
    if (site === undefined) return await dead(c);
    const target = requestTarget(c);
    const guarded = await guardByPassword(c, sites, site, target);
    if (guarded !== undefined) return guarded;
    if (c.req.method === 'OPTIONS') return c.body(null, 204, { Allow: ALLOWED });
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return c.text('Method Not Allowed', 405, { Allow: ALLOWED });
    const decoded = decodeSitePath(target);
    if (decoded.outcome === 'refused')
      return c.text(`Bad Request: ${decoded.why}`, 400, { 'Cache-Control': 'no-store' });
    if (`/${decoded.path}` === attestationPaths.ofSite) {
      const attested = await attestSite(services, site, await sites.version(site));
      if (attested) return c.json(attested, 200, { 'Cache-Control': 'no-cache' });
    }
    return await answer(c, sites, site, { path: decoded.path, search: /\?[^#]*/.exec(target)?.[0] ?? '' });
  });
};

/** As it came over the wire: what a URL parser would make of it is not what was asked for. */
function requestTarget(c: Context<ServerEnv>): string {
  const { pathname, search } = new URL(c.req.url);
  const target = c.env.incoming?.url ?? `${pathname}${search}`;
  return target.replace(/^https?:\/\/[^/?#]*/i, '') || '/';
}

/** Redirects and rewrites of the site's rules first, then the file behind the address, then the view that it costs. */
async function answer(
  c: Context<ServerEnv>,
  sites: Sites,
  site: Site,
  asked: { path: string; search: string },
): Promise<Response> {
  const version = await sites.version(site);
  const host = (c.req.header('host') ?? '').replace(/:\d+$/, '').toLowerCase();
  const navigation = wantsPage(c);
  const headersOf = (defaults: Readonly<Record<string, string>>): Record<string, string> => {
    const ours = { ...lowerCase(siteHeaders), ...(isListed(site) ? {} : { 'x-robots-tag': 'noindex' }), ...defaults };
    const headers = version.rules.headers(host, `/${asked.path}`, ours);
    // Not theirs to take back: a browser must not guess, nor keep what not everybody may see.
    headers['x-content-type-options'] = 'nosniff';
    if (!isListed(site)) headers['x-robots-tag'] = headers['x-robots-tag'] ?? 'noindex';
    if (!isOpen(site)) headers['cache-control'] = restrictCacheControl(headers['cache-control'] ?? 'no-cache');
    return headers;
  };
  const moveTo = (location: string, status: number): Response =>
    new Response(null, { status, headers: { ...headersOf({ 'cache-control': 'no-cache' }), location } });

  let path = asked.path;
  const redirected = version.rules.redirect(host, `/${path}`, asked.search);
  if (redirected?.kind === 'redirect') return moveTo(redirected.location, redirected.status);
  if (redirected?.kind === 'rewrite') {
    const decoded = decodeSitePath(redirected.path);
    // What a rule made of the address is held to what addresses are held to.
    path = decoded.outcome === 'path' ? decoded.path : '..';
  }
  const resolution = resolve(version, path, navigation);
  switch (resolution.kind) {
    case 'moved':
      return moveTo(`${resolution.location}${asked.search}`, 308);
    case 'missing':
      return navigation
        ? await errorPage(c, 404, { title: 'This page is not there', text: 'The site has no page at this address.' })
        : c.text('Not Found', 404, { 'Cache-Control': 'no-cache' });
    case 'file':
      break;
  }
  const file = version.files.get(resolution.path);
  if (file === undefined) throw new Error(`Cannot serve "${resolution.path}" of a site: it is not in its own list`);
  const view = await countView(c, sites, site, resolution, navigation);
  if (view.outcome === 'used-up') return await dead(c);
  const response = await sendFile(c, sites, {
    file,
    status: resolution.status,
    lastModifiedMs: Math.floor(site.createdAt / 1000),
    conditional: view.outcome !== 'taken',
    keep: (answered) =>
      sites.answers.keep(
        site,
        {
          host: c.req.header('host') ?? '',
          target: c.env.incoming?.url ?? '',
          encodings: c.req.header('accept-encoding') ?? '',
          navigation,
        },
        answered,
      ),
    headers: (defaults) =>
      headersOf({
        // The page that stands in for another is asked for again, whatever it is called.
        'cache-control': cacheControlOf(resolution.status === 404 ? '' : resolution.path, { open: isOpen(site) }),
        ...defaults,
      }),
  });
  if (view.outcome === 'taken') response.headers.append('Set-Cookie', sites.passes.give('view', site));
  if (view.outcome === 'free' && navigation && c.req.method === 'GET' && response.status === 200) sites.views.add(site);
  return response;
}

/** Files with a dot at the front are in the version and served to nobody. */
function resolve(version: SiteVersion, path: string, navigation: boolean): Resolution {
  const has = (name: string): boolean => version.files.has(name) && isPublic(name);
  return resolvePath({ has, ...version.serving }, path, { navigation });
}

/**
 * A site with a view limit: each page takes a view of it, and gives the browser a pass for the files that
 * the page needs. Without a view there is nothing, and without a pass there are no files.
 */
async function countView(
  c: Context<ServerEnv>,
  sites: Sites,
  site: Site,
  resolution: { path: string; status: 200 | 404 },
  navigation: boolean,
): Promise<{ outcome: 'free' | 'taken' | 'passed' | 'used-up' }> {
  if (site.viewLimit === null) return { outcome: 'free' };
  // It has no bytes, so it shows nothing.
  if (c.req.method === 'HEAD') return { outcome: 'passed' };
  if (navigation || /\.html?$/i.test(resolution.path)) return await takeView(sites.db, site.key);
  return { outcome: sites.passes.has('view', site, c.req.header('cookie')) ? 'passed' : 'used-up' };
}

/** Whether search engines may show it (ST-12): the address that is to be found, and no link that was passed on. */
const isListed = (site: Site): boolean => site.kind === 'address' && site.passwordHash === null;

/** The same for a host that never was, one that was taken back and one whose views are used up. */
function dead(c: Context<ServerEnv>): Response | Promise<Response> {
  return wantsPage(c) ? errorPage(c, 404, deadLink) : c.text(deadLink.title, 404, { 'Cache-Control': 'no-store' });
}

/** Header names are compared and overwritten in one form. */
const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
