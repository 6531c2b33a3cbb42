import { DirentType, type Vfs } from '@slipway/vfs';
import { compilePattern, matches, type Pattern } from './pattern.ts';
import type { Field, Piece } from './segments.ts';

/** More names than any command line can carry. */
const MAX_MATCHES = 200_000;
const S_IFMT = 0o170000;
const S_IFDIR = 0o040000;

const MAGIC = /[*?[]/;
export const hasMagic = (field: Field): boolean => field.some((piece) => !piece.quoted && MAGIC.test(piece.text));

interface Component {
  readonly pattern: Pattern;
  readonly text: string;
  readonly matchesHidden: boolean;
}

export interface GlobTree {
  readonly fs: Vfs;
  /** Makes a path of the script absolute. */
  absolute(path: string): string;
}

/** XCU 2.6.6: the names that match, sorted; `undefined` when there is none. */
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
        if (last ? fs.lookup(absolute(path), false) >= 0 : true) next.push(last ? path : `${path}/`);
        continue;
      }
      for (const name of listMatching(fs, absolute(base === '' ? '.' : base), component, !last)) next.push(last ? base + name : `${base}${name}/`);
      if (next.length > MAX_MATCHES) break;
    }
    bases = next.slice(0, MAX_MATCHES);
  });
  return bases.length === 0 ? undefined : bases.sort(compareBytes);
}

/** The order of the C locale. */
export const compareBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

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
    const text = pattern.isLiteral ? pattern.tokens.map((token) => (token.kind === 'char' ? token.char : '')).join('') : '';
    const first = pattern.tokens[0];
    return { pattern, text, matchesHidden: first?.kind === 'char' && first.char === '.' };
  });
}

function listMatching(fs: Vfs, directory: string, component: Component, onlyDirectories: boolean): string[] {
  const ino = fs.lookup(directory, true);
  const entries = ino < 0 ? ino : fs.readdir(ino);
  if (typeof entries === 'number') return [];
  const names: string[] = [];
  const candidates = component.matchesHidden ? ['.', '..', ...entries.map((entry) => entry.name)] : entries.map((entry) => entry.name);
  const types = new Map(entries.map((entry) => [entry.name, entry.type]));
  for (const name of candidates) {
    if (name.startsWith('.') && !component.matchesHidden) continue;
    if (!matches(component.pattern, name)) continue;
    const type = types.get(name);
    if (onlyDirectories && type !== undefined && type !== DirentType.directory && !(type === DirentType.link && isDirectory(fs, `${directory}/${name}`))) continue;
    names.push(name);
  }
  return names;
}

function isDirectory(fs: Vfs, path: string): boolean {
  const ino = fs.lookup(path, true);
  const stat = ino < 0 ? ino : fs.stat(ino);
  return typeof stat !== 'number' && (stat.mode & S_IFMT) === S_IFDIR;
}
