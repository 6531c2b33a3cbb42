/** By the name behind `:`; what stands for the rest is `splat`. */
export type Captures = Readonly<Record<string, string>>;

/** A pattern's test of a host and a path that begins with a slash. */
export type PatternMatcher = (host: string, path: string) => Captures | undefined;

/**
 * The pattern as it is compared, or what is wrong with it: a path, or an address on
 * https whose host must match too. One splat `*`, which takes anything, and
 * placeholders `:name`, which take what has no slash (in a host, no dot).
 */
export function parsePattern(
  text: string,
  { pathOnly }: { pathOnly: boolean },
): { pattern: string } | { problem: string } {
  if ((text.match(/\*/g) ?? []).length > 1) return { problem: `"${text}" has more than one "*"` };
  if (text.startsWith('/') && !text.startsWith('//')) return checkNames(text);
  if (pathOnly) return { problem: `"${text}" does not begin with one slash: only paths of the site can be matched` };
  if (!text.startsWith('https://')) return { problem: `"${text}" is neither a path nor an address on https` };
  const match = /^https:\/\/((?:[^/:?#]|:[A-Za-z])+)(?::\d+)?(\/[^?#]*)?$/.exec(text);
  if (match === null) return { problem: `"${text}" is no address of a host and a path` };
  // Hosts have no case; the names of placeholders do.
  const host = (match[1] ?? '').replace(/(:[A-Za-z]\w*)|[A-Z]+/g, (found, name: string | undefined) =>
    name === undefined ? found.toLowerCase() : name,
  );
  return checkNames(`https://${host}${match[2] ?? '/'}`);
}

function checkNames(pattern: string): { pattern: string } | { problem: string } {
  const names = [...pattern.replace(/^https:/, '').matchAll(/:([A-Za-z]\w*)/g)].map((match) => match[1] ?? '');
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) return { problem: `the placeholder ":${twice}" is there twice` };
  if (names.includes('splat')) return { problem: 'a placeholder cannot be called ":splat": that is what "*" takes' };
  return { pattern };
}

/** Whether a pattern is a path and nothing else. */
export const isPlainPath = (pattern: string): boolean =>
  !pattern.startsWith('https:') && !pattern.includes('*') && !/:[A-Za-z]/.test(pattern);

/**
 * Compiles what `parsePattern` gave, for decoded paths; captures are encoded again, as they stand in
 * addresses. Time is linear in the path: at most one part of it can take anything.
 */
export function compilePattern(text: string): PatternMatcher {
  const pattern = decodePattern(text);
  const absolute = /^https:\/\/([^/]+)(\/.*)$/.exec(pattern);
  const host = absolute === null ? undefined : compile(absolute[1] ?? '', '[^/.]+');
  const path = compile(absolute?.[2] ?? pattern, '[^/]+');
  return (ofHost, ofPath) => {
    const inHost = host === undefined ? {} : (host.exec(ofHost)?.groups ?? (host.test(ofHost) ? {} : undefined));
    if (inHost === undefined) return undefined;
    const found = path.exec(ofPath);
    if (found === null) return undefined;
    const captures = Object.entries({ ...inHost, ...found.groups });
    return Object.fromEntries(
      captures.map(([name, value]) => [name, value.split('/').map(encodeURIComponent).join('/')]),
    );
  };
}

/** A pattern as it is compared with decoded paths; one whose percent signs encode nothing stays as it is. */
export function decodePattern(pattern: string): string {
  try {
    return decodeURIComponent(pattern);
  } catch (error) {
    if (error instanceof URIError) return pattern;
    throw error;
  }
}

function compile(text: string, placeholder: string): RegExp {
  const source = text.replace(/\*|:([A-Za-z]\w*)|[\\^$.*+?()[\]{}|/-]/g, (found, name: string | undefined) =>
    found === '*' ? '(?<splat>.*)' : name === undefined ? `\\${found}` : `(?<${name}>${placeholder})`,
  );
  return new RegExp(`^${source}$`, 's');
}

/** Puts what was taken into a text, longest names first: `:ab` is not `:a` and a "b". */
export function fillPlaceholders(text: string, captures: Captures): string {
  const names = Object.keys(captures).sort((a, b) => b.length - a.length);
  if (names.length === 0) return text;
  return text.replace(new RegExp(`:(${names.join('|')})`, 'g'), (_, name: string) => captures[name] ?? '');
}
