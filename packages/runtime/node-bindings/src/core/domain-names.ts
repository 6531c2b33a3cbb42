/** Internationalised domain names: to ASCII by the host's URL parser (UTS 46), back by Punycode (RFC 3492). */
import type { HostGlobals } from '../realm/host-globals.ts';

/**
 * Names that are their own ASCII form: nothing to map, no Punycode label to check, no number at the end that would
 * make it an IPv4 address (URL standard, ends-in-a-number checker).
 */
const PLAIN_NAME = /^(?!xn--|.*\.xn--)(?!.*\.?\d+\.?$)[\w.*-]+$/i;

/** '' where the name is not a valid host. */
export function domainToAscii(host: HostGlobals, domain: string): string {
  if (domain === '') return '';
  if (PLAIN_NAME.test(domain)) return domain.toLowerCase();
  try {
    // A special scheme, so that the host parser runs; `ws` has no path or port of its own that could interfere.
    const url = new host.classes.URL('ws://x');
    url.hostname = domain;
    // The setter ignores what it cannot parse.
    const expected = new host.classes.URL(`ws://${domain}`);
    return url.hostname === expected.hostname ? url.hostname : '';
  } catch {
    return '';
  }
}

/** ToUnicode of a host name (UTS 46, 4.3); labels that cannot be read stay as they are. */
export function domainToUnicode(domain: string): string {
  return domain
    .split('.')
    .map((label) => (/^xn--/i.test(label) ? (decodePunycode(label.slice(4)) ?? label) : label))
    .join('.');
}

// RFC 3492, section 5: the Bootstring parameters that Punycode fixes.
// DAMP and SKEW shape how the bias follows the deltas.
const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_N = 128;

/** Section 6.2; `undefined` for input that is not Punycode. */
function decodePunycode(input: string): string | undefined {
  const delimiter = input.lastIndexOf('-');
  // The basic code points stand as they are before the last delimiter; without one there are none.
  const output = delimiter > 0 ? Array.from(input.slice(0, delimiter), (char) => char.codePointAt(0)!) : [];
  let n = INITIAL_N;
  let i = 0;
  let bias = INITIAL_BIAS;
  for (let at = delimiter > 0 ? delimiter + 1 : 0; at < input.length;) {
    const oldI = i;
    // A generalized variable-length integer (section 3.3): digits from the least significant, each position with a
    // threshold of its own, and the first digit below it ends the number.
    for (let weight = 1, k = BASE; ; k += BASE) {
      const digit = digitOf(input.charCodeAt(at++));
      if (digit < 0) return undefined;
      i += digit * weight;
      const threshold = k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;
      if (digit < threshold) break;
      weight *= BASE - threshold;
    }
    const length = output.length + 1;
    bias = adapt(i - oldI, length, oldI === 0);
    n += Math.floor(i / length);
    i %= length;
    // Also stops what would overflow: beyond Unicode nothing can be valid.
    if (n > 0x10ffff) return undefined;
    // Deltas count through all positions and code points in order: `n` goes in at `i`.
    output.splice(i++, 0, n);
  }
  return String.fromCodePoint(...output);
}

/**
 * 0 to 25 are the letters in either case, 26 to 35 the digits;
 * -1 also at the end of the input (NaN compares false).
 */
function digitOf(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30 + 26;
  if (unit >= 0x41 && unit <= 0x5a) return unit - 0x41;
  if (unit >= 0x61 && unit <= 0x7a) return unit - 0x61;
  return -1;
}

/** RFC 3492, section 6.1: the bias for the next delta, so that its digits stay few. */
function adapt(delta: number, points: number, first: boolean): number {
  let rest = first ? Math.floor(delta / DAMP) : delta >> 1;
  rest += Math.floor(rest / points);
  let k = 0;
  for (; rest > ((BASE - T_MIN) * T_MAX) >> 1; k += BASE) rest = Math.floor(rest / (BASE - T_MIN));
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW));
}
