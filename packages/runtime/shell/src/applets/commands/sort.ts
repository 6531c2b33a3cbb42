import { quoteName } from '../quote.ts';
import { strerror } from '@slipway/posix';
import { compareBytes } from '../../expand/glob.ts';
import type { Applet, AppletContext } from '../applet.ts';
import { readTexts, splitLines } from '../input-files.ts';
import { parseOptions, UsageError } from '../options.ts';

const OPTIONS = {
  ignoreLeadingBlanks: '-b --ignore-leading-blanks',
  dictionaryOrder: '-d --dictionary-order',
  ignoreCase: '-f --ignore-case',
  humanNumericSort: '-h --human-numeric-sort',
  generalNumericSort: '-g --general-numeric-sort',
  monthSort: '-M --month-sort',
  numericSort: '-n --numeric-sort',
  randomSort: '-R',
  reverse: '-r --reverse',
  versionSort: '-V --version-sort',
  check: '-c --check[=]',
  checkQuietly: '-C',
  merge: '-m --merge',
  output: '-o= --output=',
  key: '-k= --key=',
  fieldSeparator: '-t= --field-separator=',
  stable: '-s --stable',
  unique: '-u --unique',
  zeroTerminated: '-z --zero-terminated',
} as const;

/** Options that order, and the letters by which a key asks for the same (`-k 2nr`). */
const ORDERING: readonly (readonly [keyof typeof OPTIONS, string])[] = [
  ['ignoreLeadingBlanks', 'b'],
  ['dictionaryOrder', 'd'],
  ['ignoreCase', 'f'],
  ['humanNumericSort', 'h'],
  ['generalNumericSort', 'g'],
  ['monthSort', 'M'],
  ['numericSort', 'n'],
  ['reverse', 'r'],
  ['versionSort', 'V'],
];

/**
 * Part of a line: fields and characters from 1. No `endField`
 * is the end of the line, `endChar` 0 the end of that field.
 */
interface Key {
  readonly startField: number;
  readonly startChar: number;
  readonly endField: number | undefined;
  readonly endChar: number;
  readonly flags: string;
}

/**
 * XCU sort, with `-h`, `-V`, `-g`, `-M` of coreutils. All input is sorted in
 * memory; `-m` sorts like the rest. 1 for `-c` out of order, 2 for trouble.
 */
export const sort: Applet = (context, args) => {
  const options = parseOptions(args, {
    options: OPTIONS,
    ignored: '-i -S= -T= --buffer-size= --temporary-directory=',
    status: 2,
  });
  // GNU: `-t '\0'`.
  const separator = options.value('fieldSeparator')?.replace('\\0', '\0');
  if (separator !== undefined && [...separator].length > 1)
    return context.fail(`multi-character tab ‘${separator}’`, 2);
  const terminator = options.has('zeroTerminated') ? '\0' : '\n';
  const globalFlags = ORDERING.filter(([name]) => options.has(name))
    .map(([, letter]) => letter)
    .join('');
  const keys = options.values('key').map((text) => parseKey(text, globalFlags));
  const compareKeys = (a: string, b: string): number => {
    // Keys in their order; a key without options of its own has those of the command line.
    for (const key of keys.length === 0 ? [WHOLE_LINE(globalFlags)] : keys) {
      const order = compareBy(extract(a, key, separator), extract(b, key, separator), key.flags);
      // Within a key: `-r` of the command line counts for keys without options of their own.
      if (order !== 0) return key.flags.includes('r') ? -order : order;
    }
    return 0;
  };
  const compare = (a: string, b: string): number => {
    const order = compareKeys(a, b);
    // XCU sort: only -u, and GNU's -s, leave lines alone whose keys are equal.
    if (order !== 0 || options.has('stable', 'unique')) return order;
    // The last resort is the whole line.
    return options.has('reverse') ? compareBytes(b, a) : compareBytes(a, b);
  };
  let failed = false;
  const inputs = readTexts(context, options.operands, (name, errno) => {
    failed = true;
    context.fail(`cannot read: ${quoteName(name)}: ${strerror(errno)}`);
  });
  if (failed) return 2;
  const lines = inputs.flatMap(({ decoded }) => splitLines(decoded.text, terminator));
  if (options.has('check', 'checkQuietly'))
    return checkSorted(
      context,
      lines,
      compare,
      options.operands[0] ?? '-',
      options.has('checkQuietly'),
      options.has('unique'),
    );
  // Array.prototype.sort is stable, which -s and -u need.
  lines.sort(compare);
  // Of lines whose keys are equal the first one stays.
  const result = options.has('unique')
    ? lines.filter((line, index) => index === 0 || compareKeys(lines[index - 1] ?? '', line) !== 0)
    : lines;
  // One encoding for all: files of different ones cannot be joined better.
  const encodeWith = inputs[0]?.decoded.encode;
  const bytes = encodeWith?.(result.map((line) => line + terminator).join('')) ?? new Uint8Array(0);
  // Written after all is read: the file may be one of the inputs (XCU sort, -o).
  const output = options.value('output');
  if (output === undefined) {
    context.out.write(bytes);
    return 0;
  }
  const errno = context.sys.fs.writeFile(context.sys.absolute(output), bytes, 0o666 & ~context.sys.umask());
  return errno < 0 ? context.fail(`open failed: ${output}: ${strerror(errno)}`, 2) : 0;
};

