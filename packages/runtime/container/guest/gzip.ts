/** `gzip`, `gunzip` and `zcat` of a container. */
import {
  chmodSync,
  createReadStream,
  createWriteStream,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  type Stats,
  statSync,
  utimesSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parseOptions, type Options } from '@slipway/shell/options';
import { gzipMember } from './archive/compression.ts';
import { gzipHeader, ratio } from './archive/gzip-header.ts';
import { complain, errorText, Failure, print, runProgram } from './program/run-program.ts';

const USAGE = `Usage: gzip [OPTION]... [FILE]...
Compress or uncompress FILEs (by default, compress FILES in-place).

  -c, --stdout      write on standard output, keep original files unchanged
  -d, --decompress  decompress
  -f, --force       force overwrite of output file and compress links
  -h, --help        give this help
  -k, --keep        keep (don't delete) input files
  -l, --list        list compressed file contents
  -n, --no-name     do not save or restore the original name and timestamp
  -N, --name        save or restore the original name and timestamp
  -q, --quiet       suppress all warnings
  -r, --recursive   operate recursively on directories
  -S, --suffix=SUF  use suffix SUF on compressed files
  -t, --test        test compressed file integrity
  -v, --verbose     verbose mode
  -1, --fast        compress faster
  -9, --best        compress better

With no FILE, or when FILE is -, read standard input.
`;

const OPTIONS = {
  stdout: '-c --stdout --to-stdout',
  decompress: '-d --decompress --uncompress',
  force: '-f --force',
  help: '-h',
  keep: '-k --keep',
  list: '-l --list',
  noName: '-n --no-name',
  name: '-N --name',
  quiet: '-q --quiet',
  recursive: '-r --recursive',
  suffix: '-S= --suffix=',
  test: '-t --test',
  verbose: '-v --verbose',
  level1: '-1 --fast',
  level2: '-2',
  level3: '-3',
  level4: '-4',
  level5: '-5',
  level6: '-6',
  level7: '-7',
  level8: '-8',
  level9: '-9 --best',
} as const;
const LEVELS = ['level1', 'level2', 'level3', 'level4', 'level5', 'level6', 'level7', 'level8', 'level9'] as const;
const DEFAULT_LEVEL = 6;
/** What is worth a remark and no failure. */
const WARNING = 2;

type GzipOptions = Options<keyof typeof OPTIONS>;

/** One program under three names, as GNU's are. */
const command = basename(process.argv[1] ?? 'gzip').replace(/\..*$/, '');
runProgram('gzip', USAGE, main, "Try `gzip --help' for more information.");

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(command === 'zcat' ? ['-cd', ...args] : command === 'gunzip' ? ['-d', ...args] : args, {
    options: OPTIONS,
    ignored: '--rsyncable --synchronous',
  });
  if (options.has('help')) {
    await print(USAGE);
    return 0;
  }
  const work = new Work(options);
  for (const name of options.operands.length === 0 ? ['-'] : options.operands) await work.add(name);
  work.summarize();
  return work.status;
}

/** All files of one call: what is left to say at the end, and with which status. */
class Work {
  readonly #options: GzipOptions;
  readonly #level: number;
  readonly #unpacks: boolean;
  readonly #suffix: string;
  readonly #totals = { packed: 0, plain: 0, files: 0 };
  status = 0;

  constructor(options: GzipOptions) {
    this.#options = options;
    this.#level = LEVELS.indexOf(options.last(...LEVELS) ?? 'level6') + 1 || DEFAULT_LEVEL;
    this.#unpacks = options.has('decompress', 'test', 'list');
    this.#suffix = options.value('suffix') ?? '.gz';
  }

