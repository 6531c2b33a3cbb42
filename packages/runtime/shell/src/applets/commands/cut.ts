import { quoteName } from '../quote.ts';
import { strerror } from '@slipway/posix';
import type { Applet } from '../applet.ts';
import { readTexts, splitLines } from '../input-files.ts';
import { parseOptions, UsageError } from '../options.ts';

const OPTIONS = {
  bytes: '-b= --bytes=',
  characters: '-c= --characters=',
  fields: '-f= --fields=',
  delimiter: '-d= --delimiter=',
  onlyDelimited: '-s --only-delimited',
  zeroTerminated: '-z --zero-terminated',
  complement: '--complement',
  outputDelimiter: '--output-delimiter=',
} as const;

/** Both ends included, from 1; `to` is Infinity for `3-`. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** XCU cut. Characters are code points; `-b` may leave half of one, which becomes U+FFFD. */
export const cut: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-n' });
  const kind = options.last('bytes', 'characters', 'fields');
  if (kind === undefined) throw new UsageError('you must specify a list of bytes, characters, or fields');
  const ranges = parseList(options.value(kind) ?? '');
  const delimiter = options.value('delimiter') ?? '\t';
  if ([...delimiter].length > 1) throw new UsageError('the delimiter must be a single character');
  const joiner = options.value('outputDelimiter') ?? (kind === 'fields' ? delimiter : '');
  const selected = (index: number): boolean =>
    // XCU cut: a list selects, whatever its order; nothing is printed twice.
    ranges.some((range) => index >= range.from && index <= range.to) !== options.has('complement');
  const terminator = options.has('zeroTerminated') ? '\0' : '\n';
  let status = 0;
  const inputs = readTexts(
    context,
    options.operands,
    (name, errno) => (status = context.fail(`${quoteName(name)}: ${strerror(errno)}`)),
  );
  for (const { decoded } of inputs) {
    let result = '';
    for (const line of splitLines(decoded.text, terminator)) {
      if (kind === 'fields') {
        // A line without the delimiter goes through whole, unless `-s`.
        if (!line.includes(delimiter)) {
          if (!options.has('onlyDelimited')) result += line + terminator;
          continue;
        }
        result +=
          line
            .split(delimiter)
            .filter((_, index) => selected(index + 1))
            .join(joiner) + terminator;
      } else if (kind === 'bytes') {
        // The whole line as bytes, so that the count is that of the file.
        const bytes = decoded.encode(line).filter((_, index) => selected(index + 1));
        result += new TextDecoder().decode(bytes) + terminator;
      } else result += [...line].filter((_, index) => selected(index + 1)).join('') + terminator;
    }
    context.out.write(decoded.encode(result));
  }
  return status;
};

/** Throws UsageError for what is no list; ranges may overlap and stand in any order. */
function parseList(text: string): Range[] {
  // POSIX: commas or blanks between the parts.
  return text.split(/[, ]/).map((part) => {
    const match = /^(\d*)(-?)(\d*)$/.exec(part);
    if (match === null || (match[1] === '' && match[3] === '')) throw new UsageError(`invalid field range`);
    // `-3` begins at 1, `3-` has no end.
    const from = match[1] === '' ? 1 : Number(match[1]);
    const to = match[2] === '' ? from : match[3] === '' ? Infinity : Number(match[3]);
    if (from === 0) throw new UsageError('fields are numbered from 1');
    if (to < from) throw new UsageError('invalid decreasing range');
    return { from, to };
  });
}
