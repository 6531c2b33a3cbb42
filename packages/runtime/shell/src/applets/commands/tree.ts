import type { Stat } from '@slipway/vfs';
import { compareBytes } from '../../expand/glob.ts';
import { compileText, matches, type Pattern } from '../../expand/pattern.ts';
import { isDirectory, isFile, isLink, joinPath, statPath } from '../../io/files.ts';
import type { Applet, AppletContext } from '../applet.ts';
import { modeText } from '../mode.ts';
import { type Options, parseOptions, UsageError } from '../options.ts';
import { quoteAsC } from '../quote.ts';
import { humanSize } from '../size.ts';

const OPTIONS = {
  all: '-a',
  directories: '-d',
  fullPath: '-f',
  flat: '-i',
  follow: '-l',
  level: '-L=',
  include: '-P=',
  exclude: '-I=',
  ignoreCase: '--ignore-case',
  size: '-s',
  human: '-h',
  mode: '-p',
  quote: '-Q',
  classify: '-F',
  noReport: '--noreport',
  directoriesFirst: '--dirsfirst',
  filesFirst: '--filesfirst',
  reverse: '-r',
  byTime: '-t',
  unsorted: '-U',
  json: '-J',
  prune: '--prune',
  charset: '--charset=',
} as const;

type TreeOptions = Options<keyof typeof OPTIONS>;

/** Folders inside each other; links to folders are not followed without -l. */
const MAX_DEPTH = 200;

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: Stat;
  readonly behind: Stat | undefined;
}

/** tree(1), version 2: folders with what is in them, drawn as a tree. */
export const tree: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-n -C -v -x -A -S -D -g -u' });
  const level = options.value('level');
  if (level !== undefined && !(Number(level) > 0))
    throw new UsageError('Invalid level, must be greater than 0.', 1, false);
  return new Drawing(context, options, level === undefined ? MAX_DEPTH : Math.min(MAX_DEPTH, Number(level))).run();
};

/** One call: what is counted over all roots is reported once at its end. */
class Drawing {
  readonly #context: AppletContext;
  readonly #options: TreeOptions;
  readonly #levels: number;
  readonly #include: readonly Pattern[];
  readonly #exclude: readonly Pattern[];
  readonly #lines: readonly [tee: string, corner: string, bar: string];
  #directories = 0;
  #files = 0;
  #status = 0;

  constructor(context: AppletContext, options: TreeOptions, levels: number) {
    this.#context = context;
    this.#options = options;
    this.#levels = levels;
    this.#include = patternsOf(options, 'include');
    this.#exclude = patternsOf(options, 'exclude');
    // In UTF-8 there are no-break spaces behind the bar, as tree has them.
    const plain = (options.value('charset') ?? 'utf-8').toLowerCase() === 'ascii';
    this.#lines = plain ? ['|-- ', '`-- ', '|   '] : ['├── ', '└── ', '│\u00a0\u00a0 '];
  }

