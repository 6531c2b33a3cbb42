/** `tar` of a container: GNU tar's command line over our own reader and writer of archives. */
import { createWriteStream, openSync, readFileSync, readSync, closeSync } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { parseOptions, UsageError, type Options } from '@slipway/shell/options';
import { ByteSource } from './archive/byte-source.ts';
import { inputOf, packer, packingOf, type Packing, unpacker } from './archive/compression.ts';
import { Extraction } from './archive/extract-tar.ts';
import { globOf } from './archive/glob.ts';
import { readTar } from './archive/read-tar.ts';
import { describeMember } from './archive/list-tar.ts';
import type { TarMember } from './archive/tar-header.ts';
import { writeTar } from './archive/write-tar.ts';
import { userNames } from './archive/user-names.ts';
import { complain, errorText, Failure, print, runProgram } from './program/run-program.ts';

const USAGE = `Usage: tar [OPTION...] [FILE]...
Saves many files together into an archive, and restores them.

  tar -cf archive.tar foo bar  # Create archive.tar from files foo and bar.
  tar -tvf archive.tar         # List all files in archive.tar verbosely.
  tar -xf archive.tar          # Extract all files from archive.tar.

  -c, --create             create a new archive
  -x, --extract, --get     extract files from an archive
  -t, --list               list the contents of an archive
  -f, --file=ARCHIVE       use ARCHIVE; standard input or output with -
  -z, --gzip               filter the archive through gzip
      --zstd               filter the archive through zstd
  -a, --auto-compress      use the archive's suffix to choose the program
  -C, --directory=DIR      change to directory DIR
  -v, --verbose            list the files that are worked on
  -O, --to-stdout          extract files to standard output
  -k, --keep-old-files     never replace existing files
  -m, --touch              do not restore modification times
  -p, --preserve-permissions  do not apply the umask
  -P, --absolute-names     keep leading slashes of names
  -T, --files-from=FILE    get names from FILE
      --exclude=PATTERN    exclude files
      --strip-components=NUMBER  leave out so many folders of each name
      --wildcards          names to extract are patterns
      --no-recursion       do not go into folders
      --sort=name, --mtime=DATE, --owner=NAME:ID, --group=NAME:ID, --numeric-owner
                           for archives that are the same wherever they are made

bzip2 and xz are not available here.
`;

const OPTIONS = {
  create: '-c --create',
  extract: '-x --extract --get',
  list: '-t --list',
  file: '-f= --file=',
  gzip: '-z --gzip --gunzip --ungzip',
  zstd: '--zstd',
  other: '-j --bzip2 -J --xz',
  auto: '-a --auto-compress',
  directory: '-C= --directory=',
  verbose: '-v --verbose',
  toStdout: '-O --to-stdout',
  keepOld: '-k --keep-old-files',
  touch: '-m --touch',
  preserve: '-p --preserve-permissions --same-permissions',
  absolute: '-P --absolute-names',
  filesFrom: '-T= --files-from=',
  exclude: '--exclude=',
  excludeFrom: '-X= --exclude-from=',
  strip: '--strip-components=',
  wildcards: '--wildcards',
  noRecursion: '--no-recursion',
  sort: '--sort=',
  mtime: '--mtime=',
  owner: '--owner=',
  group: '--group=',
  numericOwner: '--numeric-owner',
} as const;
const IGNORED = '-o --no-same-owner --no-same-permissions --same-owner -b= --overwrite --no-wildcards -h -S --format=';

/** tar(1), "RETURN VALUE". */
const FATAL = 2;
/** EX_USAGE of sysexits.h. */
const UNKNOWN_OPTION = 64;
const PREVIOUS_ERRORS = 'Exiting with failure status due to previous errors';
const NOT_RECOVERABLE = 'Error is not recoverable: exiting now';
/** Bytes at the start of a file by which its packing is known. */
const MAGIC_BYTES = 6;

type TarOptions = Options<keyof typeof OPTIONS>;

