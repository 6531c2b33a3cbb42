import { OpenFlags } from '@slipway/vfs';
import { ENOENT, errorText } from '../io/errno.ts';
import { statPath } from '../io/files.ts';
import type { Applet } from './applet.ts';
import { parseDate } from './date-parse.ts';
import { parseOptions } from './options.ts';

export const touch: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'acmd:r:t:h', long: { 'no-create': 'c', 'date=': 'd', 'reference=': 'r' } });
  const { fs } = context.sys;
  if (options.operands.length === 0) return context.fail('missing file operand');
  const now = Date.now();
  let atime = now;
  let mtime = now;
  const reference = options.value('r');
  const date = options.value('d');
  const stamp = options.value('t');
  if (reference !== undefined) {
    const stat = statPath(fs, context.sys.absolute(reference));
    if (typeof stat === 'number') return context.fail(`failed to get attributes of '${reference}': ${errorText(stat)}`);
    atime = stat.atimeMs;
    mtime = stat.mtimeMs;
  } else if (date !== undefined || stamp !== undefined) {
    const parsed = date !== undefined ? parseDate(date, now, context.env['TZ']) : parseStamp(stamp ?? '');
    if (parsed === undefined) return context.fail(`invalid date format '${date ?? stamp}'`);
    atime = mtime = parsed;
  }
  let status = 0;
  for (const operand of options.operands) {
    const path = context.sys.absolute(operand);
    let ino = operand === '' ? ENOENT : fs.lookup(path, true);
    if (ino === ENOENT && operand !== '') {
      if (options.has('c')) continue;
      ino = fs.open(path, OpenFlags.wronly | OpenFlags.creat, 0o666 & ~context.sys.umask());
      if (ino >= 0) fs.release(ino);
    }
    const stat = ino < 0 ? ino : fs.stat(ino);
    if (typeof stat === 'number') {
      status = context.fail(`cannot touch '${operand}': ${errorText(stat)}`);
      continue;
    }
    const onlyOne = options.has('a') !== options.has('m');
    fs.utimes(ino, onlyOne && options.has('m') ? stat.atimeMs : atime, onlyOne && options.has('a') ? stat.mtimeMs : mtime);
  }
  return status;
};

/** [[CC]YY]MMDDhhmm[.ss] */
function parseStamp(text: string): number | undefined {
  const match = /^(\d{2})?(\d{2})?(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{2}))?$/.exec(text);
  if (match === null) return undefined;
  const [, first, second, month, day, hour, minute, seconds] = match;
  const short = second ?? first;
  const year = first !== undefined && second !== undefined ? Number(first + second) : short === undefined ? new Date().getFullYear() : Number(short) + (Number(short) < 69 ? 2000 : 1900);
  return new Date(year, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(seconds ?? 0)).getTime();
}
