import { compareBytes } from '../expand/glob.ts';
import { errorText } from '../io/errno.ts';
import { isDirectory, joinPath, statPath } from '../io/files.ts';
import type { Applet } from './applet.ts';
import { parseOptions } from './options.ts';
import { humanSize } from './size.ts';

const MAX_DEPTH = 300;

export const du: Applet = (context, args) => {
  const options = parseOptions(args, {
    short: 'ahskmbcd:xSL', long: { all: 'a', 'human-readable': 'h', summarize: 's', bytes: 'b', total: 'c', 'max-depth=': 'd', 'apparent-size': 'A', 'exclude=': 'X' },
  });
  const { fs } = context.sys;
  const maxDepth = options.has('s') ? 0 : Number(options.value('d') ?? Infinity);
  const apparent = options.has('b') || options.has('A');
  const seen = new Set<number>();
  let status = 0;
  const show = (bytes: number, name: string): void => {
    const size = options.has('b') ? String(bytes) : options.has('h') ? humanSize(bytes) : String(Math.ceil(bytes / (options.has('m') ? 1 << 20 : 1024)));
    context.out.line(`${size}\t${name}`);
  };
  const measure = (name: string, depth: number): number => {
    const stat = statPath(fs, context.sys.absolute(name), options.has('L'));
    if (typeof stat === 'number') {
      status = context.fail(`cannot access '${name}': ${errorText(stat)}`);
      return 0;
    }
    if (stat.nlink > 1 && !isDirectory(stat)) {
      if (seen.has(stat.ino)) return 0;
      seen.add(stat.ino);
    }
    let total = apparent ? stat.size : stat.blocks * 512;
    if (isDirectory(stat) && depth < MAX_DEPTH) {
      const entries = fs.readdir(stat.ino);
      if (typeof entries !== 'number') for (const entry of [...entries].sort((a, b) => compareBytes(a.name, b.name))) total += measure(joinPath(name, entry.name), depth + 1);
    }
    if (depth <= maxDepth && (isDirectory(stat) || options.has('a') || depth === 0)) show(total, name);
    return total;
  };
  let sum = 0;
  for (const operand of options.operands.length === 0 ? ['.'] : options.operands) sum += measure(operand, 0);
  if (options.has('c')) show(sum, 'total');
  return status;
};

/** One file system in shared memory; what is free is the browser's to say, so only what is used is known. */
export const df: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'hkTPaim', long: { 'human-readable': 'h', 'print-type': 'T', portability: 'P' } });
  const { fs } = context.sys;
  let used = 0;
  const seen = new Set<number>();
  const visit = (ino: number, depth: number): void => {
    const stat = fs.stat(ino);
    if (typeof stat === 'number' || seen.has(ino)) return;
    seen.add(ino);
    used += stat.blocks * 512;
    if (!isDirectory(stat) || depth > MAX_DEPTH) return;
    const entries = fs.readdir(ino);
    if (typeof entries !== 'number') for (const entry of entries) visit(entry.ino, depth + 1);
  };
  visit(fs.lookup('/', true), 0);
  // The file system may grow to the size a growable buffer can have.
  const size = 4 * 1024 ** 3;
  const show = (bytes: number): string => (options.has('h') ? humanSize(bytes) : String(Math.ceil(bytes / 1024)));
  const percent = `${Math.ceil((used / size) * 100)}%`;
  const type = options.has('T');
  const rows = [
    ['Filesystem', ...(type ? ['Type'] : []), options.has('h') ? 'Size' : '1K-blocks', 'Used', options.has('h') ? 'Avail' : 'Available', 'Use%', 'Mounted on'],
    ['slipway', ...(type ? ['vfs'] : []), show(size), show(used), show(size - used), percent, '/'],
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const left = type ? 2 : 1;
  for (const row of rows) {
    context.out.line(row.map((cell, column) => (column === row.length - 1 ? cell : column < left ? cell.padEnd(column === 0 ? Math.max(14, widths[0] ?? 0) : (widths[column] ?? 0)) : cell.padStart(widths[column] ?? 0))).join(' '));
  }
  return 0;
};
