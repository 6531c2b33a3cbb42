/** Folders into which bundlers write files that are named by their content. */
const BUNDLE_FOLDER = /(?:^|\/)(?:assets|static|chunks|_astro|_nuxt|_next\/static|_app\/immutable|build)\//;

/** The last piece of a name before its extensions. */
const LAST_PIECE = /[-.~_]([A-Za-z0-9_-]{8,64}?)(?:\.[a-z0-9]{1,8}){1,2}$/;

/** A word, in small letters, capitalised or in humps. */
const WORD = /^[A-Z]?[a-z]+(?:[A-Z][a-z]+)*$/;

/**
 * Whether the build named a file by its content (ST-04), so that the name never stands
 * for other bytes. A wrong yes would keep old bytes in browsers for a year; a wrong no
 * costs a question. So: hex of eight or more digits and letters anywhere, other random
 * letters only where bundlers write.
 */
export function isNamedByContent(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  // A hash may itself hold the sign that stands before it.
  for (let at = name.search(/[-.~_]/); at !== -1;) {
    const piece = LAST_PIECE.exec(name.slice(at))?.[1];
    if (piece !== undefined && looksRandom(piece, BUNDLE_FOLDER.test(path))) return true;
    const next = name.slice(at + 1).search(/[-.~_]/);
    at = next === -1 ? -1 : at + 1 + next;
  }
  return false;
}

function looksRandom(piece: string, inBundleFolder: boolean): boolean {
  const digit = /\d/.test(piece);
  const letter = /[a-z]/i.test(piece);
  if (/^[0-9a-f]{8,64}$/.test(piece)) return digit && letter;
  if (!inBundleFolder || !letter || /^v?\d+$/.test(piece)) return false;
  // Rollup and its like write eight of base64's characters, esbuild eight of base32's.
  if (piece.length !== 8 && piece.length !== 10 && piece.length !== 20 && piece.length !== 22) return false;
  return digit || !WORD.test(piece);
}

/** The value of Cache-Control where `_headers` says nothing. `open`: no password, no expiry, no view limit. */
export function cacheControlOf(path: string, { open }: { open: boolean }): string {
  if (!open) return 'private, no-cache';
  return isNamedByContent(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
}

/** What `_headers` asks for, as far as it may on a site that is not for everybody: nothing between keeps it. */
export function restrictCacheControl(value: string): string {
  const parts = value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !/^(?:public|s-maxage\b.*)$/i.test(part));
  return parts.some((part) => /^(?:private|no-store)$/i.test(part))
    ? parts.join(', ')
    : ['private', ...parts].join(', ');
}
