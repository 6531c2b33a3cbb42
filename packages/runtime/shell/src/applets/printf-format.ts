import { parseInteger } from '../expand/arithmetic.ts';
import { unescapeText } from './escapes.ts';

// Columns and digits a conversion may ask for; `%1000000000d` must not fill the memory.
const MAX_WIDTH = 1 << 20;

const CONVERSION = /%(?:%|([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d*))?(?:hh|h|ll|l|j|z|t|L)?([a-zA-Z]))/g;

/**
 * XCU printf: the format is used again while there are arguments, missing ones count as empty or
 * 0. Numbers that are none are complained about and used as far as they go; the status is 1 then.
 */
export function formatPrintf(
  format: string,
  args: readonly string[],
  complain: (message: string) => void,
): { text: string; status: number } {
  let text = '';
  let status = 0;
  let at = 0;
  const wrong = (message: string): void => {
    complain(message);
    status = 1;
  };
  do {
    const start = at;
    const pass = formatOnce(format, () => args[at++], wrong);
    text += pass.text;
    // A format that takes no argument would never come to an end.
    if (pass.stopped || at === start) break;
  } while (at < args.length);
  return { text, status };
}

/** The format once, with as many arguments as it takes; `stopped` where a `\c` ended all output. */
function formatOnce(
  format: string,
  nextArg: () => string | undefined,
  wrong: (message: string) => void,
): { text: string; stopped: boolean } {
  let result = '';
  let last = 0;
  // The expression is shared: another format may have left it somewhere.
  CONVERSION.lastIndex = 0;
  for (const match of format.matchAll(CONVERSION)) {
    result += unescapeText(format.slice(last, match.index), 'format').text;
    last = match.index + match[0].length;
    if (match[0] === '%%') {
      result += '%';
      continue;
    }
    let flags = match[1] ?? '';
    let width = match[2] === '*' ? Number(toInteger(nextArg() ?? '0', wrong)) : Number(match[2] ?? 0);
    if (width < 0) {
      // C: a negative width from an argument is a minus and the width.
      flags += '-';
      width = -width;
    }
    const precision =
      match[3] === undefined
        ? undefined
        : match[3] === '*'
          ? Number(toInteger(nextArg() ?? '0', wrong))
          : Number(match[3] || 0);
    const conversion = match[4] ?? '';
    const converted = convert(conversion, nextArg, flags, precision, wrong);
    if (converted === undefined) {
      wrong(`${match[0]}: invalid directive`);
      return { text: result, stopped: true };
    }
    result += pad(
      converted.text,
      flags,
      Math.min(width, MAX_WIDTH),
      // C: a precision takes the `0` flag away from integers, not from floats.
      converted.numeric && (precision === undefined || 'eEfFgG'.includes(conversion)),
    );
    if (converted.stopped) return { text: result, stopped: true };
  }
  const rest = unescapeText(format.slice(last), 'format');
  // `\c` in a format ends the output as well.
  const end = /(^|[^\\])(\\\\)*\\c/.exec(format.slice(last));
  if (end !== null)
    return {
      text: result + unescapeText(format.slice(last, last + end.index + end[0].length - 2), 'format').text,
      stopped: true,
    };
  return { text: result + rest.text, stopped: false };
}

/** A converted argument. `numeric`: the `0` flag may fill it up, behind its sign. */
interface Converted {
  readonly text: string;
  readonly numeric: boolean;
  readonly stopped?: boolean;
}

/** One conversion without its width; undefined for a letter that is none. */
function convert(
  conversion: string,
  nextArg: () => string | undefined,
  flags: string,
  precision: number | undefined,
  wrong: (message: string) => void,
): Converted | undefined {
  // ISO C 7.21.6.1, with printf(1)'s b (escapes) and bash's q (quoted for the shell).
  switch (conversion) {
    case 's': {
      const text = nextArg() ?? '';
      return { text: precision === undefined ? text : [...text].slice(0, precision).join(''), numeric: false };
    }
    case 'b': {
      const { text, stopped } = unescapeText(nextArg() ?? '', 'echo');
      // `\c` in the argument of %b ends all output (XCU printf).
      return { text: precision === undefined ? text : text.slice(0, precision), numeric: false, stopped };
    }
    case 'c':
      // Of an empty argument the first byte is the one that ends it.
      return { text: [...(nextArg() ?? '')][0] ?? '\0', numeric: false };
    case 'q':
      return { text: shellQuote(nextArg() ?? ''), numeric: false };
    case 'd':
    case 'i': {
      const value = toInteger(nextArg() ?? '0', wrong);
      return {
        text: sign(value < 0n, flags) + digits((value < 0n ? -value : value).toString(), precision),
        numeric: true,
      };
    }
    case 'u':
    case 'o':
    case 'x':
    case 'X': {
      // Two's complement, as C prints a negative number unsigned.
      const value = BigInt.asUintN(64, toInteger(nextArg() ?? '0', wrong));
      let text = value.toString(conversion === 'u' ? 10 : conversion === 'o' ? 8 : 16);
      if (conversion === 'X') text = text.toUpperCase();
      text = digits(text, precision);
      if (flags.includes('#')) {
        // C: `#` raises the precision of an octal number until it begins with a zero, and marks a hex one but 0.
        if (conversion === 'o' && !text.startsWith('0')) text = `0${text}`;
        else if (conversion.toLowerCase() === 'x' && value !== 0n) text = `0${conversion}${text}`;
      }
      return { text, numeric: true };
    }
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return { text: formatFloat(toFloat(nextArg() ?? '0', wrong), conversion, flags, precision ?? 6), numeric: true };
    default:
      return undefined;
  }
}

