/** By the shape of the path alone: whether there is such a package, the registry knows. */
export type PackagePath =
  | { kind: 'packument'; name: string }
  | { kind: 'tarball'; name: string; file: string }
  /** One version, or what a tag such as `latest` names: corepack asks so. */
  | { kind: 'manifest'; name: string; version: string }
  | { kind: 'tags'; name: string };

// What npm lets into a name, old names included; a slash or a percent sign is not in it.
const PART = "[a-zA-Z0-9_~.!*'()-]+";
const namePattern = new RegExp(`^(@${PART}/)?${PART}$`);
const VERSION_OR_TAG = /^[a-zA-Z0-9][a-zA-Z0-9._+-]{0,127}$/;
/** Some registries repeat the scope in the file: `@a/b/-/@a/b-1.0.0.tgz`. */
const filePattern = new RegExp(`^(@${PART}/)?[a-zA-Z0-9_~.+!*'()-]+\\.tgz$`);

/**
 * `path` is the still encoded rest behind the mirror's prefix.
 * Undefined where it is neither: nothing else is passed on.
 */
export function parsePackagePath(path: string): PackagePath | undefined {
  // npm writes the slash of a scope as %2f.
  const decoded = path.replace(/%2f/gi, '/').replace(/%40/g, '@').replace(/%2b/gi, '+');
  const tagged = /^-\/package\/(.+)\/dist-tags$/.exec(decoded)?.[1];
  if (tagged !== undefined) return isName(tagged) ? { kind: 'tags', name: tagged } : undefined;
  const [name = '', file, rest] = decoded.split('/-/');
  if (rest !== undefined) return undefined;
  if (file === undefined) return isName(name) ? { kind: 'packument', name } : manifestPath(name);
  if (!isName(name)) return undefined;
  return filePattern.test(file) && !file.includes('..') ? { kind: 'tarball', name, file } : undefined;
}

function manifestPath(path: string): PackagePath | undefined {
  const at = path.lastIndexOf('/');
  const [name, version] = [path.slice(0, Math.max(0, at)), path.slice(at + 1)];
  return isName(name) && VERSION_OR_TAG.test(version) ? { kind: 'manifest', name, version } : undefined;
}

/** 214 is npm's own limit. No part may begin with a dot: it becomes part of a URL. */
function isName(name: string): boolean {
  return (
    name.length <= 214 &&
    namePattern.test(name) &&
    !name.split('/').some((piece) => piece.startsWith('.') || piece === '-')
  );
}

/** As npm writes it into the address of a packument. */
export function encodeName(name: string): string {
  return name.replace('/', '%2f');
}