  /** One operand, with -r all below it. What fails is told and sets the status; the next operands go on. */
  async add(operand: string): Promise<void> {
    const name = this.#find(operand);
    try {
      if (name === '-') return await this.#convert('-', undefined);
      const stat = this.#options.has('force') ? statSync(name) : lstatSync(name);
      if (stat.isDirectory()) {
        if (!this.#options.has('recursive')) return this.#warn(`${name} is a directory -- ignored`);
        for (const inner of readdirSync(name).sort()) await this.add(join(name, inner));
        return;
      }
      // Without -f a link is not followed, as O_NOFOLLOW says it.
      if (stat.isSymbolicLink() && !this.#writesOut()) return this.#fail(`${name}: Too many levels of symbolic links`);
      await this.#convert(name, stat.isSymbolicLink() ? statSync(name) : stat);
    } catch (error) {
      this.#fail(`${name}: ${errorText(error)}`);
    }
  }

  /** The last line of `-l`, where more than one file was listed. */
  summarize(): void {
    const { packed, plain, files } = this.#totals;
    if (this.#options.has('list') && files > 1)
      process.stdout.write(`${this.#options.has('verbose') ? ' '.repeat(28) : ''}${row(packed, plain, 0)} (totals)\n`);
  }

  /** gunzip `a` means `a.gz` where there is no `a`. */
  #find(name: string): string {
    if (!this.#unpacks || name === '-' || existsSync(name) || name.endsWith(this.#suffix)) return name;
    return name + this.#suffix;
  }

  /** Whether no file is made: then nothing is removed either. */
  #writesOut(): boolean {
    return this.#options.has('stdout', 'test', 'list');
  }

  /** The output is complete before the input is removed, and is removed itself where it is not. */
  async #convert(name: string, stat: Stats | undefined): Promise<void> {
    if (this.#options.has('list')) return this.#list(name, stat);
    const target = name === '-' || this.#writesOut() ? undefined : this.#targetOf(name);
    if (target === null) return;
    if (target !== undefined && existsSync(target) && !this.#options.has('force'))
      return this.#warn(`${target} already exists;\tnot overwritten`);
    if (target === undefined && !this.#unpacks && process.stdout.isTTY && !this.#options.has('force'))
      throw new Failure('compressed data not written to a terminal. Use -f to force compression.', 1);
    const counts = { in: 0, out: 0 };
    try {
      await this.#stream(name, target, stat, counts);
    } catch (error) {
      // Half a file is worse than none: the input is still there.
      if (target !== undefined) rmSync(target, { force: true });
      return this.#fail(problem(name, error), true);
    }
    this.#report(name, target, counts);
    if (target === undefined || stat === undefined) return;
    // The input goes last, when its mode and times are safe with the output.
    chmodSync(target, stat.mode & 0o7777);
    utimesSync(target, stat.atime, this.#timeFor(name, stat));
    if (!this.#options.has('keep')) rmSync(name);
  }

  /** Counts bytes on both sides; rejects with zlib's error where the input is none of gzip's. */
  async #stream(
    name: string,
    target: string | undefined,
    stat: Stats | undefined,
    counts: { in: number; out: number },
  ): Promise<void> {
    const input: NodeJS.ReadableStream = name === '-' ? process.stdin : createReadStream(name);
    // RFC 1952, 2.3: FNAME and MTIME; of a pipe there is neither.
    const withName = stat !== undefined && !this.#options.has('noName');
    // `zcat -f` passes on what is not packed, as cat does.
    if (this.#unpacks && this.#options.has('force') && this.#options.has('stdout') && !isGzip(name)) {
      await pipeline(input, process.stdout, { end: false });
      return;
    }
    const mtime = withName ? Math.floor(stat.mtimeMs / 1000) : 0;
    const transform = this.#unpacks
      ? createGunzip()
      : gzipMember(this.#level, withName ? basename(name) : undefined, mtime);
    input.on('data', (chunk: Buffer) => (counts.in += chunk.length));
    transform.on('data', (chunk: Buffer) => (counts.out += chunk.length));
    if (this.#options.has('test')) await pipeline(input, transform, new Writable({ write: (_c, _e, done) => done() }));
    else if (target === undefined) await pipeline(input, transform, process.stdout, { end: false });
    else await pipeline(input, transform, createWriteStream(target));
    // zlib takes an empty file for a stream that goes on; gzip does not.
    if (this.#unpacks && counts.in === 0) throw Object.assign(new Error(), { code: 'Z_BUF_ERROR' });
  }

  /** Null where there is nothing to be done, which was said. */
  #targetOf(name: string): string | null {
    if (!this.#unpacks) {
      if (!name.endsWith(this.#suffix)) return name + this.#suffix;
      if (!this.#options.has('quiet')) complain('gzip', `${name} already has ${this.#suffix} suffix -- unchanged`, 0);
      return null;
    }
    if (this.#options.has('name')) {
      const { name: original } = gzipHeader(readFileSync(name).subarray(0, 1024)) ?? {};
      if (original !== undefined) return join(dirname(name), basename(original));
    }
    if (/\.t[ag]z$/.test(name)) return name.replace(/\.t[ag]z$/, '.tar');
    const known = [this.#suffix, '.gz', '-gz', '.z', '-z', '_z'].find((suffix) => name.endsWith(suffix));
    if (known !== undefined) return name.slice(0, -known.length);
    this.#warn(`${name}: unknown suffix -- ignored`);
    return null;
  }

  /** With -N the time in the header, where there is one; else that of the file. */
  #timeFor(name: string, stat: Stats): Date {
    const stored = this.#unpacks && this.#options.has('name') ? gzipHeader(readFileSync(name))?.mtime : undefined;
    return stored === undefined || stored === 0 ? stat.mtime : new Date(stored * 1000);
  }

  /** For `-v`. The ratio leaves out header and trailer, as gzip counts it. */
  #report(name: string, target: string | undefined, counts: { in: number; out: number }): void {
    if (!this.#options.has('verbose')) return;
    const [packed, plain] = this.#unpacks ? [counts.in, counts.out] : [counts.out, counts.in];
    // RFC 1952: a header of 10 bytes, a trailer of 8, and the name with its NUL.
    const around = 18 + (this.#options.has('noName') || name === '-' || this.#unpacks ? 0 : basename(name).length + 1);
    const done = this.#options.has('keep') ? 'created' : 'replaced with';
    const shown = `${name === '-' ? 'stdin' : name}:\t`;
    if (this.#options.has('test')) process.stderr.write(`${shown} OK\n`);
    else {
      const header = this.#unpacks && name !== '-' ? (gzipHeader(readFileSync(name))?.bytes ?? 10) + 8 : around;
      process.stderr.write(
        `${shown}${ratio(packed - header, plain)}${target === undefined ? '' : ` -- ${done} ${target}`}\n`,
      );
    }
  }

  /** From header and trailer alone: nothing is unpacked, so -l says nothing about whether the file is whole. */
  async #list(name: string, stat: Stats | undefined): Promise<void> {
    const bytes = name === '-' ? await buffer(process.stdin) : readFileSync(name);
    const header = gzipHeader(bytes);
    if (header === undefined || bytes.length < 18) {
      this.#fail(problem(name, { code: 'Z_DATA_ERROR' }), true);
      return;
    }
    // ISIZE, the size modulo 2^32: what gzip itself shows, wrong above 4 GiB.
    const plain = bytes.readUInt32LE(bytes.length - 4);
    const shown =
      name === '-' ? 'stdout' : (this.#options.has('name') && header.name) || name.replace(/\.(?:gz|z)$/, '');
    const verbose = this.#options.has('verbose');
    if (this.#totals.files++ === 0 && !this.#options.has('quiet'))
      process.stdout.write(`${verbose ? 'method  crc     date  time  ' : ''}${TITLE}\n`);
    const crc = bytes
      .readUInt32LE(bytes.length - 8)
      .toString(16)
      .padStart(8, '0');
    const when = dateOf(header.mtime === 0 ? (stat?.mtimeMs ?? 0) / 1000 : header.mtime);
    this.#totals.packed += bytes.length;
    this.#totals.plain += plain;
    process.stdout.write(
      `${verbose ? `defla ${crc} ${when} ` : ''}${row(bytes.length, plain, header.bytes + 8)} ${shown}\n`,
    );
  }

  /** What is wrong with the bytes stands on a line after an empty one. */
  #fail(message: string, ofBytes = false): void {
    this.status = complain(ofBytes ? '\ngzip' : 'gzip', message, 1);
  }

  /** Status 2, but never in place of an error's 1. */
  #warn(message: string): void {
    if (!this.#options.has('quiet')) complain('gzip', message, WARNING);
    if (this.status === 0) this.status = WARNING;
  }
}

const TITLE = '         compressed        uncompressed  ratio uncompressed_name';

/** Columns as in gzip's own list. */
const row = (packed: number, plain: number, around: number): string =>
  `${String(packed).padStart(19)} ${String(plain).padStart(19)} ${ratio(packed - around, plain)}`;

/** Local time without a year, as gzip has it. */
const dateOf = (seconds: number): string => {
  const date = new Date(seconds * 1000);
  const two = (number: number): string => String(number).padStart(2, '0');
  const month = date.toLocaleString('en-US', { month: 'short' });
  return `${month} ${String(date.getDate()).padStart(2)} ${two(date.getHours())}:${two(date.getMinutes())}`;
};

/** Standard input cannot be looked at beforehand: it would have to be put back. */
function isGzip(name: string): boolean {
  return name !== '-' && gzipHeader(readFileSync(name)) !== undefined;
}

/** zlib's error codes in gzip's own wording. */
function problem(name: string, error: unknown): string {
  const shown = name === '-' ? 'stdin' : name;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') return `${shown}: unexpected end of file`;
  if (code === 'Z_DATA_ERROR') return `${shown}: not in gzip format`;
  return `${shown}: ${errorText(error)}`;
}
