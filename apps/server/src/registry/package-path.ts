/** What a registry URL's path asks for. */
export type PackagePath = { kind: 'packument'; name: string } | { kind: 'tarball'; name: string; file: string };

const part = '[a-zA-Z0-9_~.!*\'()-]+';
const namePattern = new RegExp(`^(@${part}/)?${part}$`);
/** Some registries repeat the scope in the file: `@a/b/-/@a/b-1.0.0.tgz`. */
const filePattern = new RegExp(`^(@${part}/)?[a-zA-Z0-9_~.+!*'()-]+\\.tgz$`);

/** `path` is the still encoded rest behind the mirror's prefix. Undefined where it is neither: nothing else is passed on. */
export function parsePackagePath(path: string): PackagePath | undefined {
  // npm writes the slash of a scope as %2f.
  const decoded = path.replace(/%2f/gi, '/').replace(/%40/g, '@').replace(/%2b/gi, '+');
  const [name = '', file, rest] = decoded.split('/-/');
  if (rest !== undefined || !isName(name)) return undefined;
  if (file === undefined) return { kind: 'packument', name };
  return filePattern.test(file) && !file.includes('..') ? { kind: 'tarball', name, file } : undefined;
}

function isName(name: string): boolean {
  return name.length <= 214 && namePattern.test(name) && !name.split('/').some((piece) => piece.startsWith('.') || piece === '-');
}

/** As npm writes it into the address of a packument. */
export function encodeName(name: string): string {
  return name.replace('/', '%2f');
}
