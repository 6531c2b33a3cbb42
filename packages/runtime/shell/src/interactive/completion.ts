import { DirentType, type Vfs } from '@slipway/vfs';
import { builtins } from '../builtins/table.ts';
import { compareBytes } from '../expand/glob.ts';
import { isDirectory, joinPath, statPath } from '../io/files.ts';
import { decodeLossy } from '../io/text.ts';
import type { Shell } from '../state/shell.ts';

/** `text` takes the word's place, `shown` is what the list has of it. */
export interface Candidate {
  readonly text: string;
  readonly shown: string;
  /** Follows a finished word: a blank, or nothing after a folder. */
  readonly end: string;
}

/** What `complete` found. `replaced` counts UTF-16 units, since it is cut from a string. */
export interface Completion {
  /** Length of the word before the cursor. */
  readonly replaced: number;
  readonly candidates: readonly Candidate[];
}

// What the parser would not take for part of a word, and what it would expand.
const SPECIAL = /[\s"'\\$`&|;<>()*?[\]#~!{}]/g;
const escapeWord = (text: string): string => text.replace(SPECIAL, '\\$&');
// `run` after these is followed by the name of a script in package.json.
const SCRIPT_RUNNERS: ReadonlySet<string> = new Set(['npm', 'pnpm', 'yarn', 'bun']);

/**
 * What may stand at the end of `line`: a variable after `$`, a command
 * where one begins, a script after `npm run`, else a path. Asks the
 * parser nothing, since a line being typed is seldom one that parses.
 */
export function complete(sh: Shell, line: string): Completion {
  const word = currentWord(line);
  const before = line.slice(0, line.length - word.length);
  // The command that is being typed: from the last separator on, without assignments before it.
  const segment = before.split(/[|;&(`\n]|\$\(/).at(-1) ?? '';
  const words = segment
    .trim()
    .split(/\s+/)
    .filter((text) => text !== '' && !/^[A-Za-z_]\w*=/.test(text));
  const replaced = word.length;
  // As the shell will see the word, so that `My\ Doc` finds `My Documents`.
  const plain = word.replace(/\\(.)/g, '$1').replace(/["']/g, '');

  const variable = /\$\{?(\w*)$/.exec(word);
  if (variable?.[1] !== undefined) {
    const prefix = word.slice(0, word.length - variable[1].length);
    const names = sh.state.variables.names().filter((name) => name.startsWith(variable[1] ?? ''));
    return { replaced, candidates: names.map((name) => ({ text: prefix + name, shown: name, end: '' })) };
  }
  if (words.length === 0 && !plain.includes('/')) return { replaced, candidates: commands(sh, plain) };
  if (words.length === 2 && SCRIPT_RUNNERS.has(words[0] ?? '') && (words[1] === 'run' || words[1] === 'run-script')) {
    return { replaced, candidates: scripts(sh, plain) };
  }
  return { replaced, candidates: paths(sh, plain, words[0] === 'cd' || words[0] === 'rmdir', words.length === 0) };
}

/** The word the cursor is in: from the last blank that is not quoted. */
function currentWord(line: string): string {
  let start = 0;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    // An `=` begins a word as well: `--file=src/…` completes the path.
    const c = line[i] ?? '';
    if (quote !== '') {
      if (c === quote) quote = '';
    } else if (c === '\\') i++;
    else if (c === '"' || c === "'") quote = c;
    else if (/[\s|;&<>()=]/.test(c)) start = i + 1;
  }
  return line.slice(start);
}

/**
 * Builtins, functions and aliases count with the programs of PATH; what begins with a sign, such as `[`, is
 * not offered.
 */
function commands(sh: Shell, prefix: string): Candidate[] {
  const names = new Set<string>([...builtins.keys(), ...sh.state.functions.keys(), ...sh.state.aliases.keys()]);
  // Every time: programs appear while the shell runs.
  for (const directory of (sh.state.variables.get('PATH') ?? '').split(':')) {
    const ino = sh.sys.fs.lookup(sh.sys.absolute(directory === '' ? '.' : directory), true);
    const entries = ino < 0 ? ino : sh.sys.fs.readdir(ino);
    if (typeof entries !== 'number') for (const entry of entries) names.add(entry.name);
  }
  return [...names]
    .filter((name) => name.startsWith(prefix) && /^[\w.]/.test(name))
    .sort(compareBytes)
    .map((name) => ({ text: escapeWord(name), shown: name, end: ' ' }));
}

/** Of the package.json in the working directory; none where there is no such file, or it is no JSON. */
function scripts(sh: Shell, prefix: string): Candidate[] {
  const bytes = sh.sys.fs.readFile(joinPath(sh.sys.cwd(), 'package.json'));
  if (typeof bytes === 'number') return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(decodeLossy(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
  // The user's file may hold anything; only the keys are looked at.
  const found = (parsed as { scripts?: Record<string, unknown> } | null)?.scripts ?? {};
  return Object.keys(found)
    .filter((name) => name.startsWith(prefix))
    .sort(compareBytes)
    .map((name) => ({ text: escapeWord(name), shown: name, end: ' ' }));
}

/** `onlyExecutable` where a command stands: folders are offered all the same, as a program may be in them. */
function paths(sh: Shell, word: string, onlyDirectories: boolean, onlyExecutable: boolean): Candidate[] {
  const at = word.lastIndexOf('/');
  const directory = word.slice(0, at + 1);
  const prefix = word.slice(at + 1);
  const home = sh.state.variables.get('HOME') ?? '/';
  const real = directory.startsWith('~/') ? joinPath(home, directory.slice(2)) : directory;
  const { fs } = sh.sys;
  // A directory that is not there has nothing to offer; a beep says so.
  const ino = fs.lookup(sh.sys.absolute(real === '' ? '.' : real), true);
  const entries = ino < 0 ? ino : fs.readdir(ino);
  if (typeof entries === 'number') return [];
  const candidates: Candidate[] = [];
  for (const entry of [...entries].sort((a, b) => compareBytes(a.name, b.name))) {
    // Hidden files only for who types the dot.
    if (!entry.name.startsWith(prefix) || (entry.name.startsWith('.') && !prefix.startsWith('.'))) continue;
    const path = sh.sys.absolute(real + entry.name);
    const folder = entry.type === DirentType.directory || (entry.type === DirentType.link && isFolder(fs, path));
    if (onlyDirectories && !folder) continue;
    if (onlyExecutable && !folder && !isExecutable(fs, path)) continue;
    // The tilde stays unquoted, or the shell would not expand it.
    const kept = directory.startsWith('~/') ? `~/${escapeWord(directory.slice(2))}` : escapeWord(directory);
    candidates.push({
      text: `${kept}${escapeWord(entry.name)}${folder ? '/' : ''}`,
      shown: entry.name + (folder ? '/' : ''),
      end: folder ? '' : ' ',
    });
  }
  return candidates;
}

function isFolder(fs: Vfs, path: string): boolean {
  const stat = statPath(fs, path);
  return typeof stat !== 'number' && isDirectory(stat);
}

function isExecutable(fs: Vfs, path: string): boolean {
  const stat = statPath(fs, path);
  return typeof stat !== 'number' && (stat.mode & 0o111) !== 0;
}

/** The longest text that all begin with; empty for none. */
export function commonPrefix(texts: readonly string[]): string {
  let prefix = texts[0] ?? '';
  for (const text of texts) while (!text.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix;
}
