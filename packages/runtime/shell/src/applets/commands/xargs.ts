import { strerror } from '@slipway/posix';
import { decode } from '../../io/text.ts';
import type { Applet } from '../applet.ts';
import { readOperand } from '../input-files.ts';
import { parseOptions, UsageError } from '../options.ts';

const OPTIONS = {
  null: '-0 --null',
  noRunIfEmpty: '-r --no-run-if-empty',
  verbose: '-t --verbose',
  maxArgs: '-n= --max-args=',
  replace: '-I= --replace=',
  maxLines: '-L= --max-lines=',
  delimiter: '-d= --delimiter=',
  argFile: '-a= --arg-file=',
} as const;

/** Linux allows about two megabytes of arguments; half of it leaves room for the environment. */
const MAX_COMMAND_LENGTH = 1 << 20;

/**
 * XCU xargs. Commands run one after the other, whatever -P says. 123
 * when one failed, 124 when one said 255, 126 and 127 as by `env`.
 */
export const xargs: Applet = (context, args) => {
  const options = parseOptions(args, {
    options: OPTIONS,
    ignored: '-P= --max-procs= -s= --max-chars= -p -x',
    stopAtOperand: true,
  });
  const bytes = readOperand(context, options.value('argFile') ?? '-');
  if (typeof bytes === 'number') return context.fail(`${options.value('argFile')}: ${strerror(bytes)}`);
  const { text } = decode(bytes);
  const replace = options.value('replace');
  const wanted = options.value('delimiter');
  const delimiter = options.has('null') ? '\0' : wanted === undefined ? undefined : parseDelimiter(wanted);
  let items: string[][];
  if (delimiter !== undefined)
    // It ends an item: behind the last one there is none more.
    items = (text.endsWith(delimiter) ? text.slice(0, -1) : text)
      .split(delimiter)
      // A single empty item is an empty list.
      .filter((item, _, all) => all.length > 1 || item !== '')
      .map((item) => [item]);
  else if (replace !== undefined)
    items = text
      .split('\n')
      // `-I`: a line is one item, blanks before it do not count.
      .map((line) => line.trimStart())
      .filter((line) => line !== '')
      .map((line) => [splitWords(line).join(' ')]);
  else if (options.has('maxLines'))
    items = text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(splitWords);
  else items = splitWords(text).map((word) => [word]);

  const command = options.operands.length === 0 ? ['echo'] : [...options.operands];
  let status = 0;
  const run = (argv: readonly string[]): boolean => {
    if (options.has('verbose')) {
      context.err.line(argv.join(' '));
      context.err.flush();
    }
    // The commands must not eat the list: it is read already, they find its end.
    const result = context.run(argv);
    if (result === 127 || result === 126) status = result;
    else if (result === 255) {
      status = context.fail(`${argv[0]}: exited with status 255; aborting`, 124);
      // XCU xargs: 255 is how a command asks to stop.
      return false;
    } else if (result > 128) status = 125;
    else if (result !== 0) status = 123;
    return result !== 127 && result !== 126;
  };

  if (replace !== undefined) {
    for (const item of items) if (!run(command.map((word) => word.replaceAll(replace, item[0] ?? '')))) break;
    return status;
  }
  // `-L` counts lines, `-n` words.
  const limit = options.has('maxLines')
    ? Number(options.value('maxLines'))
    : Number(options.value('maxArgs') ?? Infinity);
  // XCU xargs: the command runs once without input; `-r` is GNU's.
  if (items.length === 0 && !options.has('noRunIfEmpty')) {
    run(command);
    return status;
  }
  let batch: string[] = [];
  let count = 0;
  let length = 0;
  for (const item of items) {
    const size = item.reduce((sum, word) => sum + word.length + 1, 0);
    if (batch.length > 0 && (count >= limit || length + size > MAX_COMMAND_LENGTH)) {
      if (!run([...command, ...batch])) return status;
      batch = [];
      count = 0;
      length = 0;
    }
    batch.push(...item);
    count++;
    length += size;
  }
  if (batch.length > 0) run([...command, ...batch]);
  return status;
};

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** The one character of `-d`: itself, or an escape of C. Throws UsageError. */
function parseDelimiter(text: string): string {
  if (text.length === 1) return text;
  const match = /^\\(?:([abfnrtv\\])|x([0-9a-fA-F]{1,2})|([0-7]{1,3}))$/.exec(text);
  if (match?.[1] !== undefined) return ESCAPES[match[1]] ?? '';
  if (match !== null) return String.fromCharCode(parseInt(match[2] ?? match[3] ?? '', match[2] === undefined ? 8 : 16));
  throw new UsageError(
    text.startsWith('\\')
      ? `Invalid escape sequence ${text} in input delimiter specification.`
      : `Invalid input delimiter specification ${text}: ` +
          'the delimiter must be either a single character or an escape sequence starting with \\.',
    1,
    false,
  );
}

/** Blanks separate; quotes and backslashes protect them. */
function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const match of text.matchAll(/(?:[^\s"'\\]|\\[^]|"[^"\n]*"|'[^'\n]*')+/g)) {
    words.push(
      match[0].replace(
        /\\([^])|"([^"\n]*)"|'([^'\n]*)'/g,
        (_, escaped?: string, double?: string, single?: string) => escaped ?? double ?? single ?? '',
      ),
    );
  }
  return words;
}
