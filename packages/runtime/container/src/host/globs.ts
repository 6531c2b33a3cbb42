import picomatch from 'picomatch';

/**
 * One predicate for a list of patterns. A path matches as it is written, and a
 * pattern without a slash matches a name anywhere, as in `.gitignore`: callers
 * write `node_modules` and mean it in any folder.
 */
export function matchAny(patterns: readonly string[]): (...paths: readonly string[]) => boolean {
  if (patterns.length === 0) return () => false;
  const whole = picomatch([...patterns], { dot: true });
  const bare = patterns.filter((pattern) => !pattern.includes('/'));
  const base = bare.length === 0 ? undefined : picomatch(bare, { dot: true });
  return (...paths) =>
    paths.some((path) => {
      // `./a` and `a` are one path to everybody but a glob.
      const plain = path.startsWith('./') ? path.slice(2) : path;
      return whole(plain) || (base !== undefined && base(plain.slice(plain.lastIndexOf('/') + 1)));
    });
}

/** The directory a pattern starts from: its part before the first special character. */
export function globBase(pattern: string): string {
  return picomatch.scan(pattern).base;
}
