import type { Context } from 'hono';

const LIFETIME_SECONDS = 7 * 24 * 3600;

/**
 * The refresh cookie (AU-02). Its name starts with `__Host-` where the browser
 * accepts that: then no sibling host can have set it.
 */
export interface RefreshCookie {
  read(c: Context): string | undefined;
  set(c: Context, token: string): void;
  clear(c: Context): void;
}

/** Whether browsers take Secure cookies from there: over https, and from names of this very machine. */
export function isTrustworthy(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol === 'https:' || hostname === 'localhost' || hostname.endsWith('.localhost');
}

/** `__Host-` where the origin is trusted: then no sibling host can set the cookie or write over it. */
export function createRefreshCookie(appOrigin: string): RefreshCookie {
  const trustworthy = isTrustworthy(appOrigin);
  const name = trustworthy ? '__Host-refreshToken' : 'refreshToken';
  // The prefix demands Secure; browsers accept that over http on *.localhost too.
  const attributes = `Path=/; HttpOnly; SameSite=Strict${trustworthy ? '; Secure' : ''}`;
  return {
    read: (c) => {
      // A sibling's `Domain=` cookie of the same name would come first in the header: refuse to choose where a
      // sibling could have put one.
      const values = cookieValues(c.req.header('cookie') ?? '', name);
      return new Set(values).size === 1 ? values[0] : undefined;
    },
    set: (c, token) =>
      c.header('Set-Cookie', `${name}=${token}; ${attributes}; Max-Age=${LIFETIME_SECONDS}`, { append: true }),
    clear: (c) => c.header('Set-Cookie', `${name}=; ${attributes}; Max-Age=0`, { append: true }),
  };
}

function cookieValues(header: string, name: string): string[] {
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
    .filter((value) => value !== '');
}
