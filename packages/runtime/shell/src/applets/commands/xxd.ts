import { OpenFlags, strerror } from '@slipway/posix';
import type { Applet, AppletContext } from '../applet.ts';
import { readOperand } from '../input-files.ts';

const USAGE = `Usage:
       xxd [options] [infile [outfile]]
    or
       xxd -r [-s [-]offset] [-c cols] [-ps] [infile [outfile]]
Options:
    -a          toggle autoskip: A single '*' replaces nul-lines. Default off.
    -b          binary digit dump (incompatible with -ps,-i,-r). Default hex.
    -C          capitalize variable names in C include file style (-i).
    -c cols     format <cols> octets per line. Default 16 (-i: 12, -ps: 30).
    -d          show offset in decimal instead of hex.
    -e          little-endian dump (incompatible with -ps,-i,-r).
    -g bytes    number of octets per group in normal output. Default 2 (-e: 4).
    -h          print this summary.
    -i          output in C include file style.
    -l len      stop after <len> octets.
    -n name     set the variable name used in C include output (-i).
    -o off      add <off> to the displayed file position.
    -ps         output in postscript plain hexdump style.
    -r          reverse operation: convert (or patch) hexdump into binary.
    -s [+][-]seek  start at <seek> bytes abs. (or +: rel.) infile offset.
    -u          use upper case hex letters.
`;

const MAX_COLUMNS = 256;
/** Statuses of xxd(1). */
const Status = { usage: 1, input: 2, output: 3, irreversible: 255 } as const;
/** Bytes of what -r makes: an offset may name any place. */
const MAX_REVERSED = 256 * 1024 * 1024;

/** `little` is `-e`, `bits` is `-b`. */
type Style = 'hex' | 'bits' | 'plain' | 'include' | 'little';

/** `columns` and `group` undefined: the style's own; a group of 0 is a whole line. */
interface Settings {
  style: Style;
  reverse: boolean;
  autoskip: boolean;
  upper: boolean;
  capitals: boolean;
  decimal: boolean;
  columns: number | undefined;
  group: number | undefined;
  length: number;
  seek: number;
  offset: number;
  name: string | undefined;
  files: string[];
}

/** xxd(1) of Vim: its options are words with one dash, and their values stand apart or attached. */
export const xxd: Applet = (context, args) => {
  const settings = readSettings(args);
  if (settings === 'help') {
    context.out.write(USAGE);
    return 0;
  }
  if (settings === undefined || settings.files.length > 2) {
    context.err.write(USAGE);
    return Status.usage;
  }
  if (settings.columns !== undefined && settings.columns > MAX_COLUMNS && settings.style !== 'plain')
    return context.fail(`invalid number of columns (max. ${MAX_COLUMNS}).`, Status.usage);
  if (settings.reverse && settings.style !== 'hex' && settings.style !== 'plain')
    return context.fail('Sorry, cannot revert this type of hexdump', Status.irreversible);
  const [input = '-', output] = settings.files;
  const bytes = readOperand(context, input);
  if (typeof bytes === 'number') return context.fail(`${input}: ${strerror(bytes)}`, Status.input);
  // -s -N begins so far before the end.
  const start = settings.seek < 0 ? Math.max(0, bytes.length + settings.seek) : settings.seek;
  const part = bytes.subarray(start, Math.min(bytes.length, start + settings.length));
  const result = settings.reverse ? reverse(bytes, settings) : dump(part, start, settings);
  if (typeof result !== 'string' && !(result instanceof Uint8Array))
    return context.fail('sorry, cannot seek that far', Status.output);
  if (output === undefined || output === '-') {
    context.out.write(result);
    return 0;
  }
  return writeFile(context, output, typeof result === 'string' ? new TextEncoder().encode(result) : result);
};