/** Tells `wrong` of a text that is no number, and goes on with what it is as far as it is one. */
function toInteger(text: string, wrong: (message: string) => void): bigint {
  const trimmed = text.trim();
  // 'x is the code of x (XCU printf).
  if (/^['"]./.test(trimmed)) return BigInt(trimmed.codePointAt(1) ?? 0);
  if (trimmed === '') return 0n;
  const value = parseInteger(trimmed);
  if (value !== undefined) return value;
  // The digits that were read so far count (XCU printf).
  const prefix = /^[+-]?(?:0[xX][0-9a-fA-F]+|\d+)/.exec(trimmed)?.[0];
  wrong(prefix === undefined ? `${text}: expected numeric value` : `${text}: not completely converted`);
  return prefix === undefined ? 0n : (parseInteger(prefix) ?? 0n);
}

function toFloat(text: string, wrong: (message: string) => void): number {
  // As integers, but with inf and nan, which strtod(3) reads.
  const trimmed = text.trim();
  if (/^['"]./.test(trimmed)) return trimmed.codePointAt(1) ?? 0;
  if (trimmed === '') return 0;
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(trimmed);
  if (special !== null) return special[2]?.toLowerCase() === 'nan' ? NaN : special[1] === '-' ? -Infinity : Infinity;
  const value = Number(trimmed);
  if (!Number.isNaN(value)) return value;
  wrong(`${text}: expected numeric value`);
  // As far as it is a number, as XCU printf wants.
  const prefix = parseFloat(trimmed);
  return Number.isNaN(prefix) ? 0 : prefix;
}

// C: a precision of 0 prints nothing for the value 0.
const digits = (text: string, precision: number | undefined): string =>
  precision === 0 && text === '0' ? '' : text.padStart(Math.min(precision ?? 0, MAX_WIDTH), '0');

const sign = (negative: boolean, flags: string): string =>
  negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';

// C writes at least two digits, JavaScript one.
const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');

/** ISO C 7.21.6.1, the conversions e, f and g. */
function formatFloat(value: number, conversion: string, flags: string, precision: number): string {
  // -0 has a sign in C too.
  const negative = value < 0 || Object.is(value, -0);
  const size = Math.abs(value);
  // toFixed and toExponential take no more than 100.
  const places = Math.min(precision, 100);
  let text: string;
  if (!Number.isFinite(size)) text = Number.isNaN(size) ? 'nan' : 'inf';
  else if (conversion === 'f' || conversion === 'F') text = size.toFixed(places);
  else if (conversion === 'e' || conversion === 'E') text = exponent(size.toExponential(places));
  else {
    // C: %g has a precision of significant digits, and
    // chooses the form by the exponent of the rounded value.
    const significant = places === 0 ? 1 : places;
    const power = size === 0 ? 0 : Number(size.toExponential(significant - 1).split('e')[1]);
    text =
      power < -4 || power >= significant
        ? exponent(size.toExponential(significant - 1))
        : size.toFixed(Math.max(0, significant - 1 - power));
    // Without `#` zeros at the end go.
    if (!flags.includes('#') && text.includes('.')) text = text.replace(/\.?0+($|e)/, '$1');
  }
  // C: with `#` there is always a point.
  if (flags.includes('#') && Number.isFinite(size) && !text.includes('.')) text = text.replace(/(?=e|$)/, '.');
  if (conversion === conversion.toUpperCase()) text = text.toUpperCase();
  return sign(negative, flags) + text;
}

function pad(text: string, flags: string, width: number, mayZero: boolean): string {
  // In characters, where POSIX counts bytes.
  const length = [...text].length;
  if (length >= width) return text;
  if (flags.includes('-')) return text + ' '.repeat(width - length);
  if (!flags.includes('0') || !mayZero) return ' '.repeat(width - length) + text;
  // Zeros go between sign or `0x` and the digits.
  const prefix = /^[-+ ]?(?:0[xX])?/.exec(text)?.[0] ?? '';
  return prefix + '0'.repeat(width - length) + text.slice(prefix.length);
}

const shellQuote = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
