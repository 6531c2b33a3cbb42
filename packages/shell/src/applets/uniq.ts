import { errorText } from '../io/errno.ts';
import { decode } from '../io/text.ts';
import type { Applet } from './applet.ts';
import { readOperand, splitLines } from './input-files.ts';
import { parseOptions } from './options.ts';

export const uniq: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'cdDuif:s:w:z', long: { count: 'c', repeated: 'd', 'all-repeated': 'D', unique: 'u', 'ignore-case': 'i', 'skip-fields=': 'f', 'skip-chars=': 's', 'check-chars=': 'w', 'zero-terminated': 'z' } });
  const [input = '-', output] = options.operands;
  const bytes = readOperand(context, input);
  if (typeof bytes === 'number') return context.fail(`${input}: ${errorText(bytes)}`);
  const decoded = decode(bytes);
  const terminator = options.has('z') ? '\0' : '\n';
  const skipFields = Number(options.value('f') ?? 0);
  const skipChars = Number(options.value('s') ?? 0);
  const width = options.value('w');
  const key = (line: string): string => {
    let text = line;
    for (let i = 0; i < skipFields; i++) text = text.replace(/^[ \t]*[^ \t]*/, '');
    text = text.slice(skipChars);
    if (width !== undefined) text = text.slice(0, Number(width));
    return options.has('i') ? text.toLowerCase() : text;
  };
  let result = '';
  let group: string[] = [];
  const flush = (): void => {
    const first = group[0];
    if (first === undefined) return;
    const repeated = group.length > 1;
    if (options.has('D')) {
      if (repeated) for (const line of group) result += line + terminator;
    } else if (!((options.has('d') && !repeated) || (options.has('u') && repeated))) {
      result += (options.has('c') ? `${String(group.length).padStart(7)} ` : '') + first + terminator;
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
  return errno < 0 ? context.fail(`${output}: ${errorText(errno)}`) : 0;
};
