import { createHash } from 'node:crypto';
import { countSiteAttempt, type Site, siteAttemptLimits } from '@slipway/db';
import type { Context } from 'hono';
import { html } from 'hono/html';
import { PasswordsBusyError } from '../auth/passwords.ts';
import { readBody } from '../http/body-limit.ts';
import { clientAddress } from '../http/client-address.ts';
import { pageFrame, wantsPage } from '../http/error-page.ts';
import type { ServerEnv } from '../http/server-env.ts';
import type { Sites } from './sites.ts';

/** A form with one field; the longest password and its name. */
const FORM_BYTES = 8 * 1024;

/**
 * What stands before a site with a password (ST-11): a form that posts to the very address that was asked
 * for, so that the password is never part of one. Every other request of the site is refused until the
 * browser has its pass.
 */
export async function guardByPassword(
  c: Context<ServerEnv>,
  sites: Sites,
  site: Site,
  target: string,
): Promise<Response | undefined> {
  if (site.passwordHash === null || sites.passes.has('password', site, c.req.header('cookie'))) return undefined;
  if (c.req.method === 'POST')
    return await takePassword(c, sites, { ...site, passwordHash: site.passwordHash }, target);
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return undefined;
  if (wantsPage(c)) return await showForm(c, 401, '');
  return c.text('This site has a password', 401, { 'Cache-Control': 'no-store' });
}

/** Counted before it is looked at, by site and by address: neither one guesser nor many may try for long. */
async function takePassword(
  c: Context<ServerEnv>,
  sites: Sites,
  site: Site & { passwordHash: string },
  target: string,
): Promise<Response> {
  if (!/^application\/x-www-form-urlencoded(?:;|$)/i.test(c.req.header('content-type') ?? ''))
    return c.text('Unsupported Media Type', 415);
  const counted = await countSiteAttempt(sites.db, {
    site: hashOf(`site ${site.kind} ${site.key}`),
    address: hashOf(`site address ${clientAddress(c.env)}`),
  });
  if (counted.outcome === 'refused') {
    c.header('Retry-After', String(Math.ceil(siteAttemptLimits.site.refillUs / 1_000_000)));
    return await showForm(c, 429, 'There were too many wrong passwords: wait a minute and try again.');
  }
  const body = await readBody(c, FORM_BYTES);
  if (body.outcome === 'refused') return body.answer;
  const password = new URLSearchParams(new TextDecoder().decode(body.bytes)).get('password') ?? '';
  let right: boolean;
  try {
    right = await sites.passwords.verify(password, site.passwordHash);
  } catch (error) {
    if (!(error instanceof PasswordsBusyError)) throw error;
    c.header('Retry-After', '5');
    return await showForm(c, 503, 'Too many people are at the door at once: try again in a moment.');
  }
  if (!right) return await showForm(c, 403, 'This is not the password.');
  c.header('Set-Cookie', sites.passes.give('password', site));
  c.header('Cache-Control', 'no-store');
  // A path that begins with two slashes would be another host.
  return c.redirect(target.replace(/^\/+/, '/'), 303);
}

/** The page may load nothing and send its form to its own host alone. */
function showForm(c: Context<ServerEnv>, status: 401 | 403 | 429 | 503, problem: string): Response | Promise<Response> {
  c.header('Cache-Control', 'no-store');
  c.header('X-Robots-Tag', 'noindex');
  c.header('Referrer-Policy', 'no-referrer');
  c.header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'");
  const form = html`<h1>This site has a password</h1>
    <form method="post">
      <p><label for="password">Password</label></p>
      <p><input id="password" name="password" type="password" autocomplete="current-password" required autofocus /></p>
      <p role="alert">${problem}</p>
      <p><button>Show the site</button></p>
    </form>`;
  return c.html(pageFrame('This site has a password', form), status);
}

/** Counters are kept by hashes: the table has no addresses of visitors. */
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
