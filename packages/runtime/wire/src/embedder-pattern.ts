/**
 * Whose pages may embed a runtime: one reader and one matcher for the server, which
 * writes the patterns into `frame-ancestors`, and for the page, which holds the
 * browser's `ancestorOrigins` against them.
 *
 * A pattern is a host source of CSP Level 3 (2.3.1) without its path, and matches as
 * in 6.7.2.8, but for two things:
 *   - the scheme is the very one. There `http:` stands for `https:` too; here it does
 *     not, so the page may refuse what the header let in, never the other way round
 *   - what has no form there (IPv6) or is read differently from browser to browser
 *     (names with `_`, a dot at the end) is no pattern at all
 */
import { WireError } from './wire-error.ts';

/** A wildcard stands for labels in front of the host, or for any port. */
export interface EmbedderPattern {
  /** The pattern in its one spelling: what goes into the header. */
  readonly source: string;
  readonly scheme: 'http' | 'https';
  /** Lower case. Below a wildcard: what stands behind `*.` */
  readonly host: string;
  /** Whether `*.` stands in front: one or more labels, never none. */
  readonly subdomains: boolean;
  readonly port: number | '*';
}

const FORMS = '"https://example.org", "https://*.example.org" or "http://localhost:*"';
const HOST_LIMIT = 253;
const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/** Reads a pattern, or throws an error that says which form is wanted. */
export function parseEmbedderPattern(text: string): EmbedderPattern {
  const refuse = (why: string): never => {
    const refused = `Cannot take "${text.slice(0, 300)}" as an embedder: ${why}`;
    throw new WireError(`${refused}; wanted is an origin such as ${FORMS}`);
  };
  // Before anything is turned into lower case: of some letters beyond ASCII, that makes ASCII ones.
  if (/\s/.test(text)) refuse('commas separate, blanks do not');
  if (/[^\x21-\x7e]/.test(text)) refuse('a name beyond ASCII is written in its "xn--" form');
  const [, scheme, rest = ''] = /^(https?):\/\/(.*)$/.exec(text.toLowerCase()) ?? [];
  if (scheme !== 'http' && scheme !== 'https') return refuse('it does not begin with "http://" or "https://"');
  if (/[/?#]/.test(rest)) refuse('it has a path');
  if (rest.startsWith('[')) refuse('browsers know no IPv6 address here');
  const [, authority = '', portText] = /^(.*?)(?::([^:]*))?$/.exec(rest) ?? [];
  const subdomains = authority.startsWith('*.');
  const host = subdomains ? authority.slice(2) : authority;
  if (!isHost(host) || (subdomains && isAddress(host))) refuse(`"${authority}" is no host name`);
  const port = portText === '*' ? '*' : readPort(portText, scheme);
  if (port === undefined) return refuse(`"${portText}" is no port`);
  const source = `${scheme}://${subdomains ? '*.' : ''}${host}${formatPort(port, scheme)}`;
  return { source, scheme, host, subdomains, port };
}

/** Whether an origin, as a browser writes it, is one of the pattern's. `null` and all that has no host never is. */
export function matchesEmbedder(pattern: EmbedderPattern, origin: string): boolean {
  const [, scheme, host = '', portText] = /^(https?):\/\/([a-z0-9.-]+)(?::(\d+))?$/.exec(origin) ?? [];
  if (scheme !== pattern.scheme || !isHost(host)) return false;
  const port = readPort(portText, pattern.scheme);
  if (port === undefined || (pattern.port !== '*' && port !== pattern.port)) return false;
  return pattern.subdomains ? host.endsWith(`.${pattern.host}`) : host === pattern.host;
}

/**
 * Whether one of the `parents` of a runtime host stands for this origin. Origins of
 * the server's own are among them in whatever spelling the operator chose, so they
 * count as they are.
 */
export function isAllowedEmbedder(parents: readonly string[], origin: string): boolean {
  return parents.some((parent) => {
    if (parent === origin) return true;
    return embedderProblem(parent) === undefined && matchesEmbedder(parseEmbedderPattern(parent), origin);
  });
}

/** Why no pattern can stand for an origin; `undefined` when one can. */
export function embedderProblem(origin: string): string | undefined {
  if (origin === 'null' || origin === '') return 'a sandboxed frame or a file has no origin that could be allowed';
  try {
    parseEmbedderPattern(origin);
    return undefined;
  } catch (error) {
    if (error instanceof WireError) return error.message;
    throw error;
  }
}

function isHost(host: string): boolean {
  if (host.length > HOST_LIMIT || !host.split('.').every((label) => /^[a-z0-9-]{1,63}$/.test(label))) return false;
  // A last label that is a number makes an address of the whole (URL Standard, "ends in a number").
  return !/(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(host) || isAddress(host);
}

/** An IPv4 address as browsers print it. */
function isAddress(host: string): boolean {
  const parts = host.split('.');
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

/** `undefined` for what is no port; without a text, the scheme's own. */
function readPort(text: string | undefined, scheme: 'http' | 'https'): number | undefined {
  if (text === undefined) return DEFAULT_PORTS[scheme];
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

function formatPort(port: number | '*', scheme: 'http' | 'https'): string {
  return port === DEFAULT_PORTS[scheme] ? '' : `:${port}`;
}