runProgram('tar', USAGE, main, "Try 'tar --help' or 'tar --usage' for more information.");

/** Exactly one of `-c`, `-x` and `-t`. Its status is 2 wherever something was left out. */
async function main(args: readonly string[]): Promise<number> {
  const options = read(args);
  const modes = (['create', 'extract', 'list'] as const).filter((mode) => options.has(mode));
  const [mode] = modes;
  if (mode === undefined)
    throw new UsageError("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options", FATAL);
  if (modes.length > 1)
    throw new UsageError("You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option", FATAL);
  if (options.has('other')) throw new Failure(`bzip2 and xz are not available here\ntar: ${NOT_RECOVERABLE}`, FATAL);
  return mode === 'create' ? await create(options) : await readArchive(options, mode);
}

/** `tar xzf file` is `tar -x -z -f file`: letters without a dash take their values in their order. */
function read(args: readonly string[]): TarOptions {
  const [first = '', ...rest] = args;
  const words = [...args];
  if (/^[A-Za-z]+$/.test(first)) {
    const valued = [...first].filter((letter) => 'fCTXb'.includes(letter));
    const values = rest.splice(0, valued.length);
    words.splice(
      0,
      words.length,
      ...[...first].filter((letter) => !'fCTXb'.includes(letter)).map((letter) => `-${letter}`),
    );
    for (const [index, letter] of valued.entries()) words.push(`-${letter}`, values[index] ?? missing(letter));
    words.push(...rest);
  }
  return parseOptions(words, { options: OPTIONS, ignored: IGNORED, status: UNKNOWN_OPTION });
}

function missing(letter: string): never {
  throw new UsageError(`Old option '${letter}' requires an argument.`, FATAL);
}

/** Members that cannot be read are told and left out; the status says so at the end. */
async function create(options: TarOptions): Promise<number> {
  const names = [...options.operands, ...options.values('filesFrom').flatMap(linesOf)];
  if (names.length === 0) throw new UsageError('Cowardly refusing to create an empty archive', FATAL);
  const file = pathOf(options);
  let failed = false;
  let warned = '';
  // Where the archive goes to stdout, names on it would be in the archive.
  const listing = file === '-' ? process.stderr : process.stdout;
  const nameOf = (name: string): string => {
    const removed = options.has('absolute') ? '' : (/^(?:\/+|(?:.*\/)?\.\.(?:\/|$))/.exec(name)?.[0] ?? '');
    // GNU says it once for each prefix, not for each member.
    if (removed !== '' && removed !== warned) {
      warned = removed;
      complain('tar', `Removing leading \`${removed}' from member names`, 0);
    }
    return name.slice(removed.length) || './';
  };
  const excluded = globOf([...options.values('exclude'), ...options.values('excludeFrom').flatMap(linesOf)], true);
  const users = userNames();
  const settings = {
    folder: folderOf(options),
    isExcluded: excluded,
    sorted: options.value('sort') === 'name',
    recurse: !options.has('noRecursion'),
    mtime: timeOf(options.value('mtime')),
    owner: ownerOf(options.value('owner')),
    group: ownerOf(options.value('group')),
    numericOwner: options.has('numericOwner'),
    userName: users,
    nameOf,
    onMember: (member: TarMember) => {
      if (!options.has('verbose')) return;
      const isLong = options.values('verbose').length > 1;
      listing.write(`${isLong ? describeMember(member) : member.name}\n`);
    },
    onError: (name: string, action: string, error: unknown) => {
      failed = true;
      complain('tar', `${name}: Cannot ${action}: ${errorText(error)}`, FATAL);
    },
  };
  // Written as it is made: an archive need not fit in memory.
  const packed = packer(packingFor(options, file));
  const output = file === '-' ? process.stdout : createWriteStream(file);
  try {
    const blocks = Readable.from(writeTar(names, settings));
    const end = { end: file !== '-' };
    await (packed === undefined ? pipeline(blocks, output, end) : pipeline(blocks, packed, output, end));
  } catch (error) {
    // Later failures are told by their own words.
    if ((error as NodeJS.ErrnoException).syscall !== 'open') throw error;
    throw new Failure(`${options.value('file')}: Cannot open: ${errorText(error)}\ntar: ${NOT_RECOVERABLE}`, FATAL);
  }
  return failed ? complain('tar', PREVIOUS_ERRORS, FATAL) : 0;
}

