import { joinBytes, strerror } from '@slipway/posix';
import type { Applet } from '../applet.ts';
import { readOperand } from '../input-files.ts';
import { parseOptions, UsageError } from '../options.ts';
import { quoteName } from '../quote.ts';

const OPTIONS = {
  addressRadix: '-A= --address-radix=',
  skip: '-j= --skip-bytes=',
  limit: '-N= --read-bytes=',
  type: '-t= --format=',
  width: '-w[=] --width[=]',
  all: '-v --output-duplicates',
  // XCU od, and what GNU adds: each stands for a type.
  a: '-a',
  b: '-b',
  c: '-c',
  d: '-d',
  i: '-i',
  l: '-l',
  o: '-o',
  s: '-s',
  x: '-x',
} as const;

/** od(1), "Traditional format specifications". */
const SHORT_TYPES = { a: 'a', b: 'o1', c: 'c', d: 'u2', i: 'd4', l: 'd8', o: 'o2', s: 'd2', x: 'x2' } as const;
const DEFAULT_WIDTH = 16;
/** `-w` without a number; without the option at all a line has 16 (coreutils). */
const GIVEN_WIDTH = 32;
/** Bytes; more makes no line that anybody reads. */
const MAX_WIDTH = 65_536;

const INTEGER_SIZES: Readonly<Record<string, number>> = { C: 1, S: 2, I: 4, L: 8, '1': 1, '2': 2, '4': 4, '8': 8 };
const FLOAT_SIZES: Readonly<Record<string, number>> = { F: 4, D: 8, '4': 4, '8': 8 };
/** Digits of the longest number of a size, its sign with it. */
const FIELD_WIDTHS: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  d: { 1: 4, 2: 6, 4: 11, 8: 20 },
  u: { 1: 3, 2: 5, 4: 10, 8: 20 },
  o: { 1: 3, 2: 6, 4: 11, 8: 22 },
  x: { 1: 2, 2: 4, 4: 8, 8: 16 },
  f: { 4: 15, 8: 24 },
};
/** XCU od, "Named Characters in od". */
const NAMED_CHARACTERS = (
  'nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc ' +
  'fs gs rs us sp'
).split(' ');
/** For -c: C's escapes. */
const ESCAPED: Readonly<Record<number, string>> = {
  0: '\\0',
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
};
/** At least 7 digits, 6 in hex, as GNU pads them. */
const ADDRESSES: Readonly<Record<string, (at: number) => string>> = {
  o: (at) => at.toString(8).padStart(7, '0'),
  d: (at) => String(at).padStart(7, '0'),
  x: (at) => at.toString(16).padStart(6, '0'),
  n: () => '',
};

/** One `-t`: how many bytes make an item, how wide it is, how it reads. */
interface Format {
  readonly size: number;
  readonly width: number;
  readonly show: (view: DataView, at: number) => string;
  /** `z` was given: the characters stand behind the line. */
  readonly withText: boolean;
}

/** XCU od, without its offset operand: -j and -A say the same. */
export const od: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS });
  const radix = options.value('addressRadix') ?? 'o';
  const address = ADDRESSES[radix];
  if (address === undefined)
    return context.fail(`invalid output address radix '${radix}'; it must be one character from [doxn]`);
  const formats = options.values('type').flatMap(parseTypes);
  // In the order of the command line they would be mixed with -t; GNU's order matters only for lines below each other.
  for (const name of Object.keys(SHORT_TYPES) as (keyof typeof SHORT_TYPES)[])
    if (options.has(name)) formats.push(...parseTypes(SHORT_TYPES[name]));
  if (formats.length === 0) formats.push(...parseTypes('o2'));
  // A line must hold whole items of every type.
  const block = Math.max(...formats.map(({ size }) => size));
  const width = options.has('width') ? readCount(options.value('width') ?? String(GIVEN_WIDTH), '-w') : DEFAULT_WIDTH;
  if (width === 0 || width % block !== 0 || width > MAX_WIDTH)
    return context.fail(`warning: invalid line width ${width}; using ${block} instead`);
  const skip = readCount(options.value('skip') ?? '0', '-j');
  const limit = options.has('limit') ? readCount(options.value('limit') ?? '', '-N') : Infinity;

  let status = 0;
  const parts: Uint8Array[] = [];
  for (const operand of options.operands.length === 0 ? ['-'] : options.operands) {
    const bytes = readOperand(context, operand);
    if (typeof bytes === 'number') status = context.fail(`${quoteName(operand)}: ${strerror(bytes)}`);
    else parts.push(bytes);
  }
  // Files follow each other as one input: an item may begin in one and end in the next.
  const whole = joinBytes(parts);
  // Where a file was missing there is nothing to complain of besides.
  if (skip > whole.length) return status === 0 ? context.fail('cannot skip past end of combined input') : status;
  const bytes = whole.subarray(skip, Math.min(whole.length, skip + limit));
  const pads = padsOf(formats, width);
  let before = '';
  let starred = false;
  for (let at = 0; at < bytes.length; at += width) {
    const line = bytes.subarray(at, at + width);
    // The last, shorter line is never taken for a repetition.
    const key = line.length === width && !options.has('all') ? line.join() : '';
    if (key !== '' && key === before) {
      if (!starred) context.out.line('*');
      starred = true;
      continue;
    }
    before = key;
    starred = false;
    const prefix = address(at + skip);
    for (const [index, format] of formats.entries()) {
      const text = showLine(format, line, width, pads[index] ?? 0);
      context.out.line((index === 0 ? prefix : ' '.repeat(prefix.length)) + text);
    }
  }
  if (radix !== 'n' && (bytes.length > 0 || status === 0)) context.out.line(address(skip + bytes.length));
  return status;
};

