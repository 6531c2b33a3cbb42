/**
 * Cookies of a preview. A service worker's answer cannot set any and its requests
 * show none, so they are kept through the Cookie Store, which `document.cookie`
 * shares. HttpOnly is lost by it; the cookie stays on the preview's own host.
 * Reference: RFC 6265bis, 5.6.
 */
interface CookieStoreLike {
  getAll(): Promise<{ name: string; value: string }[]>;
  set(cookie: object): Promise<void>;
  delete(cookie: object): Promise<void>;
}

/** In a browser without a Cookie Store the program has no cookies, and nothing fails. */
export class CookieBox {
  readonly #store: CookieStoreLike | undefined;

  constructor(scope: ServiceWorkerGlobalScope) {
    this.#store = (scope as unknown as { cookieStore?: CookieStoreLike }).cookieStore;
  }

  async header(): Promise<string> {
    const cookies = (await this.#store?.getAll()) ?? [];
    return cookies.map(({ name, value }) => (name === '' ? value : `${name}=${value}`)).join('; ');
  }

  async store(headers: readonly (readonly [string, string])[]): Promise<void> {
    if (this.#store === undefined) return;
    for (const [name, value] of headers) {
      if (name.toLowerCase() !== 'set-cookie') continue;
      const cookie = parseSetCookie(value, Date.now());
      if (cookie === undefined) continue;
      try {
        if (cookie.expires !== undefined && cookie.expires <= Date.now())
          await this.#store.delete({ name: cookie.name, path: cookie.path });
        else await this.#store.set(cookie);
      } catch (error) {
        // Refused as a browser refuses a bad Set-Cookie: the answer itself is fine.
        console.debug(`Slipway: the preview's cookie "${cookie.name}" was refused`, error);
      }
    }
  }
}

/** `expires` is in milliseconds since the epoch; absent: until the browser is closed. */
export interface ParsedCookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly sameSite: 'strict' | 'lax' | 'none';
  readonly expires?: number;
}

/** Max-Age wins over Expires. Undefined: a line that sets nothing. Domain is ignored: the host has the cookie alone. */
export function parseSetCookie(text: string, nowMs: number): ParsedCookie | undefined {
  const [pair = '', ...attributes] = text.split(';');
  const equals = pair.indexOf('=');
  const name = equals < 0 ? '' : pair.slice(0, equals).trim();
  const value = pair.slice(equals + 1).trim();
  if (name === '' && value === '') return undefined;
  const found = new Map<string, string>();
  for (const attribute of attributes) {
    const at = attribute.indexOf('=');
    found.set(
      (at < 0 ? attribute : attribute.slice(0, at)).trim().toLowerCase(),
      at < 0 ? '' : attribute.slice(at + 1).trim(),
    );
  }
  const maxAge = found.get('max-age');
  const date = found.get('expires');
  const expires =
    maxAge !== undefined && /^-?\d+$/.test(maxAge)
      ? nowMs + Number(maxAge) * 1000
      : date === undefined
        ? undefined
        : Date.parse(date);
  const sameSite = found.get('samesite')?.toLowerCase();
  const path = found.get('path');
  return {
    name,
    value,
    path: path?.startsWith('/') === true ? path : '/',
    // Secure contexts only, so `none` needs no more.
    sameSite: sameSite === 'strict' || sameSite === 'none' ? sameSite : 'lax',
    ...(expires === undefined || Number.isNaN(expires) ? {} : { expires }),
  };
}
