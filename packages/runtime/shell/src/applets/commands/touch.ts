import { Errno, OpenFlags, strerror } from '@slipway/posix';
import { statPath } from '../../io/files.ts';
import type { Applet } from '../applet.ts';
import { parseDate } from '../date-parse.ts';
import { parseOptions, UsageError } from '../options.ts';

const OPTIONS = {
  accessOnly: '-a',
  noCreate: '-c --no-create',
  modifiedOnly: '-m',
  date: '-d= --date=',
  reference: '-r= --reference=',
  stamp: '-t=',
} as const;

/**
 * XCU touch. A file that is not there is made empty, unless
 * `-c`. `-t` and `-d` are in the zone of TZ or the machine.
 */
export const touch: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-h' });
  const { fs } = context.sys;
  if (options.operands.length === 0) throw new UsageError('missing file operand');
  const now = Date.now();
  let atime = now;
  let mtime = now;
  const reference = options.value('reference');
  const date = options.value('date');
  const stamp = options.value('stamp');
  if (reference !== undefined) {
    const stat = statPath(fs, context.sys.absolute(reference));
    if (typeof stat === 'number') return context.fail(`failed to get attributes of '${reference}': ${strerror(stat)}`);
    atime = stat.atimeMs;
    mtime = stat.mtimeMs;
  } else if (date !== undefined || stamp !== undefined) {
    const parsed = date !== undefined ? parseDate(date, now, context.env['TZ']) : parseStamp(stamp ?? '');
    if (parsed === undefined) return context.fail(`invalid date format ‘${date ?? stamp}’`);
    atime = mtime = parsed;
  }
  let status = 0;
  for (const operand of options.operands) {
    const path = context.sys.absolute(operand);
    let ino = operand === '' ? Errno.ENOENT : fs.lookup(path, true);
    if (ino === Errno.ENOENT && operand !== '') {
      if (options.has('noCreate')) continue;
      ino = fs.open(path, OpenFlags.wronly | OpenFlags.creat, 0o666 & ~context.sys.umask());
      if (ino >= 0) fs.release(ino);
    }
    const stat = ino < 0 ? ino : fs.stat(ino);
    if (typeof stat === 'number') {
      status = context.fail(`cannot touch '${operand}': ${strerror(stat)}`);
      continue;
    }
    // Both -a and -m are as none.
    const onlyOne = options.has('accessOnly') !== options.has('modifiedOnly');
    fs.utimes(
      ino,
      onlyOne && options.has('modifiedOnly') ? stat.atimeMs : atime,
      onlyOne && options.has('accessOnly') ? stat.mtimeMs : mtime,
    );
  }
  return status;
};

/** [[CC]YY]MMDDhhmm[.ss] */
function parseStamp(text: string): number | undefined {
  const match = /^(\d{2})?(\d{2})?(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{2}))?$/.exec(text);
  if (match === null) return undefined;
  const [, first, second, month, day, hour, minute, seconds] = match;
  // XCU touch: of two digits 69 to 99 are in the last century.
  const short = second ?? first;
  const year =
    first !== undefined && second !== undefined
      ? Number(first + second)
      : short === undefined
        ? new Date().getFullYear()
        : Number(short) + (Number(short) < 69 ? 2000 : 1900);
  return new Date(year, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(seconds ?? 0)).getTime();
}