/** As it is meant before -C changes the folder. */
function pathOf(options: TarOptions): string {
  const file = options.value('file') ?? '-';
  return file === '-' ? file : resolve(file);
}

/** How to pack, by options before the name's end, which counts with -a alone. */
function packingFor(options: TarOptions, file: string): Packing {
  if (options.has('gzip')) return 'gzip';
  if (options.has('zstd')) return 'zstd';
  if (!options.has('auto')) return 'none';
  return /\.(?:tgz|taz|gz)$/.test(file) ? 'gzip' : /\.(?:tzst|zst)$/.test(file) ? 'zstd' : 'none';
}

/** Extracts or lists in one pass, also from a pipe. Names that lead out of the folder are refused, one by one. */
async function readArchive(options: TarOptions, mode: 'extract' | 'list'): Promise<number> {
  const file = pathOf(options);
  const source = await openArchive(options, file);
  const wanted = new Map(options.operands.map((name) => [name, matcher(name, options.has('wildcards'))]));
  // A name that matches nothing is an error at the end, when everything has been read.
  const found = new Set<string>();
  const excluded = globOf([...options.values('exclude'), ...options.values('excludeFrom').flatMap(linesOf)], true);
  const extraction = new Extraction({
    folder: folderOf(options),
    keepOld: options.has('keepOld'),
    keepTime: !options.has('touch'),
    umask: options.has('preserve') ? 0 : process.umask(),
  });
  const strip = Number(options.value('strip') ?? 0);
  let failed = false;
  for await (const { member, body } of readTar(source)) {
    if (wanted.size > 0) {
      const named = [...wanted].filter(([, matches]) => matches(member.name));
      for (const [name] of named) found.add(name);
      if (named.length === 0) continue;
    }
    if (excluded(member.name.replace(/\/$/, ''))) continue;
    const isLong = mode === 'list' ? options.has('verbose') : options.values('verbose').length > 1;
    if (mode === 'list') {
      await print(`${isLong ? describeMember(member) : member.name}\n`);
      continue;
    }
    const name = stripped(member.name, strip);
    // Stripped away altogether, as GNU does with shallow members.
    if (name === '') continue;
    // An archive may come from anywhere: what it writes stays below the folder.
    const leadsOut = name.split('/').includes('..') && !options.has('absolute');
    if (leadsOut) {
      complain('tar', `Removing leading \`${/^(?:.*\/)?\.\.(?:\/|$)/.exec(name)?.[0] ?? ''}' from member names`, 0);
      complain('tar', `${name}: Member name contains '..'`, FATAL);
      failed = true;
      continue;
    }
    if (options.has('verbose')) await print(`${isLong ? describeMember(member) : member.name}\n`);
    if (options.has('toStdout')) {
      for await (const chunk of body.chunks()) await print(chunk);
      continue;
    }
    try {
      await extraction.add({ ...member, linkName: linkOf(member, strip) }, name.replace(/^\/+/, ''), body);
    } catch (error) {
      if (error instanceof Failure) throw error;
      complain('tar', `${member.name}: Cannot open: ${errorText(error)}`, FATAL);
      failed = true;
    }
  }
  // Modes and times of folders come last, or the files in them would change those.
  extraction.close();
  for (const name of wanted.keys())
    if (!found.has(name)) {
      failed = true;
      complain('tar', `${name}: Not found in archive`, FATAL);
    }
  return failed ? complain('tar', PREVIOUS_ERRORS, FATAL) : 0;
}

