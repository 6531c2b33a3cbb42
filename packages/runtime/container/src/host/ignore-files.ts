/** `.gitignore` files, as gitignore(5) describes them, translated to globs. */
import type { AsyncVfs } from '@slipway/vfs';
import picomatch from 'picomatch';

interface Rule {
  readonly matches: (path: string) => boolean;
  readonly negated: boolean;
  readonly directoriesOnly: boolean;
}

/** Files are read once, when a path below their folder is asked about: made anew for each search. */
export class IgnoreFiles {
  readonly #fs: AsyncVfs;
  readonly #root: string;
  /** By directory, relative to the root. */
  readonly #rules = new Map<string, readonly Rule[]>();

  constructor(fs: AsyncVfs, root: string) {
    this.#fs = fs;
    this.#root = root;
  }

  /** The last rule that matches decides; a file further down comes later. */
  ignores(path: string, directory: boolean): boolean {
    if (path === '.git' || path.startsWith('.git/')) return true;
    let ignored = false;
    let inner = path;
    for (let at = ''; ;) {
      for (const rule of this.#rulesOf(at)) {
        if ((directory || !rule.directoriesOnly) && rule.matches(inner)) ignored = !rule.negated;
      }
      const slash = inner.indexOf('/');
      if (slash < 0) return ignored;
      at = at === '' ? inner.slice(0, slash) : `${at}/${inner.slice(0, slash)}`;
      inner = inner.slice(slash + 1);
    }
  }

  /** No rules where there is no such file, or it cannot be read. */
  #rulesOf(directory: string): readonly Rule[] {
    const known = this.#rules.get(directory);
    if (known !== undefined) return known;
    const bytes = this.#fs.readFile(`${this.#root}/${directory === '' ? '' : `${directory}/`}.gitignore`);
    const rules =
      typeof bytes === 'number'
        ? []
        : new TextDecoder()
            .decode(bytes)
            .split('\n')
            .flatMap((line) => parseRule(line.trimEnd()));
    this.#rules.set(directory, rules);
    return rules;
  }
}

/** As picomatch reads it, dot files included. No rule for blank lines and comments. */
function parseRule(line: string): Rule[] {
  if (line === '' || line.startsWith('#')) return [];
  const negated = line.startsWith('!');
  let pattern = negated ? line.slice(1) : line;
  const directoriesOnly = pattern.endsWith('/');
  if (directoriesOnly) pattern = pattern.slice(0, -1);
  // A slash inside ties the pattern to the file's directory; none lets it match at any depth.
  const anchored = pattern.includes('/');
  if (pattern.startsWith('/')) pattern = pattern.slice(1);
  return [{ matches: picomatch(anchored ? pattern : `**/${pattern}`, { dot: true }), negated, directoriesOnly }];
}
