/** `zip` of a container: Info-ZIP's command line over our own archives. */
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { parseOptions, UsageError, type Options } from '@slipway/shell/options';
import { globOf } from './archive/glob.ts';
import { buildZip, packEntry, parseZip, STORED, unpackEntry, type ZipEntry, ZipError } from './archive/zip-format.ts';
import { errorText, print, runProgram } from './program/run-program.ts';

const USAGE = `zip [-options] [-b path] [-t mmddyyyy] [-n suffixes] [zipfile list] [-xi list]
  The default action is to add or replace zipfile entries from list, which
  can include the special name - to compress standard input.
  If zipfile is - the archive goes to standard output.
  -r   recurse into directories     -j   junk (don't record) directory names
  -0   store only                   -1   compress faster   -9   compress better
  -q   quiet operation              -v   verbose operation
  -d   delete entries in zipfile    -m   move into zipfile (delete OS files)
  -u   update: only changed or new  -f   freshen: only changed
  -D   do not add directory entries -y   store symbolic links as the link
  -T   test zipfile integrity       -@   read names from stdin
  -x   exclude the following names  -i   include only the following names
`;

const OPTIONS = {
  recurse: '-r --recurse-paths',
  junk: '-j --junk-paths',
  quiet: '-q --quiet',
  verbose: '-v --verbose',
  deletes: '-d --delete',
  moves: '-m --move',
  update: '-u --update',
  freshen: '-f --freshen',
  noFolders: '-D --no-dir-entries',
  links: '-y --symlinks',
  tests: '-T --test',
  names: '-@ --names-stdin',
  help: '-h',
  encrypt: '-e -P= --encrypt --password=',
  level0: '-0',
  level1: '-1',
  level2: '-2',
  level3: '-3',
  level4: '-4',
  level5: '-5',
  level6: '-6',
  level7: '-7',
  level8: '-8',
  level9: '-9',
} as const;
const LEVELS = [
  'level0',
  'level1',
  'level2',
  'level3',
  'level4',
  'level5',
  'level6',
  'level7',
  'level8',
  'level9',
] as const;
/** zip(1), "-#". */
const DEFAULT_LEVEL = 6;
/** zip(1), "Diagnostics". */
const Status = { format: 3, nothing: 12, output: 15, parameters: 16, open: 18 } as const;

type ZipOptions = Options<keyof typeof OPTIONS>;
/** A command line taken apart: what -x and -i are given, and the rest. */
interface Lists {
  readonly words: string[];
  readonly exclude: string[];
  readonly include: string[];
}

runProgram('zip', USAGE, async (args) => {
  const { words, exclude, include } = takeLists(args);
  let options: ZipOptions;
  try {
    options = parseOptions(words, { options: OPTIONS, ignored: '-X -o -g -9 -l -A -S' });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const long = /^unrecognized option '--([^']*)'/.exec(error.message);
    const short = /^invalid option -- '(.)'/.exec(error.message);
    const said = long === null ? `short option '${short?.[1] ?? ''}'` : `long option '${long[1] ?? ''}'`;
    return refuse(`Invalid command arguments (${said} not supported)`, Status.parameters);
  }
  if (options.has('help') || (words.length === 0 && process.stdout.isTTY)) {
    await print(USAGE);
    return 0;
  }
  if (options.has('encrypt')) return refuse('Invalid command arguments (encryption not supported)', Status.parameters);
  return await new Zip(options, exclude, include).run();
});

/** -x and -i take names up to the next option or `@`. */
function takeLists(args: readonly string[]): Lists {
  const lists: Lists = { words: [], exclude: [], include: [] };
  let into = lists.words;
  for (const arg of args) {
    const [, letters = '', list, attached] = /^-([a-zA-Z0-9]*)([xi])(?:=?(.*))$/s.exec(arg) ?? [];
    // `-x` may close a bundle (`-rx`) and have its name attached (`-x.git`), but `-exclude` is no such bundle.
    const opens = list !== undefined && !arg.startsWith('--') && (letters + (attached ?? '')).length < 3;
    if (opens) {
      if (letters !== '') lists.words.push(`-${letters}`);
      into = list === 'x' ? lists.exclude : lists.include;
      if (attached !== undefined && attached !== '') into.push(attached);
    } else if (arg === '@') into = lists.words;
    else if (into !== lists.words && arg.startsWith('-') && arg.length > 1) {
      into = lists.words;
      into.push(arg);
    } else into.push(arg);
  }
  return lists;
}

