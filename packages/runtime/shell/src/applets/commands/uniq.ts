import { quoteName } from '../quote.ts';
import { strerror } from '@slipway/posix';
import { decode } from '../../io/text.ts';
import type { Applet } from '../applet.ts';
import { readOperand, splitLines } from '../input-files.ts';
import { parseOptions, UsageError } from '../options.ts';

const OPTIONS = {
  count: '-c --count',
  repeated: '-d --repeated',
  allRepeated: '-D --all-repeated',
  unique: '-u --unique',
  ignoreCase: '-i --ignore-case',
  skipFields: '-f= --skip-fields=',
  skipChars: '-s= --skip-chars=',
  checkChars: '-w= --check-chars=',
  zeroTerminated: '-z --zero-terminated',
} as const;

/**
 * XCU uniq: lines that follow each other. The second
 * operand is the file to write, not one to read.
 */
export const uniq: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS });
  const [input = '-', output, extra] = options.operands;
  if (extra !== undefined) throw new UsageError(`extra operand ‘${extra}’`);
  const bytes = readOperand(context, input);
  if (typeof bytes === 'number') return context.fail(`${quoteName(input)}: ${strerror(bytes)}`);
  const decoded = decode(bytes);
  const terminator = options.has('zeroTerminated') ? '\0' : '\n';
  const skipFields = Number(options.value('skipFields') ?? 0);
  const skipChars = Number(options.value('skipChars') ?? 0);
  const width = options.value('checkChars');
  const key = (line: string): string => {
    // XCU uniq: a field is blanks and what follows them; fields are skipped before characters.
    let text = line;
    // From the beginning each time: what was skipped is gone.
    for (let i = 0; i < skipFields; i++) text = text.replace(/^[ \t]*[^ \t]*/, '');
    text = text.slice(skipChars);
    if (width !== undefined) text = text.slice(0, Number(width));
    return options.has('ignoreCase') ? text.toLowerCase() : text;
  };
  let result = '';
  let group: string[] = [];
  const flush = (): void => {
    const first = group[0];
    if (first === undefined) return;
    const repeated = group.length > 1;
    // -D shows all of a group, which -c cannot count; -d and -u together leave nothing.
    if (options.has('allRepeated')) {
      if (repeated) for (const line of group) result += line + terminator;
    } else if (!((options.has('repeated') && !repeated) || (options.has('unique') && repeated))) {
      result += (options.has('count') ? `${String(group.length).padStart(7)} ` : '') + first + terminator;
    }
    group = [];
  };
  for (const line of splitLines(decoded.text, terminator)) {
    const first = group[0];
    if (first !== undefined && key(first) !== key(line)) flush();
    group.push(line);
  }
  flush();
  const encoded = decoded.encode(result);
  if (output === undefined || output === '-') {
    context.out.write(encoded);
    return 0;
  }
  const errno = context.sys.fs.writeFile(context.sys.absolute(output), encoded, 0o666 & ~context.sys.umask());
  return errno < 0 ? context.fail(`${quoteName(output)}: ${strerror(errno)}`) : 0;
};
