import { Errno, strerror } from '@slipway/posix';
import type { Stat } from '@slipway/vfs';
import { compareBytes } from '../../expand/glob.ts';
import { isDirectory, isLink, joinPath, statPath } from '../../io/files.ts';
import type { Applet, AppletContext } from '../applet.ts';
import { modeText } from '../mode.ts';
import { type Options, parseOptions } from '../options.ts';
import { quoteAsC } from '../quote.ts';
import { humanSize } from '../size.ts';
import { terminalColumns } from '../terminal-size.ts';
import { MONTHS, pad2, timeParts } from '../time.ts';
import { createNameLookup } from '../users.ts';
import { textWidth } from '../width.ts';

const OPTIONS = {
  onePerLine: '-1',
  all: '-a --all',
  almostAll: '-A --almost-all',
  long: '-l',
  directory: '-d --directory',
  recursive: '-R --recursive',
  humanReadable: '-h --human-readable',
  classify: '-F --classify',
  byTime: '-t',
  bySize: '-S',
  reverse: '-r --reverse',
  inode: '-i --inode',
  numericLong: '-n',
  slashes: '-p',
  columns: '-C',
  unsorted: '-U',
  longWithoutOwner: '-g',
  longWithoutGroup: '-o',
  noGroup: '-G',
  size: '-s',
  quoteName: '-Q --quote-name',
  color: '--color[=]',
  groupDirectoriesFirst: '--group-directories-first',
} as const;

/** One name to be shown. `path` is absolute, `name` as it is printed. */
interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: Stat;
}

// XCU ls: older than six months, or in the future, shows the year instead of the time.
const HALF_YEAR_MS = 15_778_476_000;
// Directories inside each other, for `-R`.
const MAX_DEPTH = 200;

/**
 * XCU ls. One name a line unless it writes to a terminal; sorted
 * by bytes, as in the C locale. 2 when an operand was not there.
 */
export const ls: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-x -k', status: 2 });
  return new Listing(context, options).run();
};

class Listing {
  readonly #context: AppletContext;
  readonly #options: Options<keyof typeof OPTIONS>;
  readonly #colour: boolean;
  readonly #long: boolean;
  readonly #gap: number;
  #status = 0;
  #printed = false;

  constructor(context: AppletContext, options: Options<keyof typeof OPTIONS>) {
    this.#context = context;
    this.#options = options;
    const colour = options.value('color');
    // GNU would need `--color`; here a terminal is colour
    // enough, since no start-up file sets the alias.
    // A terminal that shows text and nothing else: what embedders get who asked for none (DI-06).
    const plain = context.env['TERM'] === 'dumb';
    this.#gap = plain ? 1 : 2;
    this.#colour =
      (options.has('color') && (colour ?? 'always') === 'always') ||
      (colour !== 'never' && context.out.isTty && !plain);
    this.#long = options.has('long', 'longWithoutOwner', 'longWithoutGroup', 'numericLong');
  }