/** Fails before anything is extracted where the packing is not what was said, or has no code here. */
async function openArchive(options: TarOptions, file: string): Promise<ByteSource> {
  // A file is unpacked by what it is; what comes through a pipe by what was said.
  let packing: ReturnType<typeof packingOf> = packingFor(options, '-');
  if (file !== '-') {
    let fd: number;
    try {
      fd = openSync(file, 'r');
    } catch (error) {
      throw new Failure(`${options.value('file')}: Cannot open: ${errorText(error)}\ntar: ${NOT_RECOVERABLE}`, FATAL);
    }
    const start = Buffer.alloc(MAGIC_BYTES);
    try {
      readSync(fd, start);
    } catch (error) {
      throw new Failure(`${options.value('file')}: Cannot read: ${errorText(error)}\ntar: ${NOT_RECOVERABLE}`, FATAL);
    } finally {
      closeSync(fd);
    }
    const actual = packingOf(start);
    if (packing === 'gzip' && actual !== 'gzip')
      throw new Failure(
        `\ngzip: stdin: not in gzip format\ntar: Child returned status 1\ntar: ${NOT_RECOVERABLE}`,
        FATAL,
      );
    packing = actual;
  }
  if (packing === 'bzip2' || packing === 'xz')
    throw new Failure(`${file}: ${packing} is not available here\ntar: ${NOT_RECOVERABLE}`, FATAL);
  const stream = unpacker(packing);
  const input = inputOf(file);
  if (stream === undefined) return new ByteSource(input);
  // What goes wrong in the middle comes out of the stream that is read.
  input.on('error', (error: Error) => stream.destroy(error));
  return new ByteSource(input.pipe(stream) as AsyncIterable<Buffer>);
}

/** A name of the command line names itself and what is below it. */
function matcher(name: string, wildcards: boolean): (member: string) => boolean {
  if (wildcards) {
    const matches = globOf([name], false);
    return (member) => matches(member.replace(/\/$/, ''));
  }
  const plain = name.replace(/\/+$/, '');
  return (member) => member === plain || member.startsWith(`${plain}/`);
}

/** Empty where a name has no more parts than are taken away. */
function stripped(name: string, count: number): string {
  if (count === 0) return name;
  return name
    .split('/')
    .filter((part) => part !== '')
    .slice(count)
    .join('/');
}

/** A hard link's target is a member's name, and loses as much. */
const linkOf = ({ type, linkName }: TarMember, strip: number): string =>
  type === '1' ? stripped(linkName, strip) : linkName;

/** -C, as GNU does it: the process itself goes there, so paths of the command line were resolved before. */
function folderOf(options: TarOptions): string {
  const folder = options.value('directory') ?? '.';
  try {
    process.chdir(folder);
  } catch (error) {
    throw new Failure(`${folder}: Cannot open: ${errorText(error)}\ntar: ${NOT_RECOVERABLE}`, FATAL);
  }
  return '.';
}

/** Names to add or leave out, one a line, `-` for standard input. */
function linesOf(file: string): string[] {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch (error) {
    throw new Failure(`${file}: Cannot open: ${errorText(error)}\ntar: ${NOT_RECOVERABLE}`, FATAL);
  }
}

/** --mtime: `@seconds`, or a date as JavaScript reads it, which is less than GNU's getdate does. */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = text.startsWith('@') ? Number(text.slice(1)) : Date.parse(text) / 1000;
  if (Number.isNaN(seconds)) throw new Failure(`Unknown date format '${text}'\ntar: ${NOT_RECOVERABLE}`, FATAL);
  return seconds;
}

/** `name:id`, `:id`, `id`. */
function ownerOf(text: string | undefined): { readonly id: number; readonly name: string } | undefined {
  if (text === undefined) return undefined;
  const [, name = '', id] = /^([^:]*?):?(\d+)?$/.exec(text) ?? [];
  return { id: Number(id ?? 0), name };
}