const WHOLE_LINE = (flags: string): Key => ({ startField: 1, startChar: 1, endField: undefined, endChar: 0, flags });

/** `-c` and `-C`: 1 at the first line out of order; with `-u` equal ones are out of order, too. */
function checkSorted(
  context: AppletContext,
  lines: readonly string[],
  compare: (a: string, b: string) => number,
  name: string,
  quiet: boolean,
  unique: boolean,
): number {
  for (let i = 1; i < lines.length; i++) {
    const order = compare(lines[i - 1] ?? '', lines[i] ?? '');
    if (order > 0 || (unique && order === 0))
      return quiet ? 1 : context.fail(`${name}:${i + 1}: disorder: ${lines[i]}`);
  }
  return 0;
}

/** `F[.C][OPTS][,F[.C][OPTS]]` */
function parseKey(text: string, globalFlags: string): Key {
  const match = /^(\d+)(?:\.(\d+))?([bdfghiMnRrV]*)(?:,(\d+)(?:\.(\d+))?([bdfghiMnRrV]*))?$/.exec(text);
  if (match === null || Number(match[1]) === 0)
    throw new UsageError(`invalid number at field start: invalid count at start of ‘${text}’`, 2, false);
  // Options of either end count for the whole key.
  const own = (match[3] ?? '') + (match[6] ?? '');
  return {
    startField: Number(match[1]),
    startChar: Number(match[2] ?? 1),
    endField: match[4] === undefined ? undefined : Number(match[4]),
    endChar: Number(match[5] ?? 0),
    flags: own === '' ? globalFlags : own,
  };
}

/** XCU sort, "-k keydef": the part of a line that a key compares. */
function extract(line: string, key: Key, separator: string | undefined): string {
  // The whole line: what is asked most is not cut up.
  if (key.startField === 1 && key.startChar === 1 && key.endField === undefined) return line;
  const spans = fieldSpans(line, separator);
  const start = spans[key.startField - 1];
  if (start === undefined) return '';
  // `b` skips blanks before characters are counted.
  const skip = key.flags.includes('b') ? (/^[ \t]*/.exec(line.slice(start.from, start.to))?.[0].length ?? 0) : 0;
  // A key past the end of the line is empty.
  const from = Math.min(start.from + skip + key.startChar - 1, line.length);
  let to = line.length;
  if (key.endField !== undefined) {
    const end = spans[key.endField - 1];
    // XCU sort, -k: without a character the end is that of the field.
    if (end !== undefined) to = key.endChar === 0 ? end.to : Math.min(end.from + key.endChar, end.to);
  }
  return line.slice(from, Math.max(from, to));
}

/** Without a separator a field begins with the blanks before it. */
function fieldSpans(line: string, separator: string | undefined): { from: number; to: number }[] {
  const spans: { from: number; to: number }[] = [];
  if (separator !== undefined) {
    let from = 0;
    for (const part of line.split(separator)) {
      spans.push({ from, to: from + part.length });
      from += part.length + separator.length;
    }
    return spans;
  }
  for (const match of line.matchAll(/[ \t]*[^ \t]+/g))
    spans.push({ from: match.index, to: match.index + match[0].length });
  return spans;
}

const MONTH_NAMES = ['', 'JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** Of the flags of one key only one kind of order counts; GNU would refuse two. */
function compareBy(a: string, b: string, flags: string): number {
  if (flags.includes('n')) return leadingNumber(a) - leadingNumber(b);
  if (flags.includes('g')) return (parseFloat(a) || 0) - (parseFloat(b) || 0);
  if (flags.includes('h')) return humanNumber(a) - humanNumber(b);
  // What is no month comes before January.
  if (flags.includes('M'))
    return (
      Math.max(0, MONTH_NAMES.indexOf(a.trim().slice(0, 3).toUpperCase())) -
      Math.max(0, MONTH_NAMES.indexOf(b.trim().slice(0, 3).toUpperCase()))
    );
  if (flags.includes('V')) return compareVersions(a, b);
  let left = flags.includes('b') ? a.trimStart() : a;
  let right = flags.includes('b') ? b.trimStart() : b;
  if (flags.includes('d')) {
    left = left.replace(/[^\p{L}\p{N}\s]/gu, '');
    right = right.replace(/[^\p{L}\p{N}\s]/gu, '');
  }
  if (flags.includes('f')) {
    left = left.toUpperCase();
    right = right.toUpperCase();
  }
  return compareBytes(left, right);
}

// Without exponent: `1e3` is 1 for -n (XCU sort).
const leadingNumber = (text: string): number => Number(/^\s*(-?\d*\.?\d*)/.exec(text)?.[1] ?? '0') || 0;

function humanNumber(text: string): number {
  const match = /^\s*(-?\d*\.?\d*)([KkMGTPE]?)/.exec(text);
  const value = Number(match?.[1] ?? '0') || 0;
  // Powers of 1024, whatever the unit's letter.
  return value * 1024 ** ' KMGTPE'.indexOf((match?.[2] ?? '').toUpperCase() || ' ');
}

/**
 * Digits by value, the rest by character (GNU's `-V`,
 * without its rules for suffixes). Negative, 0, positive.
 */
export function compareVersions(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const x = left[i];
    const y = right[i];
    // The shorter one first where it is the beginning of the other.
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    const order = /^\d/.test(x) && /^\d/.test(y) ? Number(BigInt(x) - BigInt(y)) : compareBytes(x, y);
    if (order !== 0) return order;
  }
  return 0;
}
