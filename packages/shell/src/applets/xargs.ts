import { errorText } from '../io/errno.ts';
import { decode } from '../io/text.ts';
import type { Applet } from './applet.ts';
import { readOperand } from './input-files.ts';
import { parseOptions } from './options.ts';

/** Linux allows about two megabytes of arguments; half of it leaves room for the environment. */
const MAX_COMMAND_LENGTH = 1 << 20;

export const xargs: Applet = (context, args) => {
  const options = parseOptions(args, {
    short: '0rtn:I:L:d:P:a:s:px', stopAtOperand: true,
    long: { null: '0', 'no-run-if-empty': 'r', verbose: 't', 'max-args=': 'n', 'replace=': 'I', 'max-lines=': 'L', 'delimiter=': 'd', 'max-procs=': 'P', 'arg-file=': 'a', 'max-chars=': 's' },
  });
  const bytes = readOperand(context, options.value('a') ?? '-');
  if (typeof bytes === 'number') return context.fail(`${options.value('a')}: ${errorText(bytes)}`);
  const { text } = decode(bytes);
  const replace = options.value('I');
  const delimiter = options.has('0') ? '\0' : options.value('d')?.replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll('\\0', '\0');
  let items: string[][];
  if (delimiter !== undefined) items = text.replace(new RegExp(`${delimiter === '\0' ? '\\0' : delimiter}$`), '').split(delimiter).filter((item, _, all) => all.length > 1 || item !== '').map((item) => [item]);
  else if (replace !== undefined) items = text.split('\n').map((line) => line.trimStart()).filter((line) => line !== '').map((line) => [splitWords(line).join(' ')]);
  else if (options.has('L')) items = text.split('\n').filter((line) => line.trim() !== '').map(splitWords);
  else items = splitWords(text).map((word) => [word]);

  const command = options.operands.length === 0 ? ['echo'] : [...options.operands];
  let status = 0;
  const run = (argv: readonly string[]): boolean => {
    if (options.has('t')) {
      context.err.line(argv.join(' '));
      context.err.flush();
    }
    // The commands must not eat the list: it is read already, they find its end.
    const result = context.run(argv);
    if (result === 127 || result === 126) status = result;
    else if (result === 255) {
      status = context.fail(`${argv[0]}: exited with status 255; aborting`, 124);
      return false;
    } else if (result > 128) status = 125;
    else if (result !== 0) status = 123;
    return result !== 127 && result !== 126;
  };

  if (replace !== undefined) {
    for (const item of items) if (!run(command.map((word) => word.replaceAll(replace, item[0] ?? '')))) break;
    return status;
  }
  const limit = options.has('L') ? Number(options.value('L')) : Number(options.value('n') ?? Infinity);
  if (items.length === 0 && !options.has('r')) {
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

/** Blanks separate; quotes and backslashes protect them. */
function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const match of text.matchAll(/(?:[^\s"'\\]|\\[^]|"[^"\n]*"|'[^'\n]*')+/g)) {
    words.push(match[0].replace(/\\([^])|"([^"\n]*)"|'([^'\n]*)'/g, (_, escaped?: string, double?: string, single?: string) => escaped ?? double ?? single ?? ''));
  }
  return words;
}