/** Truncates the file also with `-r`, where xxd would patch what is there. */
function writeFile({ sys, fail }: AppletContext, name: string, bytes: Uint8Array): number {
  const fd = sys.descriptors.open(sys.absolute(name), OpenFlags.wronly | OpenFlags.creat | OpenFlags.trunc, 0o666);
  if (fd < 0) return fail(`${name}: ${strerror(fd)}`, Status.output);
  const written = bytes.length === 0 ? 0 : sys.descriptors.write(fd, bytes, null);
  sys.descriptors.close(fd);
  return written < 0 ? fail(`${name}: ${strerror(written)}`, Status.output) : 0;
}

/** Undefined for what xxd answers with its usage. */
function readSettings(args: readonly string[]): Settings | 'help' | undefined {
  const settings: Settings = {
    style: 'hex',
    reverse: false,
    autoskip: false,
    upper: false,
    capitals: false,
    decimal: false,
    columns: undefined,
    group: undefined,
    length: Infinity,
    seek: 0,
    offset: 0,
    name: undefined,
    files: [],
  };
  const flags: Readonly<Record<string, () => void>> = {
    a: () => (settings.autoskip = !settings.autoskip),
    b: () => (settings.style = 'bits'),
    C: () => (settings.capitals = true),
    d: () => (settings.decimal = true),
    e: () => (settings.style = 'little'),
    i: () => (settings.style = 'include'),
    p: () => (settings.style = 'plain'),
    ps: () => (settings.style = 'plain'),
    plain: () => (settings.style = 'plain'),
    postscript: () => (settings.style = 'plain'),
    r: () => (settings.reverse = true),
    revert: () => (settings.reverse = true),
    u: () => (settings.upper = true),
  };
  const values: Readonly<Record<string, (value: string) => void>> = {
    c: (value) => (settings.columns = readNumber(value)),
    g: (value) => (settings.group = readNumber(value)),
    l: (value) => (settings.length = readNumber(value)),
    n: (value) => (settings.name = value),
    o: (value) => (settings.offset = readNumber(value)),
    s: (value) => (settings.seek = readNumber(value.replace(/^\+/, ''))),
  };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '--') {
      settings.files.push(...args.slice(at + 1));
      break;
    }
    if (!arg.startsWith('-') || arg === '-') {
      settings.files.push(arg);
      continue;
    }
    const word = arg.replace(/^--?/, '');
    if (word === 'h' || word === 'help') return 'help';
    const letter = word.charAt(0);
    const flag = flags[word];
    const value = values[letter];
    if (flag !== undefined) flag();
    else if (value !== undefined) {
      // `-c16`, `-c 16` and `-cols 16`.
      const given = word.length > 1 && !/^(?:cols|len|seek)$/.test(word) ? word.slice(1) : args[++at];
      if (given === undefined) return undefined;
      value(given);
    } else return undefined;
  }
  return settings;
}

/** strtol(3) with base 0: what is no number counts as far as it is one. */
function readNumber(text: string): number {
  const [, sign = '', digits = '0'] = /^(-?)(0[xX][\da-fA-F]+|\d+)?/.exec(text) ?? [];
  const value = /^0\d/.test(digits) ? parseInt(digits, 8) : Number(digits);
  return sign === '' ? value : -value;
}

function dump(bytes: Uint8Array, start: number, settings: Settings): string {
  switch (settings.style) {
    case 'plain':
      return plain(bytes, settings);
    case 'include':
      return include(bytes, settings);
    default:
      return table(bytes, start, settings);
  }
}

