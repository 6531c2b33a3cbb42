import type { Stat } from '@slipway/vfs';
import { errorText } from '../io/errno.ts';
import { isLink, S_IFMT, statPath } from '../io/files.ts';
import type { Applet, AppletContext } from './applet.ts';
import { modeText } from './mode.ts';
import { parseOptions } from './options.ts';
import { formatOffset, pad2, timeParts } from './time.ts';
import { createNameLookup } from './users.ts';
import { unescapeText } from './escapes.ts';

export const stat: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'Lc:tf', long: { dereference: 'L', 'format=': 'c', 'printf=': 'p', terse: 't' } });
  if (options.operands.length === 0) return context.fail('missing operand');
  const format = options.value('c');
  const printf = options.value('p');
  let status = 0;
  for (const operand of options.operands) {
    const result = operand === '' ? -2 : statPath(context.sys.fs, context.sys.absolute(operand), options.has('L'));
    if (typeof result === 'number') {
      status = context.fail(`cannot statx '${operand}': ${errorText(result)}`);
      continue;
    }
    if (printf !== undefined) context.out.write(unescapeText(expand(context, printf, operand, result), 'format').text);
    else context.out.line(expand(context, format ?? defaultFormat(result), operand, result));
  }
  return status;
};

const defaultFormat = (stat: Stat): string => `  File: ${isLink(stat) ? '%N' : '%n'}
  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F
Device: 0,1\tInode: %-11i Links: %h
Access: (%04a/%A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)
Access: %x
Modify: %y
Change: %z
 Birth: %w`;

function expand(context: AppletContext, format: string, name: string, stat: Stat): string {
  const names = createNameLookup(context.sys.fs);
  return format.replace(/%([-0]?)(\d*)([a-zA-Z%])/g, (whole, flag: string, width: string, letter: string) => {
    const value = field(context, letter, name, stat, names);
    if (value === undefined) return whole;
    if (flag === '-') return value.padEnd(Number(width));
    return value.padStart(Number(width), flag === '0' ? '0' : ' ');
  });
}

function field(context: AppletContext, letter: string, name: string, stat: Stat, names: ReturnType<typeof createNameLookup>): string | undefined {
  const seconds = (ms: number): string => String(Math.floor(ms / 1000));
  const time = (ms: number): string => timeText(ms, context.env['TZ']);
  switch (letter) {
    case '%': return '%';
    case 'a': return (stat.mode & 0o7777).toString(8);
    case 'A': return modeText(stat.mode);
    case 'b': return String(stat.blocks);
    case 'B': return '512';
    case 'd': return '1';
    case 'D': return '1';
    case 'f': return stat.mode.toString(16);
    case 'F': return typeText(stat);
    case 'g': return String(stat.gid);
    case 'G': return names.group(stat.gid);
    case 'h': return String(stat.nlink);
    case 'i': return String(stat.ino);
    case 'm': return '/';
    case 'n': return name;
    case 'N': {
      const target = isLink(stat) ? context.sys.fs.readlink(stat.ino) : undefined;
      return typeof target === 'string' ? `'${name}' -> '${target}'` : `'${name}'`;
    }
    case 'o': return '4096';
    case 's': return String(stat.size);
    case 't':
    case 'T': return '0';
    case 'u': return String(stat.uid);
    case 'U': return names.user(stat.uid);
    case 'w': return time(stat.birthtimeMs);
    case 'W': return seconds(stat.birthtimeMs);
    case 'x': return time(stat.atimeMs);
    case 'X': return seconds(stat.atimeMs);
    case 'y': return time(stat.mtimeMs);
    case 'Y': return seconds(stat.mtimeMs);
    case 'z': return time(stat.ctimeMs);
    case 'Z': return seconds(stat.ctimeMs);
    default: return undefined;
  }
}

function typeText(stat: Stat): string {
  switch (stat.mode & S_IFMT) {
    case 0o040000: return 'directory';
    case 0o120000: return 'symbolic link';
    case 0o100000: return stat.size === 0 ? 'regular empty file' : 'regular file';
    case 0o010000: return 'fifo';
    case 0o020000: return 'character special file';
    case 0o140000: return 'socket';
    default: return 'weird file';
  }
}

function timeText(ms: number, zone: string | undefined): string {
  const time = timeParts(ms, zone);
  const nanoseconds = String(Math.round((ms - Math.floor(ms / 1000) * 1000) * 1e6)).padStart(9, '0');
  return `${time.year}-${pad2(time.month)}-${pad2(time.day)} ${pad2(time.hour)}:${pad2(time.minute)}:${pad2(time.second)}.${nanoseconds} ${formatOffset(time.offset, false)}`;
}
