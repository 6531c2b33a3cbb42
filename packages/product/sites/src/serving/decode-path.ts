/** A path of a site, without its first slash, or why a request for it is refused. */
export type DecodedPath = { outcome: 'path'; path: string } | { outcome: 'refused'; why: string };

/**
 * The path of a request target as it came over the wire, query and all (ST-09). It is
 * decoded once and never normalised: whoever writes `..`, a backslash or a control
 * character wants something else than a file of the site. `decodeURIComponent` refuses
 * overlong forms, halves of surrogates and everything else that is no UTF-8.
 */
export function decodeSitePath(target: string): DecodedPath {
  const raw = /^\/[^?#]*/.exec(target)?.[0];
  if (raw === undefined) return refuse('it does not begin with a slash');
  let path: string;
  try {
    // Node hands out bytes above 127 as single characters; they are UTF-8 that nobody encoded.
    path = decodeURIComponent(raw.replace(/[\u0080-\u00ff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`));
  } catch (error) {
    if (error instanceof URIError) return refuse('its percent-encoding is not UTF-8');
    throw error;
  }
  // Tabs and line ends too: browsers take them out of an address, so that "/<tab>/host" is another host.
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(path)) return refuse('it holds a control character');
  if (path.includes('\\')) return refuse('it holds a backslash');
  if (path.split('/').some((part) => part === '.' || part === '..')) return refuse('it leaves its folder');
  return { outcome: 'path', path: path.slice(1) };
}

/** A decoded path as it stands in an address, with its first slash. */
export function encodeSitePath(path: string): string {
  return `/${path.split('/').map(encodeURIComponent).join('/')}`;
}

const refuse = (why: string): DecodedPath => ({ outcome: 'refused', why });
