/**
 * URLs of ordinary files, read without the browser's parser: a module graph asks
 * for thousands, and nothing in them needs normalising. `undefined` = ask the parser.
 */

/** A name that stays as it is in a URL's path and is neither `.` nor `..`. */
const NAME = '\\.?[\\w@+~-][\\w@+~.-]*';
const PLAIN_FILE = new RegExp(`^file://(?:/${NAME})+$`);
const PLAIN_REST = new RegExp(`^${NAME}(?:/${NAME})*$`);
/** What has no scheme is no URL, unless there is a base. URL standard, scheme start state. */
const MAY_BE_ABSOLUTE = /^[\0- ]*[a-z][a-z0-9+.\-\t\n\r]*:/i;

/** The address that `input` names, without a parse, where it is a plain file URL; else `undefined`. */
export function plainFileUrl(input: string, base: string | undefined): string | undefined {
  // A plain URL is its own serialisation: no part of it would be changed by a parser.
  if (base === undefined) return PLAIN_FILE.test(input) ? input : undefined;
  // Only `./` and `../` are resolved here; a bare name might be a scheme, and `/x` is rare.
  if (!input.startsWith('.') || !PLAIN_FILE.test(base)) return undefined;
  let folder = base.slice(0, base.lastIndexOf('/'));
  let rest = input;
  while (rest.startsWith('./')) rest = rest.slice(2);
  while (rest.startsWith('../')) {
    // `..` of the root is the root.
    if (folder.length > 'file://'.length) folder = folder.slice(0, folder.lastIndexOf('/'));
    rest = rest.slice(3);
  }
  // Something was taken off in front, and what is left is names alone.
  return rest.length < input.length && PLAIN_REST.test(rest) ? `${folder}/${rest}` : undefined;
}

/** False where a parse could only fail, which is most of what is asked. */
export function mayBeUrl(input: string, base: string | undefined): boolean {
  return base !== undefined || MAY_BE_ABSOLUTE.test(input);
}
