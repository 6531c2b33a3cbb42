/**
 * How a folder of files has to be served to be a runtime: one table, from which the recipes of all kinds of host
 * are written (static-recipes.ts).
 */
import { isolationHeaders, RUNTIME_SCRIPT_POLICY } from '../isolation-headers.ts';

/** Headers of every address that begins with `path`. More special ones come later and win. */
export interface HeaderRule {
  /** `/` or `/assets/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

const COMMON = { 'Origin-Agent-Cluster': '?1', 'X-Content-Type-Options': 'nosniff' };

/** Of the host that the client is told: pages, workers and data. */
export const RUNTIME_RULES: readonly HeaderRule[] = [
  {
    path: '/',
    headers: {
      ...isolationHeaders.runtime,
      ...COMMON,
      'Content-Security-Policy': `${RUNTIME_SCRIPT_POLICY}; object-src 'none'; base-uri 'none'`,
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-cache',
    },
  },
  // Names of assets have a hash of their content.
  { path: '/assets/', headers: { 'Cache-Control': 'public, max-age=31536000, immutable' } },
];

/** Of `<port>--<id>` hosts: the page that connects to the container, whatever the address, until a worker answers. */
export const PREVIEW_RULES: readonly HeaderRule[] = [
  { path: '/', headers: { ...isolationHeaders.preview, ...COMMON, 'Cache-Control': 'no-store' } },
  { path: '/__slip/assets/', headers: { 'Cache-Control': 'public, max-age=31536000, immutable' } },
  // Its scope is the whole host, though its file is not at the root.
  { path: '/__slip/sw.js', headers: { 'Cache-Control': 'no-cache', 'Service-Worker-Allowed': '/' } },
];

/** All rules whose path begins the address; of a header named twice the later rule's counts. */
export function headersOf(rules: readonly HeaderRule[], path: string): Readonly<Record<string, string>> {
  return Object.assign({}, ...rules.filter((rule) => path.startsWith(rule.path)).map((rule) => rule.headers));
}
