import { mayBeUrl, plainFileUrl } from './plain-file-url.ts';
import type { Foreign, Realm } from '../realm/realm.ts';
import { codedError } from '@slipway/node-values';
import { domainToAscii, domainToUnicode } from './domain-names.ts';
import { withHost } from './url-with-host.ts';

/** url_components::omitted of ada: the part is not there (no port, no query, no fragment). */
const OMITTED = 0xffffffff;
/** ada::scheme::type: special schemes by number; lib asks it instead of comparing texts. */
const SCHEME_TYPES: Readonly<Record<string, number>> = {
  'http:': 0,
  'https:': 2,
  'ws:': 3,
  'ftp:': 4,
  'wss:': 5,
  'file:': 6,
};
const NOT_SPECIAL = 1;

/** Positions in `urlComponents`, which lib reads after each call that answers an href: one array for all of them. */
const Component = {
  protocolEnd: 0,
  usernameEnd: 1,
  hostStart: 2,
  hostEnd: 3,
  port: 4,
  pathnameStart: 5,
  searchStart: 6,
  hashStart: 7,
  schemeType: 8,
} as const;

/** Chromium wants a path here; the standard (file host state) gives it one. */
const FILE_HOST_WITHOUT_PATH = /^(\s*file:[\\/]{2}[^\\/?#\s]+)([?#])/i;

/** What is part of a path's name and not of URL syntax; node::url::PathToFileURL. */
const PATH_ESCAPES_WINDOWS = /[%\n\r\t?#[\]^|~]/g;
const PATH_ESCAPES = /[%\\\n\r\t?#[\]^|~]/g;

/** internal/url's updateActions: the number lib passes is the place in this list. */
const SETTERS = ['protocol', 'host', 'hostname', 'port', 'username', 'password', 'pathname', 'search', 'hash'] as const;
const ACTION_HREF = 9;

/**
 * internalBinding('url') over the host's URL: both follow the WHATWG standard.
 * lib keeps the href and where its parts lie (ada's url_components); those
 * numbers are found again here. Reference: src/node_url.cc.
 */
export function createUrlBinding(realm: Realm): Foreign {
  const { URL } = realm.host.classes;
  const components = new Uint32Array(9);

  const publish = (url: URL): string => {
    const shown = new ShownUrl(url);
    writeComponents(components, shown);
    return shown.href;
  };
  const publishPlainFile = (href: string): string => {
    /** An empty host is 'there' in a file URL: `file://` + path. */
    writeComponents(components, { href, protocol: 'file:', username: '', password: '', hostname: '', port: '' });
    return href;
  };
  const parse = (input: string, base: string | undefined): URL | undefined => {
    if (!mayBeUrl(input, base)) return undefined;
    try {
      // Chromium leaves "file://host?query" without a path; the standard inserts "/" (path start state).
      const text = input.replace(FILE_HOST_WITHOUT_PATH, '$1/$2');
      const url = base === undefined ? new URL(text) : new URL(text, base);
      return isValidHost(url) ? url : undefined;
    } catch {
      // The constructor's only way to say "not a URL".
      return undefined;
    }
  };

  return {
    urlComponents: components,
    parse(input: string, base: string | undefined, raise: boolean) {
      const plain = plainFileUrl(input, base);
      if (plain !== undefined) return publishPlainFile(plain);
      const url = parse(input, base);
      if (url !== undefined) return publish(url);
      if (raise) throw invalidUrl(input, base);
      return undefined;
    },
    // CanParse writes no components: lib does not read them after it.
    canParse: (input: string, base?: string) => parse(input, base) !== undefined,
    pathToFileURL(path: string, windows: boolean, hostname?: string) {
      const plain = windows ? undefined : plainFileUrl(`file://${path}`, undefined);
      if (plain !== undefined) return publishPlainFile(plain);
      // With the path set through the setter, `%` and `?` in names must be escaped before, or they would be syntax.
      const url = new URL('file://');
      const escaped = path.replace(windows ? PATH_ESCAPES_WINDOWS : PATH_ESCAPES, percentEncode);
      url.pathname = escaped;
      if (windows && hostname !== undefined) url.hostname = hostname;
      return publish(url);
    },
    update(href: string, action: number, value: string) {
      if (action === ACTION_HREF) {
        const next = parse(value, undefined);
        return next === undefined ? false : publish(next);
      }
      const url = new URL(href);
      // A value the setter cannot use leaves the URL as it was, as the standard says.
      url[SETTERS[action]!] = value;
      return publish(isValidHost(url) ? url : new URL(href));
    },
    format(href: string, hash: boolean, unicode: boolean, search: boolean, auth: boolean) {
      const url = new URL(href);
      if (!hash) url.hash = '';
      if (!search) url.search = '';
      if (!auth) {
        url.username = '';
        url.password = '';
      }
      if (!unicode || url.hostname === '') return url.href;
      const shown = new ShownUrl(url);
      writeComponents(components, shown);
      // The host may be shown longer in Unicode than in ASCII: cut out by its end, which the components know.
      const hostStart = components[Component.hostEnd]! - shown.hostname.length;
      return (
        shown.href.slice(0, hostStart) +
        domainToUnicode(shown.hostname) +
        shown.href.slice(components[Component.hostEnd])
      );
    },
    getOrigin(href: string) {
      const url = parse(href, undefined);
      if (url === undefined) throw invalidUrl(href, undefined);
      return url.origin;
    },
    domainToASCII: (domain: string) => domainToAscii(realm.host, domain),
    domainToUnicode: (domain: string) => domainToUnicode(domainToAscii(realm.host, domain)),
  };
}

/**
 * Chromium escapes spaces and the like in a domain where the standard (host
 * parser, step 9: forbidden domain code points) fails; `%` is one of those itself.
 */
function isValidHost(url: URL): boolean {
  return SCHEME_TYPES[url.protocol] === undefined || !unescapeHost(url.hostname).includes('%');
}

/** Chromium escapes `*` as well, which the standard allows in a domain. */
function unescapeHost(hostname: string): string {
  return hostname.replaceAll('%2A', '*');
}

/** What of a URL is written down, by the standard and not by Chromium. */
type ShownParts = Pick<ShownUrl, 'href' | 'protocol' | 'username' | 'password' | 'hostname' | 'port'>;

class ShownUrl {
  readonly href: string;
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly hostname: string;
  readonly port: string;

  constructor({ href, protocol, username, password, hostname, port }: URL) {
    const shown = SCHEME_TYPES[protocol] === undefined ? hostname : unescapeHost(hostname);
    this.href = shown === hostname ? href : withHost({ href, protocol, username, password, hostname }, shown);
    this.protocol = protocol;
    this.username = username;
    this.password = password;
    this.hostname = shown;
    this.port = port;
  }
}

function percentEncode(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** ThrowInvalidURL: own properties in this order. */
function invalidUrl(input: string, base: string | undefined): Error {
  const error = codedError(TypeError, 'ERR_INVALID_URL', 'Invalid URL');
  return Object.assign(error, base === undefined ? { input } : { input, base });
}

/**
 *   https://user:pass@example.com:1234/foo/bar?baz#quux
 *         |     |    |          | ^^^^|       |   |
 *   protocol_end|    |   host_end port|       |   hash_start
 *    username_end  host_start  pathname_start search_start
 */
function writeComponents(components: Uint32Array, url: ShownParts): void {
  const { href, protocol, username, password, hostname, port } = url;
  const protocolEnd = protocol.length;
  // A `?` behind `#` is no query, so both are looked for and compared.
  const hash = href.indexOf('#', protocolEnd);
  const query = href.indexOf('?', protocolEnd);
  const searchStart = query >= 0 && (hash < 0 || query < hash) ? query : OMITTED;
  const hashStart = hash >= 0 ? hash : OMITTED;

  let usernameEnd = protocolEnd;
  let hostStart = protocolEnd;
  let hostEnd = protocolEnd;
  let pathnameStart = protocolEnd;
  if (href.startsWith('//', protocolEnd)) {
    const authority = protocolEnd + 2;
    usernameEnd = authority + username.length;
    // ada's host_start is at the `@` where there are credentials, so the host itself begins one further.
    hostStart = password === '' ? usernameEnd : usernameEnd + 1 + password.length;
    const hasCredentials = username !== '' || password !== '';
    hostEnd = hostStart + (hasCredentials ? 1 : 0) + hostname.length;
    pathnameStart = hostEnd + (port === '' ? 0 : 1 + port.length);
  } else if (href.startsWith('/.//', protocolEnd)) {
    // A path that begins with two slashes and has no host in front.
    pathnameStart = protocolEnd + 2;
  }

  components[Component.protocolEnd] = protocolEnd;
  components[Component.usernameEnd] = usernameEnd;
  components[Component.hostStart] = hostStart;
  components[Component.hostEnd] = hostEnd;
  components[Component.port] = port === '' ? OMITTED : Number(port);
  components[Component.pathnameStart] = pathnameStart;
  components[Component.searchStart] = searchStart;
  components[Component.hashStart] = hashStart;
  components[Component.schemeType] = SCHEME_TYPES[protocol] ?? NOT_SPECIAL;
}
