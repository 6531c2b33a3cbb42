import { isDirectory } from '../../io/files.ts';
import type { Applet } from '../applet.ts';
import { parseOptions } from '../options.ts';
import { humanSize } from '../size.ts';

const OPTIONS = {
  humanReadable: '-h --human-readable',
  printType: '-T --print-type',
} as const;

// Directories inside each other; deeper ones are not counted.
const MAX_DEPTH = 300;

/** One file system in shared memory; what is free is the browser's to say, so only what is used is known. */
export const df: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-k -P --portability -a -i -m' });
  const { fs } = context.sys;
  let used = 0;
  const seen = new Set<number>();
  const visit = (ino: number, depth: number): void => {
    // By inode: a file with several names is counted once.
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
  const show = (bytes: number): string =>
    options.has('humanReadable') ? humanSize(bytes) : String(Math.ceil(bytes / 1024));
  const percent = `${Math.ceil((used / size) * 100)}%`;
  const type = options.has('printType');
  const rows = [
    [
      'Filesystem',
      ...(type ? ['Type'] : []),
      options.has('humanReadable') ? 'Size' : '1K-blocks',
      'Used',
      options.has('humanReadable') ? 'Avail' : 'Available',
      'Use%',
      'Mounted on',
    ],
    ['slipway', ...(type ? ['vfs'] : []), show(size), show(used), show(size - used), percent, '/'],
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  // Text to the left, numbers to the right.
  const left = type ? 2 : 1;
  for (const row of rows) {
    context.out.line(
      row
        .map((cell, column) =>
          column === row.length - 1
            ? cell
            : column < left
              ? cell.padEnd(column === 0 ? Math.max(14, widths[0] ?? 0) : (widths[column] ?? 0))
              : cell.padStart(widths[column] ?? 0),
        )
        .join(' '),
    );
  }
  return 0;
};
