import type { Stat } from '@slipway/vfs';
import { compareBytes } from '../expand/glob.ts';
import { errorText } from '../io/errno.ts';
import { isDirectory, isLink, joinPath, statPath } from '../io/files.ts';
import type { Applet, AppletContext } from './applet.ts';
import { modeText } from './mode.ts';
import { type Options, parseOptions } from './options.ts';
import { humanSize } from './size.ts';
import { terminalColumns } from './terminal-size.ts';
import { MONTHS, pad2, timeParts } from './time.ts';
import { createNameLookup } from './users.ts';
import { textWidth } from './width.ts';

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: Stat;
}

const HALF_YEAR_MS = 15_778_476_000;
const MAX_DEPTH = 200;

export const ls: Applet = (context, args) => {
  const options = parseOptions(args, {
    short: '1aAldRhFtSrinpCUgoxGks', status: 2,
    long: { all: 'a', 'almost-all': 'A', directory: 'd', recursive: 'R', 'human-readable': 'h', reverse: 'r', inode: 'i', classify: 'F', 'color=': 'c', color: 'G', 'group-directories-first': 'z' },
  });
  return new Listing(context, options).run();
};

class Listing {
  readonly #context: AppletContext;
  readonly #options: Options;
  readonly #colour: boolean;
  readonly #long: boolean;
  #status = 0;
  #printed = false;

  constructor(context: AppletContext, options: Options) {
    this.#context = context;
    this.#options = options;
    const colour = options.value('c');
    this.#colour = options.has('G') || colour === 'always' || (colour !== 'never' && context.out.isTty);
    this.#long = ['l', 'g', 'o', 'n'].some((letter) => options.has(letter));
  }