/** Every type's columns take the same room (od.c, `pad_width`), `bytes` being a line's. */
function padsOf(formats: readonly Format[], bytes: number): number[] {
  const room = Math.max(...formats.map(({ size, width }) => (width + 1) * (bytes / size)));
  return formats.map(({ size, width }) => room - width * (bytes / size));
}

/** `pad` is what the line has over, which its items share. */
function showLine(format: Format, line: Uint8Array, width: number, pad: number): string {
  const { size, withText } = format;
  // An item that is cut off by the end counts as filled up with zeros.
  const padded = new Uint8Array(Math.ceil(line.length / size) * size);
  padded.set(line);
  const view = new DataView(padded.buffer, 0, padded.length);
  const fields = width / size;
  let text = '';
  let remaining = pad;
  for (let item = 0; item < padded.length / size; item++) {
    const next = Math.floor((pad * (fields - item - 1)) / fields);
    text += format.show(view, item * size).padStart(remaining - next + format.width);
    remaining = next;
  }
  if (!withText) return text;
  const full = format.width * fields + pad;
  const shown = [...line].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
  return `${text.padEnd(full)}  >${shown}<`;
}

/** A string of types, such as `x1z` or `dL`. */
function parseTypes(text: string): Format[] {
  const formats: Format[] = [];
  for (let at = 0; at < text.length;) {
    const letter = text[at++] ?? '';
    let size = 1;
    if ('doux'.includes(letter) || letter === 'f') {
      const sizes = letter === 'f' ? FLOAT_SIZES : INTEGER_SIZES;
      const named = /^(?:[A-Z]|\d+)/.exec(text.slice(at))?.[0] ?? '';
      at += named.length;
      const found = named === '' ? (letter === 'f' ? 8 : 4) : sizes[named];
      if (found === undefined) {
        const kind = letter === 'f' ? 'floating point' : 'integral';
        throw new UsageError(
          `invalid type string ‘${text}’;\nthis system doesn't provide a ${named}-byte ${kind} type`,
          1,
          false,
        );
      }
      size = found;
    } else if (letter !== 'a' && letter !== 'c')
      throw new UsageError(`invalid character '${letter}' in type string ‘${text}’`, 1, false);
    const withText = text[at] === 'z';
    if (withText) at++;
    formats.push({ size, width: FIELD_WIDTHS[letter]?.[size] ?? 3, show: shower(letter, size), withText });
  }
  return formats;
}

/** How one item reads. Numbers of 64 bits are BigInts, which a double could not hold. */
function shower(letter: string, size: number): Format['show'] {
  switch (letter) {
    case 'a':
      return (view, at) => namedCharacter(view.getUint8(at) & 0x7f);
    case 'c':
      return (view, at) => character(view.getUint8(at));
    case 'f':
      return (view, at) => shortest(size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true), size);
    case 'd':
      return (view, at) => String(BigInt.asIntN(size * 8, unsigned(view, at, size)));
    case 'u':
      return (view, at) => String(unsigned(view, at, size));
    default: {
      const base = letter === 'o' ? 8 : 16;
      const digits = FIELD_WIDTHS[letter]?.[size] ?? 1;
      return (view, at) => unsigned(view, at, size).toString(base).padStart(digits, '0');
    }
  }
}

/** Of the machine's order: little endian. */
function unsigned(view: DataView, at: number, size: number): bigint {
  let value = 0n;
  for (let byte = size - 1; byte >= 0; byte--) value = (value << 8n) | BigInt(view.getUint8(at + byte));
  return value;
}

function namedCharacter(code: number): string {
  return code === 0x7f ? 'del' : (NAMED_CHARACTERS[code] ?? String.fromCharCode(code));
}

/** Three columns wide at most: an escape, the character, or its octal code. */
function character(code: number): string {
  return ESCAPED[code] ?? (code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : code.toString(8).padStart(3, '0'));
}

/** The fewest digits that give the same number of 32 or 64 bits, as gnulib's ftoastr. */
function shortest(value: number, size: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  for (let digits = size === 4 ? 6 : 15; digits < 17; digits++) {
    const text = general(value, digits);
    if ((size === 4 ? Math.fround(Number(text)) : Number(text)) === value) return text;
  }
  return general(value, 17);
}

/** printf's %g. */
function general(value: number, digits: number): string {
  const [mantissa = '', power = '0'] = value.toExponential(digits - 1).split('e');
  const exponent = Number(power);
  const trim = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  // C writes exponents with two digits at least.
  if (exponent < -4 || exponent >= digits)
    return `${trim(mantissa)}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  return Object.is(value, -0) ? '-0' : trim(value.toFixed(digits - 1 - exponent));
}

/** A number as C reads it, with GNU's suffixes for blocks and powers. */
function readCount(text: string, option: string): number {
  const [, digits, suffix = ''] = /^(0[xX][\da-fA-F]+|\d+)(b|[kKMG]B?|)$/.exec(text) ?? [];
  if (digits === undefined) throw new UsageError(`invalid ${option} argument '${text}'`, 1, false);
  const value = /^0\d/.test(digits) ? parseInt(digits, 8) : Number(digits);
  const power = ['K', 'M', 'G'].indexOf(suffix.charAt(0).toUpperCase()) + 1;
  return suffix === 'b' ? value * 512 : value * (suffix.endsWith('B') ? 1000 : 1024) ** power;
}
