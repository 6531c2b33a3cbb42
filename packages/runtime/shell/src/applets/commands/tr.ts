import { joinBytes } from '@slipway/posix';
import { readChunk } from '../../io/input.ts';
import { decode } from '../../io/text.ts';
import type { Applet } from '../applet.ts';
import { parseOptions, UsageError } from '../options.ts';

const OPTIONS = {
  complement: '-c --complement -C',
  delete: '-d --delete',
  squeezeRepeats: '-s --squeeze-repeats',
  truncateSet1: '-t --truncate-set1',
} as const;

// ASCII's classes, as in the C locale; sets are made of them in the order of their codes.
const CLASSES: Readonly<Record<string, (code: number) => boolean>> = {
  alpha: (c) => /[A-Za-z]/.test(String.fromCharCode(c)),
  digit: (c) => c >= 48 && c <= 57,
  alnum: (c) => /[A-Za-z0-9]/.test(String.fromCharCode(c)),
  upper: (c) => c >= 65 && c <= 90,
  lower: (c) => c >= 97 && c <= 122,
  space: (c) => (c >= 9 && c <= 13) || c === 32,
  blank: (c) => c === 9 || c === 32,
  punct: (c) => c > 32 && c < 127 && !/[A-Za-z0-9]/.test(String.fromCharCode(c)),
  cntrl: (c) => c < 32 || c === 127,
  print: (c) => c >= 32 && c < 127,
  graph: (c) => c > 32 && c < 127,
  xdigit: (c) => /[0-9A-Fa-f]/.test(String.fromCharCode(c)),
};
// XCU tr's escapes; `\NNN` is read apart.
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
};

/** XCU tr, on characters and not on bytes. Input is read whole. */
export const tr: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, stopAtOperand: true });
  const [first, second, extra] = options.operands;
  const remove = options.has('delete');
  const squeeze = options.has('squeezeRepeats');
  if (first === undefined) throw new UsageError('missing operand');
  if (second === undefined && !remove && !squeeze)
    throw new UsageError(`missing operand after ‘${first}’\nTwo strings must be given when translating.`);
  if (extra !== undefined) throw new UsageError(`extra operand ‘${extra}’`);
  if (remove && !squeeze && second !== undefined)
    throw new UsageError(
      `extra operand ‘${second}’\nOnly one string may be given when deleting without squeezing repeats.`,
    );
  if (second === '' && !remove && !options.has('truncateSet1'))
    return context.fail('when not truncating set1, string2 must be non-empty');
  const complement = options.has('complement');
  const set1 = parseSet(first, undefined);
  const set2 = second === undefined ? [] : parseSet(second, set1.length);
  const members = new Set(set1);
  // With -c all characters but these, of which no list can be made.
  const inFirst = (c: string): boolean => members.has(c) !== complement;
  const translation = new Map<string, string>();
  const lastOfSecond = set2.at(-1) ?? '';
  if (!complement)
    // The first place of a character counts; a second set that is too
    // short goes on with its last character (GNU), with `-t` it does not.
    set1.forEach((c, index) => {
      if (!translation.has(c)) translation.set(c, set2[index] ?? (options.has('truncateSet1') ? c : lastOfSecond));
    });
  const squeezed = new Set(second === undefined || (remove && squeeze) ? [] : set2);
  const isSqueezed = (c: string): boolean =>
    // Squeezed is what comes out: the second set's where there is one.
    squeeze && (second === undefined ? inFirst(c) : remove ? set2.includes(c) : squeezed.has(c));

  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = readChunk(context.sys.descriptors, 0);
    if (typeof chunk === 'number' || chunk.length === 0) break;
    chunks.push(chunk);
  }
  const decoded = decode(chunks.length === 0 ? new Uint8Array(0) : joinBytes(chunks));
  let result = '';
  let last: string | undefined;
  for (const c of decoded.text) {
    let out = c;
    if (remove && inFirst(c)) continue;
    // A complement has no order that could be paired:
    // all become the last of the second set, as in GNU.
    if (!remove && second !== undefined && inFirst(c)) out = complement ? lastOfSecond : (translation.get(c) ?? c);
    if (out === last && isSqueezed(out)) continue;
    result += out;
    last = out;
  }
  context.out.write(decoded.encode(result));
  return 0;
};

/** `a-z`, `[:class:]`, `[x*n]`, escapes. `length` is what `[x*]` fills up to. */
function parseSet(text: string, length: number | undefined): string[] {
  const set: string[] = [];
  const chars = [...text];
  const read = (at: number): { c: string; next: number } => {
    const c = chars[at] ?? '';
    if (c !== '\\') return { c, next: at + 1 };
    // Up to three digits: `\0` is a zero byte.
    const octal = /^[0-7]{1,3}/.exec(chars.slice(at + 1, at + 4).join(''))?.[0];
    if (octal !== undefined) return { c: String.fromCharCode(parseInt(octal, 8)), next: at + 1 + octal.length };
    const escaped = chars[at + 1];
    return escaped === undefined ? { c: '\\', next: at + 1 } : { c: ESCAPES[escaped] ?? escaped, next: at + 2 };
  };
  let i = 0;
  while (i < chars.length) {
    const rest = chars.slice(i).join('');
    const named = /^\[:(\w+):\]/.exec(rest);
    if (named?.[1] !== undefined) {
      const test = CLASSES[named[1]];
      if (test === undefined) throw new UsageError(`invalid character class ‘${named[1]}’`, 1, false);
      for (let code = 0; code < 128; code++) if (test(code)) set.push(String.fromCharCode(code));
      i += [...named[0]].length;
      continue;
    }
    const repeated = /^\[(\\?.)\*(\d*)\]/u.exec(rest);
    // Only in the second set, whose length the first one
    // gives; a number with a leading 0 is not read as octal.
    if (repeated !== null && length !== undefined) {
      const { c } = read(i + 1);
      const count = repeated[2] === '' ? Math.max(0, length - set.length) : Number(repeated[2]);
      // At most 65536: `[a*999999999]` must not fill the memory.
      for (let n = 0; n < Math.min(count, 1 << 16); n++) set.push(c);
      i += [...repeated[0]].length;
      continue;
    }
    const { c, next } = read(i);
    // A `-` at the end is a character.
    if (chars[next] === '-' && next + 1 < chars.length) {
      const high = read(next + 1);
      const from = c.codePointAt(0) ?? 0;
      const to = high.c.codePointAt(0) ?? 0;
      if (to < from)
        throw new UsageError(`range-endpoints of '${c}-${high.c}' are in reverse collating sequence order`, 1, false);
      for (let code = from; code <= to; code++) set.push(String.fromCodePoint(code));
      i = high.next;
      continue;
    }
    set.push(c);
    i = next;
  }
  return set;
}
