import { errorText } from '../io/errno.ts';
import { readChunk } from '../io/input.ts';
import type { Applet, AppletContext } from './applet.ts';
import { closeOperand, openOperand, readTexts } from './input-files.ts';
import { parseOptions } from './options.ts';

export const cat: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'AbeEnstTuv', long: { number: 'n', 'number-nonblank': 'b', 'squeeze-blank': 's', 'show-ends': 'E', 'show-tabs': 'T', 'show-all': 'A', 'show-nonprinting': 'v' } });
  if ([...'AbeEnstTv'].some((letter) => options.has(letter))) return catText(context, options.operands, options.has.bind(options));
  let status = 0;
  for (const operand of options.operands.length === 0 ? ['-'] : options.operands) {
    const fd = openOperand(context, operand);
    if (fd < 0) {
      status = context.fail(`${operand}: ${errorText(fd)}`);
      continue;
    }
    for (;;) {
      const chunk = readChunk(context.sys.descriptors, fd);
      if (typeof chunk === 'number') {
        status = context.fail(`${operand}: ${errorText(chunk)}`);
        break;
      }
      if (chunk.length === 0) break;
      context.out.write(chunk);
    }
    closeOperand(context, fd);
  }
  return status;
};

function catText(context: AppletContext, operands: readonly string[], has: (letter: string) => boolean): number {
  let status = 0;
  let number = 0;
  let blank = false;
  const ends = has('E') || has('e') || has('A');
  const tabs = has('T') || has('t') || has('A');
  const controls = has('v') || has('e') || has('t') || has('A');
  const inputs = readTexts(context, operands, (name, errno) => (status = context.fail(`${name}: ${errorText(errno)}`)));
  for (const { decoded } of inputs) {
    const pieces = decoded.text.split(/(?<=\n)/);
    for (const piece of pieces) {
      const hasNewline = piece.endsWith('\n');
      let line = hasNewline ? piece.slice(0, -1) : piece;
      if (has('s') && line === '' && hasNewline && blank) continue;
      blank = line === '' && hasNewline;
      if (controls) line = line.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, (c) => (c === '\x7f' ? '^?' : `^${String.fromCharCode(c.charCodeAt(0) + 64)}`));
      if (tabs) line = line.replaceAll('\t', '^I');
      const prefix = has('b') ? (line === '' ? '' : `${String(++number).padStart(6)}\t`) : has('n') ? `${String(++number).padStart(6)}\t` : '';
      context.out.write(decoded.encode(`${prefix}${line}${hasNewline ? (ends ? '$\n' : '\n') : ''}`));
    }
  }
  return status;
}
