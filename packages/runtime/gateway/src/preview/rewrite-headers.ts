/**
 * A program in the container believes it is reached at `http://localhost:<port>`:
 * dev servers check the host, frameworks compare Origin with it. The page lives
 * at the preview's origin. Addresses are translated here, both ways.
 */
import { endToEnd, isToken, type HeaderList } from '../http/headers.ts';

/** Set by us, whatever the page says. */
const ours = new Set(['host', 'connection', 'accept-encoding', 'content-length', 'transfer-encoding', 'expect']);
/** They carry the page's own address. */
const addresses = new Set(['origin', 'referer']);

/**
 * What the program gets to see: its own address in Host, Origin
 * and Referer, and no coding, since nobody would decode it.
 */
export function requestHeaders(headers: HeaderList, port: number, previewUrl: string): HeaderList {
  const host = `localhost:${port}`;
  const origin = new URL(previewUrl).origin;
  const kept: [string, string][] = [['Host', host]];
  for (const [name, value] of endToEnd(headers)) {
    const lower = name.toLowerCase();
    if (ours.has(lower) || !isToken(name)) continue;
    // fetch has checked values already; a page can send us others.
    const clean = value.replace(/[\r\n\0]/g, ' ');
    kept.push([
      name,
      addresses.has(lower) && (clean === origin || clean.startsWith(`${origin}/`))
        ? `http://${host}${clean.slice(origin.length)}`
        : clean,
    ]);
  }
  kept.push(['Accept-Encoding', 'identity']);
  return kept;
}

/** What the page gets to see. Set-Cookie goes as it is: a service worker's answer sets none. */
export function responseHeaders(headers: HeaderList, port: number, previewUrl: (port: number) => string): HeaderList {
  return endToEnd(headers).map(([name, value]) =>
    ['location', 'content-location'].includes(name.toLowerCase())
      ? [name, toPreview(value, port, previewUrl)]
      : [name, value],
  );
}

/** A local address as the page can follow it: relative for the same port, the other preview for another. */
function toPreview(address: string, port: number, previewUrl: (port: number) => string): string {
  const match = /^http(s?):\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::(\d{1,5}))?(\/.*|\?.*|#.*)?$/i.exec(
    address,
  );
  if (match === null) return address;
  // RFC 9110, 4.2: the default port of each scheme.
  const target = match[2] === undefined ? (match[1] === '' ? 80 : 443) : Number(match[2]);
  const rest = match[3] ?? '/';
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  if (target < 1 || target > 65_535) return address;
  // `//name` alone would be another host (RFC 3986, 4.2), and browsers read a backslash as a slash.
  if (target === port && !/^[/\\]{2}/.test(path)) return path;
  return new URL(previewUrl(target)).origin + path;
}
