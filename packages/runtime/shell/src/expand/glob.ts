import { isDirectoryMode } from '@slipway/posix';
import { DirentType, type Vfs } from '@slipway/vfs';
import { compilePattern, matches, type Pattern } from './pattern.ts';
import type { Field, Piece } from './segments.ts';

/** File names one pattern may give: more than any command line can carry. */
const MAX_MATCHES = 200_000;

// What may make a field a pattern; quoted ones do not, and then no directory is read at all.
const MAGIC = /[*?[]/;
/** Whether a field could match file names, so that it has to be looked up. */
export const hasMagic = (field: Field): boolean => field.some((piece) => !piece.quoted && MAGIC.test(piece.text));

/**
 * What stands between two slashes. XCU 2.13.3: a slash is matched
 * only by a slash, so each is matched against one directory.
 */
interface Component {
  readonly pattern: Pattern;
  /** What it matches where it is literal, else empty. */
  readonly text: string;
  /** A leading `.` matches only one that is written out (2.13.3), neither `*`, `?` nor a set. */
  readonly matchesHidden: boolean;
}

/** The files a pattern is matched against: the shell's, or a test's. */
export interface GlobTree {
  readonly fs: Vfs;
  absolute(path: string): string;
}

/**
 * XCU 2.6.6: the names that match, sorted; `undefined` when there is
 * none. One component after the other, all paths at once: a pattern
 * with four stars reads each directory once and recurses nowhere.
 */
export function glob(field: Field, { fs, absolute }: GlobTree): string[] | undefined {
  const components = splitComponents(field);
  let bases: string[] = [''];
  components.forEach((component, index) => {
    const last = index === components.length - 1;
    const next: string[] = [];
    for (const base of bases) {
      if (component.text === '' && component.pattern.isLiteral) {
        // A leading, doubled or closing slash: only a directory can be before it.
        if (index === 0 || isDirectory(fs, absolute(base === '' ? '/' : base))) next.push(last ? base : `${base}/`);
        continue;
      }
      if (component.pattern.isLiteral) {
        const path = base + component.text;
        // In the middle it need not exist yet: the next component finds out.
        if (last ? fs.lookup(absolute(path), false) >= 0 : true) next.push(last ? path : `${path}/`);
        continue;
      }
      for (const name of listMatching(fs, absolute(base === '' ? '.' : base), component, !last))
        next.push(last ? base + name : `${base}${name}/`);
      if (next.length > MAX_MATCHES) break;
    }
    // Sorted at the end, so which names a pattern beyond the limit keeps is not said.
    bases = next.slice(0, MAX_MATCHES);
  });
  return bases.length === 0 ? undefined : bases.sort(compareBytes);
}

/**
 * The order of the C locale: by UTF-16 units, which is
 * that of the bytes but for characters beyond U+FFFF.
 */
export const compareBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** At every slash, quoted or not: a pattern never matches one. */
function splitComponents(field: Field): Component[] {
  const components: Piece[][] = [[]];
  for (const piece of field) {
    piece.text.split('/').forEach((part, index) => {
      if (index > 0) components.push([]);
      if (part !== '') components.at(-1)?.push({ text: part, quoted: piece.quoted });
    });
  }
  return components.map((pieces) => {
    const pattern = compilePattern(pieces);
    const text = pattern.isLiteral
      ? pattern.tokens.map((token) => (token.kind === 'char' ? token.char : '')).join('')
      : '';
    const first = pattern.tokens[0];
    return { pattern, text, matchesHidden: first?.kind === 'char' && first.char === '.' };
  });
}

/** Names of one folder. One that cannot be read has none, as in all shells. */
function listMatching(fs: Vfs, directory: string, component: Component, onlyDirectories: boolean): string[] {
  const ino = fs.lookup(directory, true);
  const entries = ino < 0 ? ino : fs.readdir(ino);
  if (typeof entries === 'number') return [];
  const names: string[] = [];
  // The file system lists neither `.` nor `..`; `.*` matches both, as dash has it.
  const candidates = component.matchesHidden
    ? ['.', '..', ...entries.map((entry) => entry.name)]
    : entries.map((entry) => entry.name);
  const types = new Map(entries.map((entry) => [entry.name, entry.type]));
  for (const name of candidates) {
    if (name.startsWith('.') && !component.matchesHidden) continue;
    if (!matches(component.pattern, name)) continue;
    const type = types.get(name);
    if (
      onlyDirectories &&
      // With more to come only directories go on. A link's target is
      // looked up; the entry's type saves the lookup of all others.
      type !== undefined &&
      type !== DirentType.directory &&
      !(type === DirentType.link && isDirectory(fs, `${directory}/${name}`))
    )
      continue;
    names.push(name);
  }
  return names;
}

function isDirectory(fs: Vfs, path: string): boolean {
  const ino = fs.lookup(path, true);
  const stat = ino < 0 ? ino : fs.stat(ino);
  return typeof stat !== 'number' && isDirectoryMode(stat.mode);
}
