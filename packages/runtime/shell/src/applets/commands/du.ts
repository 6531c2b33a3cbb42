import { strerror } from '@slipway/posix';
import { compileText, matches, type Pattern } from '../../expand/pattern.ts';
import { compareBytes } from '../../expand/glob.ts';
import { isDirectory, joinPath, statPath } from '../../io/files.ts';
import type { Applet } from '../applet.ts';
import { parseOptions } from '../options.ts';
import { humanSize } from '../size.ts';

const OPTIONS = {
  all: '-a --all',
  humanReadable: '-h --human-readable',
  summarize: '-s --summarize',
  megabytes: '-m',
  bytes: '-b --bytes',
  total: '-c --total',
  maxDepth: '-d= --max-depth=',
  dereference: '-L',
  apparentSize: '--apparent-size',
  exclude: '--exclude=',
} as const;

// Directories inside each other; what is below is not added.
const MAX_DEPTH = 300;

/** XCU du: blocks in use, or sizes with `-b`. A file with several names is counted once. */
export const du: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-k -x -S' });
  const { fs } = context.sys;
  const maxDepth = options.has('summarize') ? 0 : Number(options.value('maxDepth') ?? Infinity);
  const apparent = options.has('bytes', 'apparentSize');
  const patterns = options.values('exclude').map(compileText);
  const seen = new Set<number>();
  let status = 0;
  /** Rounded up to whole units, as du(1) does it. */
  const show = (bytes: number, name: string): void => {
    const size = options.has('bytes')
      ? String(bytes)
      : options.has('humanReadable')
        ? humanSize(bytes)
        : String(Math.ceil(bytes / (options.has('megabytes') ? 1 << 20 : 1024)));
    context.out.line(`${size}\t${name}`);
  };
  /** What is below a name, itself included. What cannot be read counts as nothing, and makes the status 1. */
  const measure = (name: string, depth: number): number => {
    if (patterns.some((pattern) => matchesTail(pattern, name))) return 0;
    const stat = statPath(fs, context.sys.absolute(name), options.has('dereference'));
    if (typeof stat === 'number') {
      status = context.fail(`cannot access '${name}': ${strerror(stat)}`);
      return 0;
    }
    // By inode: the names of a file with several are not met together.
    if (stat.nlink > 1 && !isDirectory(stat)) {
      if (seen.has(stat.ino)) return 0;
      seen.add(stat.ino);
    }
    let total = apparent ? stat.size : stat.blocks * 512;
    if (isDirectory(stat) && depth < MAX_DEPTH) {
      const entries = fs.readdir(stat.ino);
      if (typeof entries !== 'number')
        // Sorted, where GNU shows them as readdir(3) has them.
        for (const entry of [...entries].sort((a, b) => compareBytes(a.name, b.name)))
          total += measure(joinPath(name, entry.name), depth + 1);
    }
    // Before its folder, as the sum is known only then.
    if (depth <= maxDepth && (isDirectory(stat) || options.has('all') || depth === 0)) show(total, name);
    return total;
  };
  let sum = 0;
  for (const operand of options.operands.length === 0 ? ['.'] : options.operands) sum += measure(operand, 0);
  if (options.has('total')) show(sum, 'total');
  return status;
};

/** As GNU's --exclude: the whole name, or what is behind one of its slashes. */
function matchesTail(pattern: Pattern, name: string): boolean {
  for (let at = 0; ;) {
    if (matches(pattern, name.slice(at))) return true;
    const slash = name.indexOf('/', at);
    if (slash === -1) return false;
    at = slash + 1;
  }
}
