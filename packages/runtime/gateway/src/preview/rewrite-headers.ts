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

export function requestHeaders(headers: HeaderList, port: number, previewUrl: string): HeaderList {
  const host = `localhost:${port}`;
  const origin = new URL(previewUrl).origin;
  const kept: [string, string][] = [['Host', host]];
  for (const [name, value] of endToEnd(headers)) {
    const lower = name.toLowerCase();
    if (ours.has(lower) || !isToken(name)) continue;
    const clean = value.replace(/[\r\n\0]/g, ' ');
    kept.push([name, addresses.has(lower) && (clean === origin || clean.startsWith(`${origin}/`)) ? `http://${host}${clean.slice(origin.length)}` : clean]);
  }
  kept.push(['Accept-Encoding', 'identity']);
  return kept;
}

export function responseHeaders(headers: HeaderList, port: number, previewUrl: (port: number) => string): HeaderList {
  return endToEnd(headers).map(([name, value]) => (['location', 'content-location'].includes(name.toLowerCase()) ? [name, toPreview(value, port, previewUrl)] : [name, value]));
}

/** A local address as the page can follow it: relative for the same port, the other preview for another. */
function toPreview(address: string, port: number, previewUrl: (port: number) => string): string {
  const match = /^https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::(\d{1,5}))?(\/.*|\?.*|#.*)?$/i.exec(address);
  if (match === null) return address;
  const target = match[1] === undefined ? 80 : Number(match[1]);
  const rest = match[2] ?? '/';
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  if (target === port) return path;
  return target >= 1 && target <= 65_535 ? new URL(path, previewUrl(target)).href : address;
}
