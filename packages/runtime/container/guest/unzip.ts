/** `unzip` of a container: Info-ZIP's command line over our own reader. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isLinkMode } from '@slipway/posix';
import { parseOptions, UsageError, type Options } from '@slipway/shell/options';
import { globOf } from './archive/glob.ts';
import { listBriefly, listFully } from './archive/list-zip.ts';
import { parseZip, STORED, unpackEntry, type ZipEntry, ZipError } from './archive/zip-format.ts';
import { errorText, print, runProgram } from './program/run-program.ts';

const USAGE = `Usage: unzip [-Z] [-opts[modifiers]] file[.zip] [list] [-x xlist] [-d exdir]
  Default action is to extract files in list, except those in xlist, to exdir.

  -p  extract files to pipe, no messages     -l  list files (short format)
  -f  freshen existing files, create none    -t  test compressed archive data
  -u  update files, create if necessary      -v  list verbosely
  -x  exclude files that follow (in xlist)   -d  extract files into exdir
  -Z1 list names alone                       -c  extract to stdout with names
modifiers:
  -n  never overwrite existing files         -q  quiet mode (-qq => quieter)
  -o  overwrite files WITHOUT prompting      -j  junk paths (do not make directories)
  -C  match filenames case-insensitively
`;

const OPTIONS = {
  pipe: '-p',
  list: '-l',
  test: '-t',
  verbose: '-v',
  freshen: '-f',
  update: '-u',
  never: '-n',
  always: '-o',
  quiet: '-q',
  junk: '-j',
  withNames: '-c',
  folder: '-d=',
  names: '-Z',
  one: '-1',
  ignoreCase: '-C',
  help: '-h',
} as const;
/** unzip(1), "Diagnostics". */
const Status = { warning: 1, format: 3, missing: 9, usage: 10, unmatched: 11, skipped: 81 } as const;
/** Columns of a name before what is said about it. */
const NAME_COLUMNS = 22;

type UnzipOptions = Options<keyof typeof OPTIONS>;

runProgram('unzip', USAGE, async (args) => {
  // All names behind -x are of its list; -d and its folder may stand among them.
  const at = args.indexOf('-x');
  const words = at === -1 ? [...args] : args.slice(0, at);
  const after = at === -1 ? [] : args.slice(at + 1);
  const folder = after.indexOf('-d');
  if (folder !== -1) words.push(...after.splice(folder, 2));
  let options: UnzipOptions;
  try {
    options = parseOptions(words, { options: OPTIONS, ignored: '-a -b -L -X -K -U' });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(USAGE);
    return Status.usage;
  }
  const [named, ...members] = options.operands;
  if (named === undefined || options.has('help')) {
    await print(USAGE);
    return 0;
  }
  // unzip(1): the suffix may be left out.
  const file = [named, `${named}.zip`, `${named}.ZIP`].find(
    (name) => existsSync(name) && !statSync(name).isDirectory(),
  );
  if (file === undefined) {
    process.stderr.write(`unzip:  cannot find or open ${named}, ${named}.zip or ${named}.ZIP.\n`);
    return Status.missing;
  }
  return await new Unzip(options, file, members, after).run();
});

/** One archive. `#overwrite` changes with what the person answers: [A]ll and [N]one are for the rest as well. */
class Unzip {
  readonly #options: UnzipOptions;
  readonly #file: string;
  readonly #members: readonly string[];
  readonly #exclude: readonly string[];
  readonly #links: { readonly path: string; readonly target: string }[] = [];
  #overwrite: 'ask' | 'always' | 'never';
  #status = 0;

  constructor(options: UnzipOptions, file: string, members: readonly string[], exclude: readonly string[]) {
    this.#options = options;
    this.#file = file;
    this.#members = members;
    this.#exclude = exclude;
    this.#overwrite = options.has('always') ? 'always' : options.has('never') ? 'never' : 'ask';
  }