  run(): number {
    const { sys } = this.#context;
    const operands = this.#options.operands.length === 0 ? ['.'] : this.#options.operands;
    const files: Entry[] = [];
    const directories: Entry[] = [];
    for (const name of operands) {
      const path = sys.absolute(name);
      // A link on the command line is followed unless it is to be shown itself.
      const follow = !this.#long && !this.#options.has('d') && !this.#options.has('F');
      let stat = name === '' ? -2 : statPath(sys.fs, path, follow || name.endsWith('/'));
      if (typeof stat === 'number' && name !== '') stat = statPath(sys.fs, path, false);
      if (typeof stat === 'number') {
        this.#status = this.#context.fail(`cannot access '${name}': ${errorText(stat)}`, 2);
        continue;
      }
      (isDirectory(stat) && !this.#options.has('d') ? directories : files).push({ name, path, stat });
    }
    if (files.length > 0) this.#print(this.#sort(files));
    const titled = operands.length > 1 || this.#options.has('R');
    for (const directory of this.#sort(directories)) this.#list(directory, titled, 0);
    return this.#status;
  }

  #list(directory: Entry, titled: boolean, depth: number): void {
    const { sys, out } = this.#context;
    const listed = sys.fs.readdir(directory.stat.ino);
    if (typeof listed === 'number') {
      this.#status = this.#context.fail(`cannot open directory '${directory.name}': ${errorText(listed)}`, 2);
      return;
    }
    if (titled) out.write(`${this.#printed ? '\n' : ''}${directory.name}:\n`);
    this.#printed = true;
    const all = this.#options.has('a');
    const names = listed.map((entry) => entry.name).filter((name) => all || this.#options.has('A') || !name.startsWith('.'));
    if (all) names.push('.', '..');
    const entries: Entry[] = [];
    for (const name of names) {
      const path = joinPath(directory.path, name);
      const stat = statPath(sys.fs, path, false);
      // Gone since the directory was read.
      if (typeof stat !== 'number') entries.push({ name, path, stat });
    }
    const sorted = this.#sort(entries);
    if (this.#long) out.line(`total ${this.#options.has('h') ? humanSize(sum(sorted) * 512) : Math.ceil(sum(sorted) / 2)}`);
    this.#print(sorted);
    if (!this.#options.has('R') || depth > MAX_DEPTH) return;
    for (const entry of sorted) {
      if (isDirectory(entry.stat) && entry.name !== '.' && entry.name !== '..') this.#list({ ...entry, name: joinPath(directory.name, entry.name) }, true, depth + 1);
    }
  }

  #sort(entries: readonly Entry[]): Entry[] {
    const by = this.#options.last('tSU');
    if (by === 'U') return [...entries];
    const sorted = [...entries].sort((a, b) => {
      const byName = compareBytes(a.name, b.name);
      if (by === 't') return b.stat.mtimeMs - a.stat.mtimeMs || byName;
      if (by === 'S') return b.stat.size - a.stat.size || byName;
      return byName;
    });
    if (this.#options.has('r')) sorted.reverse();
    if (this.#options.has('z')) sorted.sort((a, b) => Number(isDirectory(b.stat)) - Number(isDirectory(a.stat)));
    return sorted;
  }

  #print(entries: readonly Entry[]): void {
    this.#printed = true;
    if (this.#long) this.#printLong(entries);
    else if (this.#options.last('1C') === '1' || (!this.#context.out.isTty && !this.#options.has('C'))) {
      for (const entry of entries) this.#context.out.line(this.#inode(entry) + this.#shown(entry));
    } else this.#printColumns(entries);
  }

  #inode(entry: Entry): string {
    return (this.#options.has('i') ? `${entry.stat.ino} ` : '') + (this.#options.has('s') ? `${Math.ceil(entry.stat.blocks / 2)} ` : '');
  }

  #shown(entry: Entry): string {
    return this.#paint(entry, entry.name) + this.#suffix(entry.stat);
  }

  #suffix(stat: Stat): string {
    if (!this.#options.has('F') && !this.#options.has('p')) return '';
    if (isDirectory(stat)) return '/';
    if (!this.#options.has('F')) return '';
    return isLink(stat) ? '@' : (stat.mode & 0o111) !== 0 ? '*' : '';
  }

  #paint({ stat }: Entry, text: string): string {
    if (!this.#colour) return text;
    const code = isDirectory(stat) ? '01;34' : isLink(stat) ? '01;36' : (stat.mode & 0o111) !== 0 ? '01;32' : '';
    return code === '' ? text : `\x1b[0m\x1b[${code}m${text}\x1b[0m`;
  }

  #printLong(entries: readonly Entry[]): void {
    const { sys, out, env } = this.#context;
    const names = createNameLookup(sys.fs);
    const numeric = this.#options.has('n');
    const now = Date.now();
    const rows = entries.map((entry) => {
      const { stat } = entry;
      const target = isLink(stat) ? sys.fs.readlink(stat.ino) : undefined;
      return {
        entry,
        cells: [
          modeText(stat.mode), String(stat.nlink),
          this.#options.has('g') ? undefined : numeric ? String(stat.uid) : names.user(stat.uid),
          this.#options.has('o') || this.#options.has('G') ? undefined : numeric ? String(stat.gid) : names.group(stat.gid),
          this.#options.has('h') ? humanSize(stat.size) : String(stat.size),
          timeText(stat.mtimeMs, now, env['TZ']),
        ],
        name: this.#paint(entry, entry.name) + (typeof target === 'string' ? ` -> ${target}` : this.#suffix(stat)),
      };
    });
    const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(0, ...rows.map((row) => row.cells[column]?.length ?? 0)));
    for (const { entry, cells, name } of rows) {
      const line = cells.flatMap((cell, column) => (cell === undefined ? [] : [column === 2 || column === 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)])).join(' ');
      out.line(`${this.#inode(entry)}${line} ${name}`);
    }
  }

  #printColumns(entries: readonly Entry[]): void {
    const shown = entries.map((entry) => ({ text: this.#inode(entry) + this.#shown(entry), width: textWidth(this.#inode(entry) + entry.name + this.#suffix(entry.stat)) }));
    const available = terminalColumns(this.#context);
    let rows = 1;
    let widths: number[] = [];
    for (; rows <= shown.length; rows++) {
      widths = [];
      for (let i = 0; i < shown.length; i += rows) widths.push(Math.max(...shown.slice(i, i + rows).map((cell) => cell.width)) + 2);
      if (widths.reduce((total, width) => total + width, -2) <= available) break;
    }
    for (let row = 0; row < Math.min(rows, shown.length); row++) {
      let line = '';
      for (let column = 0; column * rows + row < shown.length; column++) {
        const cell = shown[column * rows + row];
        if (cell === undefined) continue;
        const isLast = (column + 1) * rows + row >= shown.length;
        line += isLast ? cell.text : cell.text + ' '.repeat((widths[column] ?? 0) - cell.width);
      }
      this.#context.out.line(line);
    }
  }
}

const sum = (entries: readonly Entry[]): number => entries.reduce((total, entry) => total + entry.stat.blocks, 0);

function timeText(ms: number, now: number, zone: string | undefined): string {
  const time = timeParts(ms, zone);
  const recent = ms <= now && now - ms < HALF_YEAR_MS;
  return `${MONTHS[time.month - 1]} ${String(time.day).padStart(2)} ${recent ? `${pad2(time.hour)}:${pad2(time.minute)}` : ` ${time.year}`}`;
}