/** Address, digits, text: the usual dump, and those of -b and -e. */
function table(bytes: Uint8Array, start: number, settings: Settings): string {
  const { style, offset, decimal, autoskip } = settings;
  const columns = settings.columns || (style === 'bits' ? 6 : 16);
  const group = settings.group || (settings.group === 0 ? columns : style === 'bits' ? 1 : style === 'little' ? 4 : 2);
  const perByte = style === 'bits' ? 8 : 2;
  const width = columns * perByte + Math.ceil(columns / group);
  const lines: string[] = [];
  let zeros = 0;
  for (let at = 0; at < bytes.length; at += columns) {
    const line = bytes.subarray(at, at + columns);
    // One line of zeros is shown, the next ones are a star, the last line of the file is always shown.
    zeros = line.every((byte) => byte === 0) ? zeros + 1 : 0;
    if (autoskip && zeros > 1 && at + columns < bytes.length) {
      if (zeros === 2) lines.push('*');
      continue;
    }
    const address = decimal ? String(at + start + offset) : (at + start + offset).toString(16);
    const text = [...line].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${address.padStart(8, '0')}: ${groups(line, group, settings).padEnd(width)} ${text}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** With `-e` the bytes of a group are turned around, and one that is cut off is filled up from the left. */
function groups(line: Uint8Array, group: number, { style, upper }: Settings): string {
  let text = '';
  for (let at = 0; at < line.length; at += group) {
    const some = [...line.subarray(at, at + group)];
    const shown = some.map((byte) => (style === 'bits' ? byte.toString(2).padStart(8, '0') : hex(byte, upper)));
    text +=
      style === 'little'
        ? `${shown
            .toReversed()
            .join('')
            .padStart(group * 2)} `
        : `${shown.join('')} `;
  }
  return text;
}

const hex = (byte: number, upper: boolean): string => {
  const digits = byte.toString(16).padStart(2, '0');
  return upper ? digits.toUpperCase() : digits;
};

function plain(bytes: Uint8Array, { columns = 30, upper }: Settings): string {
  let text = '';
  const width = columns === 0 ? bytes.length || 1 : columns;
  for (let at = 0; at < bytes.length; at += width)
    text += `${[...bytes.subarray(at, at + width)].map((byte) => hex(byte, upper)).join('')}\n`;
  return text;
}

/** -i: C source; of standard input the numbers alone, as it has no name. */
function include(bytes: Uint8Array, { columns, upper, capitals, name, files: [file] }: Settings): string {
  const width = columns || 12;
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += width)
    lines.push(
      `  ${[...bytes.subarray(at, at + width)].map((byte) => `0${upper ? 'X' : 'x'}${hex(byte, upper)}`).join(', ')}`,
    );
  const body = lines.length === 0 ? '' : `${lines.join(',\n')}\n`;
  const source = name ?? (file === '-' ? undefined : file);
  if (source === undefined) return body;
  const spelled = `${/^\d/.test(source) ? '__' : ''}${source.replace(/[^A-Za-z0-9]/g, '_')}`;
  const variable = capitals ? spelled.toUpperCase() : spelled;
  const length = `${variable}_${capitals ? 'LEN' : 'len'}`;
  return `unsigned char ${variable}[] = {\n${body}};\nunsigned int ${length} = ${bytes.length};\n`;
}

/** -r: a dump back to bytes, each line where its address says; undefined beyond what can be held. */
function reverse(dumped: Uint8Array, { style, seek }: Settings): Uint8Array | undefined {
  const text = new TextDecoder('latin1').decode(dumped);
  if (style === 'plain') {
    // What is no digit ends it, an odd digit is dropped.
    const digits = /^(?:\s*[\da-fA-F])*/.exec(text)?.[0].replace(/\s/g, '') ?? '';
    return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  }
  let bytes = new Uint8Array(64);
  let end = 0;
  for (const line of text.split('\n')) {
    const [, address, rest = ''] = /^\s*([\da-fA-F]+):?[ \t]?(.*)$/.exec(line) ?? [];
    if (address === undefined) continue;
    // Two spaces stand between the digits and the text.
    const digits = (/^(?: ?[\da-fA-F]{2})+/.exec(rest)?.[0] ?? '').replace(/ /g, '');
    let at = parseInt(address, 16) + seek;
    for (const part of digits.match(/../g) ?? []) {
      if (at < 0 || at >= MAX_REVERSED) return undefined;
      if (at >= bytes.length) {
        const larger = new Uint8Array(Math.max(at + 1, bytes.length * 2));
        larger.set(bytes);
        bytes = larger;
      }
      bytes[at++] = parseInt(part, 16);
      end = Math.max(end, at);
    }
  }
  return bytes.subarray(0, end);
}
