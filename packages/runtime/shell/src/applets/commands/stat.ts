import { FileMode, fileType, strerror } from '@slipway/posix';
import type { Stat } from '@slipway/vfs';
import { isLink, statPath } from '../../io/files.ts';
import type { Applet, AppletContext } from '../applet.ts';
import { modeText } from '../mode.ts';
import { parseOptions, UsageError } from '../options.ts';
import { formatOffset, pad2, timeParts } from '../time.ts';
import { createNameLookup } from '../users.ts';
import { unescapeText } from '../escapes.ts';

const OPTIONS = {
  dereference: '-L --dereference',
  format: '-c= --format=',
  printf: '--printf=',
} as const;

/**
 * stat(1) of coreutils; `-c` and `--printf` with its
 * letters. About the file system (`-f`) nothing is known.
 */
export const stat: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-t --terse -f' });
  if (options.operands.length === 0) throw new UsageError('missing operand');
  const format = options.value('format');
  const printf = options.value('printf');
  let status = 0;
  for (const operand of options.operands) {
    const result = statPath(context.sys.fs, context.sys.absolute(operand), options.has('dereference'));
    if (typeof result === 'number') {
      status = context.fail(`cannot statx '${operand}': ${strerror(result)}`);
      continue;
    }
    if (printf !== undefined) context.out.write(unescapeText(expand(context, printf, operand, result), 'format').text);
    else context.out.line(expand(context, format ?? defaultFormat(result), operand, result));
  }
  return status;
};

// The layout of coreutils. There is one device, 0,1.
const defaultFormat = (stat: Stat): string => `  File: ${isLink(stat) ? '%N' : '%n'}
  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F
Device: 0,1\tInode: %-11i Links: %h
Access: (%04a/%A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)
Access: %x
Modify: %y
Change: %z
 Birth: %w`;

// Octal directives, as `%#a`, and precisions are not known: they are printed as they stand.
function expand(context: AppletContext, format: string, name: string, stat: Stat): string {
  const names = createNameLookup(context.sys.fs);
  return format.replace(/%([-0]?)(\d*)([a-zA-Z%])/g, (whole, flag: string, width: string, letter: string) => {
    const value = field(context, letter, name, stat, names);
    if (value === undefined) return whole;
    if (flag === '-') return value.padEnd(Number(width));
    return value.padStart(Number(width), flag === '0' ? '0' : ' ');
  });
}

/** stat(1), "The valid format sequences for files"; undefined for a letter that is none. */
function field(
  context: AppletContext,
  letter: string,
  name: string,
  stat: Stat,
  names: ReturnType<typeof createNameLookup>,
): string | undefined {
  const seconds = (ms: number): string => String(Math.floor(ms / 1000));
  const time = (ms: number): string => timeText(ms, context.env['TZ']);
  switch (letter) {
    case '%':
      return '%';
    case 'a':
      return (stat.mode & 0o7777).toString(8);
    case 'A':
      return modeText(stat.mode);
    case 'b':
      // Of 512 bytes (`%B`), whatever the file system allocates.
      return String(stat.blocks);
    case 'B':
      return '512';
    case 'd':
      // One file system, which has one number.
      return '1';
    case 'D':
      return '1';
    case 'f':
      return stat.mode.toString(16);
    case 'F':
      return typeText(stat);
    case 'g':
      return String(stat.gid);
    case 'G':
      return names.group(stat.gid);
    case 'h':
      return String(stat.nlink);
    case 'i':
      return String(stat.ino);
    case 'm':
      return '/';
    case 'n':
      return name;
    case 'N': {
      const target = isLink(stat) ? context.sys.fs.readlink(stat.ino) : undefined;
      return typeof target === 'string' ? `'${name}' -> '${target}'` : `'${name}'`;
    }
    // What st_blksize is on Linux: the size in which reading is best.
    case 'o':
      return '4096';
    case 's':
      return String(stat.size);
    case 't':
    case 'T':
      return '0';
    case 'u':
      return String(stat.uid);
    case 'U':
      return names.user(stat.uid);
    case 'w':
      return time(stat.birthtimeMs);
    case 'W':
      return seconds(stat.birthtimeMs);
    case 'x':
      return time(stat.atimeMs);
    case 'X':
      return seconds(stat.atimeMs);
    case 'y':
      return time(stat.mtimeMs);
    case 'Y':
      return seconds(stat.mtimeMs);
    case 'z':
      return time(stat.ctimeMs);
    case 'Z':
      return seconds(stat.ctimeMs);
    default:
      return undefined;
  }
}

/** coreutils' file_type, its "weird file" included. */
function typeText(stat: Stat): string {
  switch (fileType(stat.mode)) {
    case FileMode.directory:
      return 'directory';
    case FileMode.link:
      return 'symbolic link';
    case FileMode.file:
      return stat.size === 0 ? 'regular empty file' : 'regular file';
    case FileMode.fifo:
      return 'fifo';
    case FileMode.char:
      return 'character special file';
    case FileMode.socket:
      return 'socket';
    default:
      return 'weird file';
  }
}

/** As `%x` of stat(1): with nanoseconds and the zone's offset. */
function timeText(ms: number, zone: string | undefined): string {
  const time = timeParts(ms, zone);
  // Nanoseconds, of which the clock knows the milliseconds.
  const nanoseconds = String(Math.round((ms - Math.floor(ms / 1000) * 1000) * 1e6)).padStart(9, '0');
  const day = `${time.year}-${pad2(time.month)}-${pad2(time.day)}`;
  const clock = `${pad2(time.hour)}:${pad2(time.minute)}:${pad2(time.second)}.${nanoseconds}`;
  return `${day} ${clock} ${formatOffset(time.offset, false)}`;
}
