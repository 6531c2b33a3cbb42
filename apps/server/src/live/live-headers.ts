/**
 * Headers between a visitor's browser and the program in the owner's tab, which believes it is
 * reached at `http://localhost:<port>`, as in a preview (packages/runtime/gateway, rewrite-headers).
 */
import type { IncomingHttpHeaders } from 'node:http';
import { RUN_PORT } from '@slipway/contracts';

/** Tells viewers apart; of the live host alone, and none of the program's business. */
export const VIEWER_COOKIE = '__slip_viewer';

const HOST = `localhost:${RUN_PORT}`;
/** RFC 9110, 7.6.1: of one hop. `upgrade` is put back where it is meant. */
const HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
/** They would hold for more than this host, or for longer than the link. */
const DROPPED = new Set(['strict-transport-security', 'clear-site-data', 'alt-svc']);

/** Its own host and origin as in a preview; hop-by-hop headers and the cookie that tells viewers apart are left out. */
export function programHeaders(headers: IncomingHttpHeaders, liveOrigin: string): Record<string, string | string[]> {
  const sent: Record<string, string | string[]> = { host: HOST };
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP.has(name) || name === 'host' || name === 'x-forwarded-for') continue;
    if (name === 'cookie') {
      const cookies = String(value)
        .split(/; */)
        .filter((each) => !each.startsWith(`${VIEWER_COOKIE}=`));
      if (cookies.length > 0) sent[name] = cookies.join('; ');
    } else if (name === 'origin' || name === 'referer') {
      const address = String(value);
      sent[name] = address.startsWith(liveOrigin) ? `http://${HOST}${address.slice(liveOrigin.length)}` : address;
    } else sent[name] = value;
  }
  return sent;
}

/** What the visitor gets to see. A cookie stays on this host: below the sites' domain are other people's. */
export function visitorHeaders(headers: IncomingHttpHeaders): [string, string][] {
  const told: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP.has(name) || DROPPED.has(name)) continue;
    for (const each of Array.isArray(value) ? value : [value]) {
      if (name === 'set-cookie') told.push([name, each.replace(/;\s*domain=[^;]*/gi, '')]);
      else if (name === 'location')
        told.push([
          name,
          each.replace(/^https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::\d+)?(?=\/|$)/i, '') || '/',
        ]);
      else told.push([name, each]);
    }
  }
  return told;
}

/** 128 bits in hexadecimal; undefined for a cookie of any other form. */
export function viewerCookieOf(cookie: string | undefined): string | undefined {
  return new RegExp(`(?:^|; *)${VIEWER_COOKIE}=([0-9a-f]{32})(?:;|$)`).exec(cookie ?? '')?.[1];
}