  /** 2 where a root could not be opened, as tree's own. */
  run(): number {
    const { out, sys } = this.#context;
    const roots = this.#options.operands.length === 0 ? ['.'] : this.#options.operands;
    const json = this.#options.has('json');
    if (json) out.write('[\n');
    for (const [index, name] of roots.entries()) {
      const path = sys.absolute(name);
      const stat = statPath(sys.fs, path);
      if (json && index > 0) out.write(',\n');
      if (typeof stat === 'number' || !isDirectory(stat)) {
        if (json)
          out.write(`  {"type":"directory","name":${JSON.stringify(name)},"contents":[{"error": "opening dir"}\n  ]}`);
        else out.line(`${name}  [error opening dir]`);
        // tree counts a root that is a file, though it cannot open it as a folder.
        if (typeof stat !== 'number') this.#files++;
        this.#status = 2;
        continue;
      }
      const root: Entry = { name, path, stat, behind: undefined };
      if (json) this.#showJson(root, '  ', 0, name);
      else {
        out.line(`${this.#details(stat)}${this.#shown(name)}${this.#mark(stat, name)}`);
        if (this.#showInside(root, '', 1, name)) this.#directories++;
      }
      if (json) out.write('\n');
    }
    this.#report(json);
    if (json) out.write('\n]\n');
    return this.#status;
  }

  /** Roots that have something in them are counted as folders, too. */
  #report(json: boolean): void {
    if (this.#options.has('noReport')) return;
    const { out } = this.#context;
    const withFiles = !this.#options.has('directories');
    if (json) {
      const files = withFiles ? `,"files":${this.#files}` : '';
      out.write(`,\n  {"type":"report","directories":${this.#directories}${files}}`);
      return;
    }
    const folders = `${this.#directories} director${this.#directories === 1 ? 'y' : 'ies'}`;
    out.write(`\n${folders}${withFiles ? `, ${this.#files} file${this.#files === 1 ? '' : 's'}` : ''}\n`);
  }

  /** False where there was nothing to show: such a folder is not counted when it is the first. */
  #showInside(folder: Entry, indent: string, depth: number, shownPath: string): boolean {
    const entries = this.#entries(folder.path, depth);
    for (const [index, entry] of entries.entries()) {
      const isLast = index === entries.length - 1;
      const [tee, corner, bar] = this.#lines;
      const inner = joinPath(shownPath, entry.name);
      const flat = this.#options.has('flat');
      const label = this.#options.has('fullPath') ? inner : entry.name;
      const target = isLink(entry.stat) ? this.#context.sys.fs.readlink(entry.stat.ino) : undefined;
      const arrow = typeof target === 'string' ? ` -> ${this.#shown(target)}` : '';
      const mark = this.#mark(entry.behind ?? entry.stat, '');
      const text = `${this.#details(entry.stat)}${this.#shown(label)}${arrow}${mark}`;
      this.#context.out.line(`${flat ? '' : indent + (isLast ? corner : tee)}${text}`);
      this.#count(entry);
      if (this.#entersInto(entry, depth)) this.#showInside(entry, indent + (isLast ? '    ' : bar), depth + 1, inner);
    }
    return entries.length > 0;
  }

  /** -J; indented as tree's own, since people compare outputs. */
  #showJson(entry: Entry, indent: string, depth: number, shownPath: string): void {
    const { out, sys } = this.#context;
    const kind = isLink(entry.stat) ? 'link' : isDirectory(entry.stat) ? 'directory' : 'file';
    const target = kind === 'link' ? sys.fs.readlink(entry.stat.ino) : undefined;
    const name = this.#options.has('fullPath') ? shownPath : entry.name;
    out.write(`${indent}{"type":"${kind}","name":${JSON.stringify(name)}`);
    if (typeof target === 'string') out.write(`,"target":${JSON.stringify(target)}`);
    if (this.#options.has('size', 'human')) out.write(`,"size":${entry.stat.size}`);
    const entries = depth === 0 || this.#entersInto(entry, depth) ? this.#entries(entry.path, depth + 1) : [];
    if (depth > 0) this.#count(entry);
    else if (entries.length > 0) this.#directories++;
    if (entries.length === 0) return out.write('}');
    out.write(',"contents":[\n');
    for (const [index, inner] of entries.entries()) {
      this.#showJson(inner, `${indent}  `, depth + 1, joinPath(shownPath, inner.name));
      out.write(index === entries.length - 1 ? '\n' : ',\n');
    }
    out.write(`${indent}]}`);
  }

  /** A link to a folder counts as a folder, whether it is entered or not. */
  #count({ stat, behind }: Entry): void {
    if (isDirectory(behind ?? stat)) this.#directories++;
    else this.#files++;
  }

  /** By -L and -l; a link to a folder is otherwise only named. */
  #entersInto({ stat, behind }: Entry, depth: number): boolean {
    if (depth >= this.#levels) return false;
    return isDirectory(stat) || (this.#options.has('follow') && behind !== undefined && isDirectory(behind));
  }

  /** What is wanted of a folder, in order. One that cannot be read looks empty. */
  #entries(path: string, depth: number): Entry[] {
    const { fs } = this.#context.sys;
    const ino = fs.lookup(path, true);
    const listed = ino < 0 ? ino : fs.readdir(ino);
    if (typeof listed === 'number') return [];
    const entries = listed.flatMap(({ name }): Entry[] => {
      const inner = joinPath(path, name);
      const stat = statPath(fs, inner, false);
      if (typeof stat === 'number') return [];
      const behind = isLink(stat) ? statPath(fs, inner) : undefined;
      return [{ name, path: inner, stat, behind: typeof behind === 'number' ? undefined : behind }];
    });
    return this.#sort(entries.filter((entry) => this.#isWanted(entry, depth)));
  }

  /** -a, -d, -I, -P, --prune, in this order. Pruning has to look into the folder. */
  #isWanted(entry: Entry, depth: number): boolean {
    const { name, stat, behind } = entry;
    if (!this.#options.has('all') && name.startsWith('.')) return false;
    const folder = isDirectory(behind ?? stat);
    if (this.#options.has('directories') && !folder) return false;
    const matching = (pattern: Pattern): boolean =>
      matches(pattern, this.#options.has('ignoreCase') ? name.toLowerCase() : name);
    if (this.#exclude.some(matching)) return false;
    // -P is for files: the way to them stays.
    if (this.#include.length > 0 && !isDirectory(stat) && !this.#include.some(matching)) return false;
    if (!this.#options.has('prune') || !folder) return true;
    return depth < MAX_DEPTH && isDirectory(stat) && this.#entries(entry.path, depth + 1).length > 0;
  }

  /** By bytes of the names, as in the C locale, or by time; folders first or last by option. */
  #sort(entries: Entry[]): Entry[] {
    if (this.#options.has('unsorted')) return entries;
    const sign = this.#options.has('reverse') ? -1 : 1;
    const first = this.#options.has('directoriesFirst') ? -1 : this.#options.has('filesFirst') ? 1 : 0;
    const byTime = this.#options.has('byTime');
    return entries.toSorted((a, b) => {
      const [left, right] = [isDirectory(a.behind ?? a.stat), isDirectory(b.behind ?? b.stat)];
      if (first !== 0 && left !== right) return left ? first : -first;
      const order = byTime ? Math.sign(a.stat.mtimeMs - b.stat.mtimeMs) : 0;
      return sign * (order === 0 ? compareBytes(a.name, b.name) : order);
    });
  }

  /** In brackets before the name: mode, then size. */
  #details(stat: Stat): string {
    const parts: string[] = [];
    if (this.#options.has('mode')) parts.push(modeText(stat.mode));
    if (this.#options.has('human')) parts.push(humanSize(stat.size).padStart(4));
    else if (this.#options.has('size')) parts.push(String(stat.size).padStart(11));
    return parts.length === 0 ? '' : `[${parts.join(' ')}]  `;
  }

  #shown(name: string): string {
    return this.#options.has('quote') ? quoteAsC(name) : name;
  }

  /** `-F`, which here marks folders and executables alone. */
  #mark(stat: Stat, name: string): string {
    if (!this.#options.has('classify')) return '';
    if (isDirectory(stat)) return name.endsWith('/') ? '' : '/';
    return isFile(stat) && (stat.mode & 0o111) !== 0 ? '*' : '';
  }
}

/** `a|b` are two. */
function patternsOf(options: TreeOptions, name: 'include' | 'exclude'): Pattern[] {
  return options
    .values(name)
    .flatMap((text) => text.split('|'))
    .map((text) => compileText(options.has('ignoreCase') ? text.toLowerCase() : text));
}
