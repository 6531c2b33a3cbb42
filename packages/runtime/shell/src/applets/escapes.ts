import { decodeName } from '@slipway/vfs';

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  e: '\x1b',
};

/**
 * Backslash escapes of echo and printf (XCU printf). `echo` and `%b` write octal as
 * `\0ooo` and stop at `\c`; a format writes it as `\ooo`. What is no escape stays.
 */
export function unescapeText(text: string, where: 'echo' | 'format'): { text: string; stopped: boolean } {
  if (!text.includes('\\')) return { text, stopped: false };
  const bytes: string[] = [];
  let i = 0;
  while (i < text.length) {
    const c = text[i] ?? '';
    if (c !== '\\') {
      bytes.push(c);
      i++;
      continue;
    }
    const next = text[i + 1];
    if (next === 'c' && where === 'echo') return { text: join(bytes), stopped: true };
    const octal = (where === 'echo' ? /^\\0([0-7]{0,3})/ : /^\\([0-7]{1,3})/).exec(text.slice(i, i + 5));
    const hex = /^\\x([0-9a-fA-F]{1,2})/.exec(text.slice(i, i + 4));
    const simple = next === undefined ? undefined : next === '"' && where === 'format' ? '"' : SIMPLE[next];
    if (octal !== null) {
      bytes.push(byteMark(parseInt(octal[1] === '' ? '0' : (octal[1] ?? '0'), 8) & 255));
      i += octal[0].length;
    } else if (hex !== null) {
      bytes.push(byteMark(parseInt(hex[1] ?? '0', 16)));
      i += hex[0].length;
    } else if (simple !== undefined) {
      bytes.push(simple);
      i += 2;
    } else {
      bytes.push('\\');
      i++;
    }
  }
  return { text: join(bytes), stopped: false };
}

/**
 * Bytes above 127 that follow each other may be one UTF-8 character: kept
 * apart until the end, as characters of the private use area that no text has.
 */
const MARK = 0xf700;
const byteMark = (byte: number): string => (byte < 128 ? String.fromCharCode(byte) : String.fromCharCode(MARK + byte));

function join(parts: readonly string[]): string {
  return (
    parts
      .join('')
      // What is no UTF-8 stays the byte it is, as in a file's name.
      .replace(/[\uf780-\uf7ff]+/g, (run) => decodeName(Uint8Array.from(run, (c) => c.charCodeAt(0) - MARK)))
  );
}