  run(): number {
    const { sys } = this.#context;
    const operands = this.#options.operands.length === 0 ? ['.'] : this.#options.operands;
    const files: Entry[] = [];
    const directories: Entry[] = [];
    for (const name of operands) {
      const path = sys.absolute(name);
      // A link on the command line is followed unless it is to be shown itself.
      const follow = !this.#long && !this.#options.has('directory') && !this.#options.has('classify');
      let stat = name === '' ? Errno.ENOENT : statPath(sys.fs, path, follow || name.endsWith('/'));
      // A link that leads nowhere is shown itself.
      if (typeof stat === 'number' && name !== '') stat = statPath(sys.fs, path, false);
      if (typeof stat === 'number') {
        this.#status = this.#context.fail(`cannot access '${name}': ${strerror(stat)}`, 2);
        continue;
      }
      // Files first, whatever the order of the operands; folders are listed after them.
      (isDirectory(stat) && !this.#options.has('directory') ? directories : files).push({ name, path, stat });
    }
    if (files.length > 0) this.#print(this.#sort(files));
    const titled = operands.length > 1 || this.#options.has('recursive');
    for (const directory of this.#sort(directories)) this.#list(directory, titled, 0);
    return this.#status;
  }

  /** One folder with its title, and with `-R` those below it. Links to folders are shown and not entered. */
  #list(directory: Entry, titled: boolean, depth: number): void {
    const { sys, out } = this.#context;
    const listed = sys.fs.readdir(directory.stat.ino);
    if (typeof listed === 'number') {
      this.#status = this.#context.fail(`cannot open directory '${directory.name}': ${strerror(listed)}`, 2);
      return;
    }
    if (titled) out.write(`${this.#printed ? '\n' : ''}${this.#name(directory.name)}:\n`);
    this.#printed = true;
    const all = this.#options.has('all');
    const names = listed
      .map((entry) => entry.name)
      .filter((name) => all || this.#options.has('almostAll') || !name.startsWith('.'));
    if (all) names.push('.', '..');
    const entries: Entry[] = [];
    for (const name of names) {
      const path = joinPath(directory.path, name);
      const stat = statPath(sys.fs, path, false);
      // Gone since the directory was read.
      if (typeof stat !== 'number') entries.push({ name, path, stat });
    }
    const sorted = this.#sort(entries);
    if (this.#long)
      out.line(
        // Half kilobytes, as blocks are counted by stat(2).
        `total ${this.#options.has('humanReadable') ? humanSize(sum(sorted) * 512) : Math.ceil(sum(sorted) / 2)}`,
      );
    this.#print(sorted);
    if (!this.#options.has('recursive') || depth > MAX_DEPTH) return;
    for (const entry of sorted) {
      if (isDirectory(entry.stat) && entry.name !== '.' && entry.name !== '..')
        this.#list({ ...entry, name: joinPath(directory.name, entry.name) }, true, depth + 1);
    }
  }

  // By time and size the greatest comes first, equal ones by name; `-r` turns all around.
  #sort(entries: readonly Entry[]): Entry[] {
    const by = this.#options.last('byTime', 'bySize', 'unsorted');
    if (by === 'unsorted') return [...entries];
    const sorted = [...entries].sort((a, b) => {
      const byName = compareBytes(a.name, b.name);
      if (by === 'byTime') return b.stat.mtimeMs - a.stat.mtimeMs || byName;
      if (by === 'bySize') return b.stat.size - a.stat.size || byName;
      return byName;
    });
    // After sorting: equal ones turn around as well, as in GNU.
    if (this.#options.has('reverse')) sorted.reverse();
    if (this.#options.has('groupDirectoriesFirst'))
      // Stable, so the order within both halves stays.
      sorted.sort((a, b) => Number(isDirectory(b.stat)) - Number(isDirectory(a.stat)));
    return sorted;
  }

  /** To a terminal in columns, else one a line (XCU ls, "STDOUT"). */
  #print(entries: readonly Entry[]): void {
    this.#printed = true;
    if (this.#long) this.#printLong(entries);
    else if (
      this.#options.last('onePerLine', 'columns') === 'onePerLine' ||
      (!this.#context.out.isTty && !this.#options.has('columns'))
    ) {
      for (const entry of entries) this.#context.out.line(this.#inode(entry) + this.#shown(entry));
    } else this.#printColumns(entries);
  }

  /** What `-i` and `-s` put in front of a name. */
  #inode(entry: Entry): string {
    return (
      (this.#options.has('inode') ? `${entry.stat.ino} ` : '') +
      (this.#options.has('size') ? `${Math.ceil(entry.stat.blocks / 2)} ` : '')
    );
  }

  #shown(entry: Entry): string {
    return this.#paint(entry, this.#name(entry.name)) + this.#suffix(entry.stat);
  }

  /** As it is, unless `-Q`: names with control characters are not changed for a terminal, which GNU would do. */
  #name(name: string): string {
    return this.#options.has('quoteName') ? quoteAsC(name) : name;
  }

  #suffix(stat: Stat): string {
    // `-F` marks what a name is, `-p` only directories.
    if (!this.#options.has('classify') && !this.#options.has('slashes')) return '';
    if (isDirectory(stat)) return '/';
    if (!this.#options.has('classify')) return '';
    return isLink(stat) ? '@' : (stat.mode & 0o111) !== 0 ? '*' : '';
  }

  #paint({ stat }: Entry, text: string): string {
    if (!this.#colour) return text;
    // LS_COLORS' defaults: directory, link, executable.
    const code = isDirectory(stat) ? '01;34' : isLink(stat) ? '01;36' : (stat.mode & 0o111) !== 0 ? '01;32' : '';
    return code === '' ? text : `\x1b[0m\x1b[${code}m${text}\x1b[0m`;
  }

  /** Owner and group by `/etc/passwd` and `/etc/group` of the container, or as numbers where those have no name. */
  #printLong(entries: readonly Entry[]): void {
    const { sys, out, env } = this.#context;
    const names = createNameLookup(sys.fs);
    const numeric = this.#options.has('numericLong');
    const now = Date.now();
    const rows = entries.map((entry) => {
      const { stat } = entry;
      // The target as it was written, also when nothing is there.
      const target = isLink(stat) ? sys.fs.readlink(stat.ino) : undefined;
      return {
        entry,
        cells: [
          modeText(stat.mode),
          String(stat.nlink),
          this.#options.has('longWithoutOwner') ? undefined : numeric ? String(stat.uid) : names.user(stat.uid),
          this.#options.has('longWithoutGroup', 'noGroup')
            ? undefined
            : numeric
              ? String(stat.gid)
              : names.group(stat.gid),
          this.#options.has('humanReadable') ? humanSize(stat.size) : String(stat.size),
          timeText(stat.mtimeMs, now, env['TZ']),
        ],
        name:
          this.#paint(entry, this.#name(entry.name)) +
          (typeof target === 'string' ? ` -> ${this.#name(target)}` : this.#suffix(stat)),
      };
    });
    // Each column as wide as its widest cell; owner and group to the left, numbers to the right.
    const widths = [0, 1, 2, 3, 4, 5].map((column) =>
      Math.max(0, ...rows.map((row) => row.cells[column]?.length ?? 0)),
    );
    for (const { entry, cells, name } of rows) {
      const line = cells
        .flatMap((cell, column) =>
          cell === undefined
            ? []
            : [column === 2 || column === 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)],
        )
        .join(' ');
      out.line(`${this.#inode(entry)}${line} ${name}`);
    }
  }

  #printColumns(entries: readonly Entry[]): void {
    const shown = entries.map((entry) => ({
      text: this.#inode(entry) + this.#shown(entry),
      // Of what is seen: colours take no columns.
      width: textWidth(this.#inode(entry) + this.#name(entry.name) + this.#suffix(entry.stat)),
    }));
    // The fewest rows that fit: names go down the columns.
    const available = terminalColumns(this.#context);
    let rows = 1;
    let widths: number[] = [];
    for (; rows <= shown.length; rows++) {
      widths = [];
      for (let i = 0; i < shown.length; i += rows)
        // Blanks between columns; the last one needs none.
        widths.push(Math.max(...shown.slice(i, i + rows).map((cell) => cell.width)) + this.#gap);
      if (widths.reduce((total, width) => total + width, -this.#gap) <= available) break;
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

/** Blocks of 512 bytes. */
const sum = (entries: readonly Entry[]): number => entries.reduce((total, entry) => total + entry.stat.blocks, 0);

/** XCU ls, "STDOUT": month, day, and time or year. */
function timeText(ms: number, now: number, zone: string | undefined): string {
  const time = timeParts(ms, zone);
  const recent = ms <= now && now - ms < HALF_YEAR_MS;
  // As wide as `hh:mm`, so that names stay in line.
  const timeOrYear = recent ? `${pad2(time.hour)}:${pad2(time.minute)}` : ` ${time.year}`;
  return `${MONTHS[time.month - 1]} ${String(time.day).padStart(2)} ${timeOrYear}`;
}
