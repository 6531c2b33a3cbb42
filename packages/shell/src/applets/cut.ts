import { errorText } from '../io/errno.ts';
import type { Applet } from './applet.ts';
import { readTexts, splitLines } from './input-files.ts';
import { parseOptions, UsageError } from './options.ts';

interface Range {
  readonly from: number;
  readonly to: number;
}

export const cut: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'b:c:f:d:snz', long: { 'bytes=': 'b', 'characters=': 'c', 'fields=': 'f', 'delimiter=': 'd', 'only-delimited': 's', complement: 'C', 'output-delimiter=': 'o', 'zero-terminated': 'z' } });
  const kind = options.last('bcf');
  if (kind === undefined) return context.fail('you must specify a list of bytes, characters, or fields');
  const ranges = parseList(options.value(kind) ?? '');
  const delimiter = options.value('d') ?? '\t';
  if ([...delimiter].length > 1) return context.fail('the delimiter must be a single character');
  const joiner = options.value('o') ?? (kind === 'f' ? delimiter : '');
  const selected = (index: number): boolean => ranges.some((range) => index >= range.from && index <= range.to) !== options.has('C');
  const terminator = options.has('z') ? '\0' : '\n';
  let status = 0;
  const inputs = readTexts(context, options.operands, (name, errno) => (status = context.fail(`${name}: ${errorText(errno)}`)));
  for (const { decoded } of inputs) {
    let result = '';
    for (const line of splitLines(decoded.text, terminator)) {
      if (kind === 'f') {
        if (!line.includes(delimiter)) {
          if (!options.has('s')) result += line + terminator;
          continue;
        }
        result += line.split(delimiter).filter((_, index) => selected(index + 1)).join(joiner) + terminator;
      } else if (kind === 'b') {
        const bytes = decoded.encode(line).filter((_, index) => selected(index + 1));
        result += new TextDecoder().decode(bytes) + terminator;
      } else result += [...line].filter((_, index) => selected(index + 1)).join('') + terminator;
    }
    context.out.write(decoded.encode(result));
  }
  return status;
};

function parseList(text: string): Range[] {
  return text.split(/[, ]/).map((part) => {
    const match = /^(\d*)(-?)(\d*)$/.exec(part);
    if (match === null || (match[1] === '' && match[3] === '')) throw new UsageError(`invalid field range`);
    const from = match[1] === '' ? 1 : Number(match[1]);
    const to = match[2] === '' ? from : match[3] === '' ? Infinity : Number(match[3]);
    if (from === 0) throw new UsageError('fields are numbered from 1');
    if (to < from) throw new UsageError('invalid decreasing range');
    return { from, to };
  });
}