  async run(): Promise<number> {
    const quiet = this.#options.has('quiet', 'pipe', 'names');
    if (!quiet) await print(`Archive:  ${this.#file}\n`);
    let all: ZipEntry[];
    try {
      all = parseZip(readFileSync(this.#file));
    } catch (error) {
      if (!(error instanceof ZipError)) throw error;
      process.stderr.write(
        `  ${error.message}.  Either this file is not\n` +
          '  a zipfile, or it constitutes one disk of a multi-part archive.  In the\n' +
          '  latter case the central directory and zipfile comment will be found on\n' +
          '  the last disk(s) of this archive.\n' +
          `unzip:  cannot find zipfile directory in one of ${this.#file} or\n` +
          `        ${this.#file}.zip, and cannot find ${this.#file}.ZIP, period.\n`,
      );
      return Status.missing;
    }
    const entries = this.#select(all);
    if (this.#options.has('names')) await print(entries.map(({ name }) => `${name}\n`).join(''));
    else if (this.#options.has('verbose')) await print(listFully(entries, quiet));
    else if (this.#options.has('list')) await print(listBriefly(entries, this.#options.values('quiet').length));
    else await this.#work(entries);
    return this.#status;
  }

  /** Members that were named, without those of -x. Names of folders fit patterns with and without their slash. */
  #select(all: readonly ZipEntry[]): ZipEntry[] {
    const fold = (text: string): string => (this.#options.has('ignoreCase') ? text.toLowerCase() : text);
    const excluded = globOf(this.#exclude.map(fold), false);
    // A pattern that matched nothing is told at the end, and makes the status 11.
    const wanted = this.#members.map((name) => ({ name, matches: globOf([fold(name)], false), found: false }));
    const entries = all.filter(({ name }) => {
      const key = fold(name).replace(/\/$/, '');
      if (excluded(key) || excluded(fold(name))) return false;
      if (wanted.length === 0) return true;
      const hits = wanted.filter(({ matches }) => matches(key) || matches(fold(name)));
      for (const hit of hits) hit.found = true;
      return hits.length > 0;
    });
    for (const { name, found } of wanted)
      if (!found) {
        process.stderr.write(`caution: filename not matched:  ${name}\n`);
        this.#status = Status.unmatched;
      }
    return entries;
  }

  /** A broken entry is told, and the next ones go on. Links are made last. */
  async #work(entries: readonly ZipEntry[]): Promise<void> {
    for (const entry of entries) {
      try {
        await this.#take(entry);
      } catch (error) {
        if (!(error instanceof ZipError)) throw error;
        process.stderr.write(`  error:  ${error.message}: ${entry.name}\n`);
        this.#status = Status.format;
      }
    }
    if (this.#links.length > 0) this.#say('finishing deferred symbolic links:\n');
    for (const { path, target } of this.#links) {
      rmSync(path, { force: true });
      symlinkSync(target, path);
      this.#say(`  ${path.padEnd(22)} -> ${target}\n`);
    }
    if (this.#options.has('test') && this.#status === 0)
      await print(`No errors detected in ${this.#options.has('quiet') ? '' : 'compressed data of '}${this.#file}.\n`);
  }

  /** One entry by what the options say: tested, printed, made. */
  async #take(entry: ZipEntry): Promise<void> {
    const isFolder = entry.name.endsWith('/');
    if (entry.isEncrypted) {
      process.stderr.write(`   skipping: ${entry.name.padEnd(22)}  unable to get password\n`);
      this.#status = Status.skipped;
      return;
    }
    if (this.#options.has('test')) {
      unpackEntry(entry);
      this.#say(`    testing: ${entry.name.padEnd(22)}   OK\n`);
      return;
    }
    if (this.#options.has('pipe', 'withNames')) {
      if (isFolder) return;
      if (this.#options.has('withNames')) this.#say(`${verbOf(entry)}: ${entry.name.padEnd(NAME_COLUMNS)}  \n`);
      // Throws a ZipError where size or CRC-32 do not fit.
      await print(unpackEntry(entry));
      if (this.#options.has('withNames')) this.#say('\n');
      return;
    }
    const path = this.#pathOf(entry.name);
    if (path === undefined) return;
    if (isFolder) {
      if (this.#options.has('junk') || existsSync(path)) return;
      this.#say(`   creating: ${path}/\n`);
      mkdirSync(path, { recursive: true });
      chmodSync(path, entry.mode & 0o777);
      return;
    }
    const target = this.#resolveConflict(entry, path);
    if (target !== undefined) this.#write(entry, target);
  }

  /** Where it goes; no name leads out of the folder. */
  #pathOf(name: string): string | undefined {
    const parts = name.split('/').filter((part) => part !== '' && part !== '.');
    const safe = parts.filter((part) => part !== '..');
    if (safe.length < parts.length) {
      process.stderr.write(`warning:  skipped "../" path component(s) in ${name}\n`);
      this.#status ||= Status.warning;
    }
    if (safe.length === 0) return undefined;
    const inside = this.#options.has('junk') ? (safe.at(-1) ?? '') : safe.join('/');
    return join(this.#options.value('folder') ?? '', inside);
  }

  /** A path that may be written, or undefined where the file is to be left alone. */
  #resolveConflict(entry: ZipEntry, path: string): string | undefined {
    let target = path;
    for (;;) {
      const there = lstatSync(target, { throwIfNoEntry: false });
      const { freshen, update } = { freshen: this.#options.has('freshen'), update: this.#options.has('update') };
      if (there === undefined) return freshen ? undefined : target;
      if ((freshen || update) && entry.mtime <= Math.floor(there.mtimeMs / 1000)) return undefined;
      if (this.#overwrite === 'never') return undefined;
      if (this.#overwrite === 'always') return target;
      process.stderr.write(`replace ${target}? [y]es, [n]o, [A]ll, [N]one, [r]ename: `);
      const answer = readLine();
      if (answer === undefined) {
        process.stderr.write(' NULL\n(EOF or read error, treating as "[N]one" ...)\n');
        this.#overwrite = 'never';
        this.#status ||= Status.warning;
      } else if (answer.startsWith('A')) this.#overwrite = 'always';
      else if (answer.startsWith('N')) this.#overwrite = 'never';
      else if (answer.startsWith('y')) return target;
      else if (answer.startsWith('n')) return undefined;
      else if (answer.startsWith('r')) {
        process.stderr.write('new name: ');
        const name = readLine();
        if (name !== undefined && name !== '') target = join(dirname(path), basename(name));
      } else process.stderr.write(`error:  invalid response [${answer}]\n`);
    }
  }

  /** A failure is told and makes the status 3; the entries behind it are still taken. */
  #write(entry: ZipEntry, path: string): void {
    const bytes = unpackEntry(entry);
    try {
      mkdirSync(dirname(path), { recursive: true });
      // What is there may be a link to somewhere else.
      if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) rmSync(path);
      if (isLinkMode(entry.mode)) {
        // Made last: nothing of the archive is to be written through it.
        this.#say(`    linking: ${path.padEnd(22)}  -> ${bytes.toString()} \n`);
        this.#links.push({ path, target: bytes.toString() });
        return;
      }
      this.#say(`${verbOf(entry)}: ${path.padEnd(NAME_COLUMNS)}  \n`);
      writeFileSync(path, bytes);
      chmodSync(path, entry.mode & 0o777);
      utimesSync(path, entry.mtime, entry.mtime);
    } catch (error) {
      process.stderr.write(`error:  cannot create ${path}\n        ${errorText(error)}\n`);
      this.#status = Status.format;
    }
  }

  /** Messages, which `-q` and `-p` leave out; errors and questions go to stderr and stay. */
  #say(text: string): void {
    if (!this.#options.has('quiet', 'pipe')) process.stdout.write(text);
  }
}

/** unzip's own words, padded as it pads them. */
const verbOf = ({ method }: ZipEntry): string => (method === STORED ? ' extracting' : '  inflating');

/** A line of standard input, waiting for it; undefined at its end. */
function readLine(): string | undefined {
  const byte = Buffer.alloc(1);
  let line = '';
  for (;;) {
    if (readSync(0, byte) === 0) return line === '' ? undefined : line;
    const character = byte.toString('latin1');
    if (character === '\n') return line;
    line += character;
  }
}
