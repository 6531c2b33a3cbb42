import { readChunk } from '../io/input.ts';
import { concat } from '../io/input.ts';
import { decode } from '../io/text.ts';
import type { Applet } from './applet.ts';
import { parseOptions, UsageError } from './options.ts';

const CLASSES: Readonly<Record<string, (code: number) => boolean>> = {
  alpha: (c) => /[A-Za-z]/.test(String.fromCharCode(c)), digit: (c) => c >= 48 && c <= 57, alnum: (c) => /[A-Za-z0-9]/.test(String.fromCharCode(c)),
  upper: (c) => c >= 65 && c <= 90, lower: (c) => c >= 97 && c <= 122, space: (c) => (c >= 9 && c <= 13) || c === 32, blank: (c) => c === 9 || c === 32,
  punct: (c) => c > 32 && c < 127 && !/[A-Za-z0-9]/.test(String.fromCharCode(c)), cntrl: (c) => c < 32 || c === 127, print: (c) => c >= 32 && c < 127, graph: (c) => c > 32 && c < 127,
  xdigit: (c) => /[0-9A-Fa-f]/.test(String.fromCharCode(c)),
};
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v', '\\': '\\' };

export const tr: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'cCdst', long: { complement: 'c', delete: 'd', 'squeeze-repeats': 's', 'truncate-set1': 't' }, stopAtOperand: true });
  const [first, second] = options.operands;
  const remove = options.has('d');
  const squeeze = options.has('s');
  if (first === undefined) return context.fail('missing operand');
  if (second === undefined && !remove && !squeeze) return context.fail(`missing operand after ‘${first}’`);
  const complement = options.has('c') || options.has('C');
  const set1 = parseSet(first, undefined);
  const set2 = second === undefined ? [] : parseSet(second, set1.length);
  const members = new Set(set1);
  const inFirst = (c: string): boolean => members.has(c) !== complement;
  const translation = new Map<string, string>();
  const lastOfSecond = set2.at(-1) ?? '';
  if (!complement) set1.forEach((c, index) => void (translation.has(c) || translation.set(c, set2[index] ?? (options.has('t') ? c : lastOfSecond))));
  const squeezed = new Set(second === undefined || (remove && squeeze) ? [] : set2);
  const isSqueezed = (c: string): boolean => squeeze && (second === undefined ? inFirst(c) : remove ? set2.includes(c) : squeezed.has(c));

  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = readChunk(context.sys.descriptors, 0);
    if (typeof chunk === 'number' || chunk.length === 0) break;
    chunks.push(chunk);
  }
  const decoded = decode(chunks.length === 0 ? new Uint8Array(0) : concat(chunks));
  let result = '';
  let last: string | undefined;
  for (const c of decoded.text) {
    let out = c;
    if (remove && inFirst(c)) continue;
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
      if (test === undefined) throw new UsageError(`invalid character class ‘${named[1]}’`);
      for (let code = 0; code < 128; code++) if (test(code)) set.push(String.fromCharCode(code));
      i += [...named[0]].length;
      continue;
    }
    const repeated = /^\[(\\?.)\*(\d*)\]/u.exec(rest);
    if (repeated !== null && length !== undefined) {
      const { c } = read(i + 1);
      const count = repeated[2] === '' ? Math.max(0, length - set.length) : Number(repeated[2]);
      for (let n = 0; n < Math.min(count, 1 << 16); n++) set.push(c);
      i += [...repeated[0]].length;
      continue;
    }
    const { c, next } = read(i);
    if (chars[next] === '-' && next + 1 < chars.length) {
      const high = read(next + 1);
      const from = c.codePointAt(0) ?? 0;
      const to = high.c.codePointAt(0) ?? 0;
      if (to < from) throw new UsageError(`range-endpoints of '${c}-${high.c}' are in reverse collating sequence order`);
      for (let code = from; code <= to; code++) set.push(String.fromCodePoint(code));
      i = high.next;
      continue;
    }
    set.push(c);
    i = next;
  }
  return set;
}
