import { errorText } from '../io/errno.ts';
import { decode } from '../io/text.ts';
import type { Applet } from './applet.ts';
import { digest, type DigestName } from './digest.ts';
import { readOperand, splitLines } from './input-files.ts';
import { parseOptions } from './options.ts';

const checksum = (algorithm: DigestName): Applet => (context, args) => {
  const options = parseOptions(args, { short: 'bctw', long: { binary: 'b', check: 'c', text: 't', warn: 'w', quiet: 'q', status: 's', tag: 'g' } });
  let status = 0;
  const operands = options.operands.length === 0 ? ['-'] : options.operands;
  for (const operand of operands) {
    const bytes = readOperand(context, operand);
    if (typeof bytes === 'number') {
      status = context.fail(`${operand}: ${errorText(bytes)}`);
      continue;
    }
    if (!options.has('c')) {
      context.out.line(`${digest(algorithm, bytes)}  ${operand}`);
      continue;
    }
    let failures = 0;
    for (const line of splitLines(decode(bytes).text)) {
      const match = /^([0-9a-fA-F]{32,64}) [ *](.+)$/.exec(line);
      if (match?.[2] === undefined) continue;
      const content = readOperand(context, match[2]);
      const good = typeof content !== 'number' && digest(algorithm, content) === match[1]?.toLowerCase();
      if (!good) failures++;
      if (!options.has('s') && !(good && options.has('q'))) context.out.line(`${match[2]}: ${good ? 'OK' : typeof content === 'number' ? 'FAILED open or read' : 'FAILED'}`);
    }
    if (failures > 0) status = options.has('s') ? 1 : context.fail(`WARNING: ${failures} computed checksum${failures === 1 ? '' : 's'} did NOT match`);
  }
  return status;
};

export const md5sum = checksum('md5');
export const sha1sum = checksum('sha1');
export const sha256sum = checksum('sha256');

export const base64: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'diw:', long: { decode: 'd', 'ignore-garbage': 'i', 'wrap=': 'w' } });
  const operand = options.operands[0] ?? '-';
  const bytes = readOperand(context, operand);
  if (typeof bytes === 'number') return context.fail(`${operand}: ${errorText(bytes)}`);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  if (options.has('d')) {
    const text = decode(bytes).text.replace(/\s/g, '').replace(/=+$/, '');
    const result: number[] = [];
    let buffer = 0;
    let bits = 0;
    for (const c of text) {
      const value = alphabet.indexOf(c);
      if (value === -1) {
        if (options.has('i')) continue;
        context.out.write(Uint8Array.from(result));
        return context.fail('invalid input');
      }
      buffer = ((buffer << 6) | value) & 0xffffff;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        result.push((buffer >> bits) & 0xff);
      }
    }
    context.out.write(Uint8Array.from(result));
    return 0;
  }
  let encoded = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const count = Math.min(3, bytes.length - i);
    for (let n = 0; n < 4; n++) encoded += n <= count ? alphabet[(group >> (18 - n * 6)) & 63] : '=';
  }
  const width = Number(options.value('w') ?? 76);
  const lines = width === 0 ? encoded : encoded.replace(new RegExp(`.{1,${width}}`, 'g'), '$&\n');
  context.out.write(lines);
  return 0;
};