/** zip's words go to standard output, unless the archive does. */
const talk = process.argv.includes('-') ? process.stderr : process.stdout;

/** In Info-ZIP's words, with its status. */
function noOutput(file: string, why: string): number {
  talk.write(`zip I/O error: ${why}\nzip error: Could not create output file (${file})\n`);
  return Status.output;
}

function refuse(message: string, status: number): number {
  talk.write(`\nzip error: ${message}\n`);
  return status;
}

class Zip {
  readonly #options: ZipOptions;
  readonly #isExcluded: (name: string) => boolean;
  readonly #isIncluded: (name: string) => boolean;
  readonly #level: number;
  readonly #moved: string[] = [];

  constructor(options: ZipOptions, exclude: readonly string[], include: readonly string[]) {
    this.#options = options;
    this.#isExcluded = globOf(exclude, false);
    this.#isIncluded = include.length === 0 ? () => true : globOf(include, false);
    const level = options.last(...LEVELS);
    this.#level = level === undefined ? DEFAULT_LEVEL : LEVELS.indexOf(level);
  }

  async run(): Promise<number> {
    const [named = '-', ...given] = this.#options.operands;
    // A name without a dot gets `.zip`, as Info-ZIP adds it.
    const file = named === '-' || /\.[^/.]+$/.test(basename(named)) ? named : `${named}.zip`;
    const listed = this.#options.has('names') ? (await buffer(process.stdin)).toString().split('\n') : [];
    const names = [...given, ...listed].filter((name) => name !== '');
    if (named === '-' && names.length === 0) names.push('-');
    let entries: ZipEntry[] = [];
    try {
      if (file !== '-' && existsSync(file)) entries = parseZip(readFileSync(file));
    } catch (error) {
      if (!(error instanceof ZipError)) throw error;
      return refuse(`Zip file structure invalid (${file})`, Status.format);
    }
    if (this.#options.has('tests') && names.length === 0) return this.#test(file, entries);
    if (this.#options.has('deletes')) return await this.#delete(file, entries, names);
    if (file !== '-' && !existsSync(dirname(file))) return noOutput(file, 'No such file or directory');
    const byName = new Map(entries.map((entry) => [entry.name, entry]));
    let added = 0;
    for (const name of names)
      for await (const entry of this.#entriesOf(name, byName)) {
        added++;
        this.#tell(byName.has(entry.name) ? 'updating' : '  adding', entry);
        byName.set(entry.name, entry);
      }
    // With -u and -f it is fine that nothing was newer.
    if (added === 0 && !this.#options.has('update', 'freshen')) return this.#nothing(file);
    const status = await this.#save(file, [...byName.values()]);
    if (status === 0 && this.#options.has('moves'))
      // Only when the archive is safe.
      for (const path of this.#moved.toReversed()) rmSync(path, { recursive: true });
    return status === 0 && this.#options.has('tests') ? this.#test(file, [...byName.values()]) : status;
  }

  /** Status 12; the archive is left as it was. */
  #nothing(file: string): number {
    return refuse(`Nothing to do! (${file})`, Status.nothing);
  }

  /**
   * One name of the command line as entries, folders before what is in them. What cannot be read is told and
   * left out.
   */
  async *#entriesOf(name: string, old: ReadonlyMap<string, ZipEntry>): AsyncGenerator<ZipEntry, void> {
    if (name === '-') {
      // 010600: a FIFO in Unix's mode, which is what Info-ZIP records for stdin.
      yield packEntry('-', await buffer(process.stdin), 0o10600, Date.now() / 1000, this.#level);
      return;
    }
    const plain = name.replace(/\/+$/, '') || '/';
    const stat = lstatSync(plain, { throwIfNoEntry: false });
    if (stat === undefined) return this.#warn(`name not matched: ${name}`);
    const isLink = stat.isSymbolicLink() && this.#options.has('links');
    const real = isLink ? stat : statSync(plain, { throwIfNoEntry: false });
    if (real === undefined) return this.#warn(`could not open for reading: ${name}`);
    // Names in an archive are relative: a leading slash or `./` would lead out or be noise.
    const inside = plain.replace(/^(?:\.?\/)+/, '');
    const stored = this.#options.has('junk') ? basename(plain) : inside === '.' ? '' : inside;
    if (real.isDirectory()) {
      if (stored !== '' && !this.#options.has('junk', 'noFolders') && this.#wants(`${stored}/`, real.mtimeMs, old))
        yield packEntry(`${stored}/`, Buffer.alloc(0), real.mode, real.mtimeMs / 1000, 0);
      if (this.#options.has('recurse'))
        for (const each of readdirSync(plain)) yield* this.#entriesOf(plain === '.' ? each : `${plain}/${each}`, old);
      return;
    }
    if (!this.#wants(stored, real.mtimeMs, old)) return;
    let bytes: Buffer;
    try {
      bytes = isLink ? Buffer.from(readlinkSync(plain)) : readFileSync(plain);
    } catch (error) {
      this.#warn(`could not open for reading: ${name} (${errorText(error)})`);
      return;
    }
    this.#moved.push(plain);
    yield packEntry(stored, bytes, real.mode, real.mtimeMs / 1000, this.#level);
  }

  /** -x and -i, then -f and -u, which compare in whole seconds: an archive keeps no finer ones. */
  #wants(name: string, mtimeMs: number, old: ReadonlyMap<string, ZipEntry>): boolean {
    if (this.#isExcluded(name) || !this.#isIncluded(name)) return false;
    const before = old.get(name);
    if (before === undefined) return !this.#options.has('freshen');
    return !this.#options.has('update', 'freshen') || Math.floor(mtimeMs / 1000) > before.mtime;
  }

  /** An archive that loses its last entry stays, empty. */
  async #delete(file: string, entries: readonly ZipEntry[], names: readonly string[]): Promise<number> {
    const matches = globOf(names, false);
    const gone = entries.filter(({ name }) => matches(name) || matches(name.replace(/\/$/, '')));
    if (gone.length === 0) {
      for (const name of names) this.#warn(`name not matched: ${name}`);
      return this.#nothing(file);
    }
    for (const { name } of gone) this.#say(`deleting: ${name}\n`);
    const kept = entries.filter((entry) => !gone.includes(entry));
    if (kept.length === 0) this.#warn('zip file empty');
    return await this.#save(file, kept);
  }

  async #save(file: string, entries: readonly ZipEntry[]): Promise<number> {
    const bytes = buildZip(entries);
    if (file === '-') {
      await print(bytes);
      return 0;
    }
    // Beside it first: an archive that is cut off replaces nothing.
    const aside = `${file}.${process.pid}.tmp`;
    try {
      writeFileSync(aside, bytes);
      renameSync(aside, file);
      return 0;
    } catch (error) {
      rmSync(aside, { force: true });
      return noOutput(file, errorText(error));
    }
  }

  /** Of what is in memory: the bytes that were written, or those that were read. */
  #test(file: string, entries: readonly ZipEntry[]): number {
    // Throws where size or CRC-32 do not fit.
    for (const entry of entries) unpackEntry(entry);
    this.#say(`test of ${file} OK\n`);
    return 0;
  }

  /** What deflating has saved, in whole percents. */
  #tell(action: string, entry: ZipEntry): void {
    const { name, size, packed, method } = entry;
    const saved = size === 0 ? 0 : Math.round((100 * (size - packed.length)) / size);
    const sizes = this.#options.has('verbose') ? `\t(in=${size}) (out=${packed.length})` : '';
    this.#say(`${action}: ${name}${sizes} (${method === STORED ? 'stored 0%' : `deflated ${saved}%`})\n`);
  }

  #say(text: string): void {
    if (!this.#options.has('quiet')) talk.write(text);
  }

  /** Not hidden by `-q`. */
  #warn(message: string): void {
    talk.write(`\tzip warning: ${message}\n`);
  }
}
