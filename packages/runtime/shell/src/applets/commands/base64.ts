import { quoteName } from '../quote.ts';
import { strerror } from '@slipway/posix';
import { decode } from '../../io/text.ts';
import type { Applet } from '../applet.ts';
import { readOperand } from '../input-files.ts';
import { parseOptions } from '../options.ts';

const OPTIONS = {
  decode: '-d --decode',
  ignoreGarbage: '-i --ignore-garbage',
  wrap: '-w= --wrap=',
} as const;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * base64(1): lines of 76 characters unless `-w` says otherwise, `-w 0`
 * one without an end. By hand, since btoa takes text and not bytes.
 */
export const base64: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS });
  const width = Number(options.value('wrap') ?? 76);
  if (!Number.isInteger(width) || width < 0) return context.fail(`invalid wrap size: ‘${options.value('wrap')}’`);
  const operand = options.operands[0] ?? '-';
  const bytes = readOperand(context, operand);
  if (typeof bytes === 'number') return context.fail(`${quoteName(operand)}: ${strerror(bytes)}`);
  if (options.has('decode')) {
    // Only line ends may stand between the characters, everything that is none of them with -i.
    const text = decode(bytes).text.replace(options.has('ignoreGarbage') ? /[^A-Za-z0-9+/=]/g : /\n/g, '');
    const { decoded, valid } = decodeGroups(text);
    // What was read before the wrong character is written all the same, as coreutils do.
    context.out.write(decoded);
    return valid ? 0 : context.fail('invalid input');
  }
  let encoded = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const count = Math.min(3, bytes.length - i);
    // The last group is filled up with `=`: bytes that were there plus one give characters.
    for (let n = 0; n < 4; n++) encoded += n <= count ? ALPHABET[(group >> (18 - n * 6)) & 63] : '=';
  }
  const lines = width === 0 ? encoded : encoded.replace(new RegExp(`.{1,${width}}`, 'g'), '$&\n');
  context.out.write(lines);
  return 0;
};

/**
 * RFC 4648, 4: groups of four characters, of which the last one or two may be `=`. More groups may follow such a
 * one, as files put together have them. `decoded` goes as far as the text is valid.
 */
function decodeGroups(text: string): { decoded: Uint8Array; valid: boolean } {
  const decoded = new Uint8Array(Math.ceil(text.length / 4) * 3);
  let length = 0;
  let valid = true;
  for (let at = 0; at < text.length && valid; at += 4) {
    const [a, b, c, d] = [0, 1, 2, 3].map((n) => ALPHABET.indexOf(text[at + n] || '?')) as Group;
    valid = a >= 0 && b >= 0;
    if (!valid) break;
    decoded[length++] = (a << 2) | (b >> 4);
    valid = c >= 0 || text.startsWith('==', at + 2);
    if (c < 0) continue;
    decoded[length++] = (b << 4) | (c >> 2);
    valid = d >= 0 || text[at + 3] === '=';
    if (d >= 0) decoded[length++] = (c << 6) | d;
  }
  return { decoded: decoded.subarray(0, length), valid };
}

type Group = [number, number, number, number];
