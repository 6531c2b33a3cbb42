import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Site } from '@slipway/db';

/** `password`: it was given. `view`: a page of a site with a view limit was seen, and its files may follow. */
export type PassKind = 'password' | 'view';

const lifetimeSeconds: Readonly<Record<PassKind, number>> = { password: 12 * 3600, view: 3600 };

/**
 * Cookies of a site's own host by which a browser shows what it may see. They hold no secret and open one
 * site: the signature covers what it is good for, and the password's hash, so that a new password ends them.
 */
export interface SitePasses {
  /** With `Path=/`, and a Max-Age after which the signature is no good either. */
  give(kind: PassKind, site: Site): string;
  has(kind: PassKind, site: Site, cookies: string | undefined): boolean;
}

/** `secure`: pages come over https, or from this very machine, so that browsers take the `__Host-` prefix. */
export function createSitePasses(secret: string, { secure, now }: { secure: boolean; now: () => number }): SitePasses {
  const key = createHmac('sha256', secret).update('passes of sites').digest();
  const nameOf = (kind: PassKind): string => `${secure ? '__Host-' : ''}slipway-site-${kind}`;
  const sign = (kind: PassKind, site: Site, until: string): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([kind, site.kind, site.key, site.passwordHash, until]))
      .digest('base64url');
  return {
    give: (kind, site) => {
      const until = String(Math.floor(now() / 1000) + lifetimeSeconds[kind]);
      const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}; Max-Age=${lifetimeSeconds[kind]}`;
      return `${nameOf(kind)}=${until}.${sign(kind, site, until)}; ${attributes}`;
    },
    has: (kind, site, cookies) =>
      (cookies ?? '').split(';').some((pair) => {
        const match = /^\s*([^=\s]+)=(\d{1,12})\.([\w-]{43})\s*$/.exec(pair);
        if (match === null || match[1] !== nameOf(kind)) return false;
        const [, , until = '', signature = ''] = match;
        if (Number(until) * 1000 <= now()) return false;
        return timingSafeEqual(Buffer.from(signature), Buffer.from(sign(kind, site, until)));
      }),
  };
}
