import { quoteName } from '../quote.ts';
import { strerror } from '@slipway/posix';
import { readChunk } from '../../io/input.ts';
import type { Applet, AppletContext } from '../applet.ts';
import { closeOperand, openOperand, readTexts } from '../input-files.ts';
import { type Options, parseOptions } from '../options.ts';

const OPTIONS = {
  showAll: '-A --show-all',
  numberNonblank: '-b --number-nonblank',
  endsAndControls: '-e',
  showEnds: '-E --show-ends',
  number: '-n --number',
  squeezeBlank: '-s --squeeze-blank',
  tabsAndControls: '-t',
  showTabs: '-T --show-tabs',
  showNonprinting: '-v --show-nonprinting',
} as const;

/** The options that need the text, not only the bytes. */
const CHANGING = Object.keys(OPTIONS) as (keyof typeof OPTIONS)[];

/**
 * XCU cat. Without options bytes go through as they come,
 * so that a pipe's reader need not wait for its end.
 */
export const cat: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-u' });
  if (options.has(...CHANGING)) return catText(context, options);
  let status = 0;
  for (const operand of options.operands.length === 0 ? ['-'] : options.operands) {
    const fd = openOperand(context, operand);
    if (fd < 0) {
      status = context.fail(`${quoteName(operand)}: ${strerror(fd)}`);
      continue;
    }
    for (;;) {
      const chunk = readChunk(context.sys.descriptors, fd);
      if (typeof chunk === 'number') {
        status = context.fail(`${quoteName(operand)}: ${strerror(chunk)}`);
        break;
      }
      if (chunk.length === 0) break;
      context.out.write(chunk);
    }
    closeOperand(context, fd);
  }
  return status;
};

/**
 * With options: as text, which means that each file is read
 * whole. `decoded.encode` brings back bytes that were no UTF-8.
 */
function catText(context: AppletContext, options: Options<keyof typeof OPTIONS>): number {
  let status = 0;
  let number = 0;
  let blank = false;
  const ends = options.has('showEnds', 'endsAndControls', 'showAll');
  const tabs = options.has('showTabs', 'tabsAndControls', 'showAll');
  const controls = options.has('showNonprinting', 'endsAndControls', 'tabsAndControls', 'showAll');
  const inputs = readTexts(
    context,
    options.operands,
    (name, errno) => (status = context.fail(`${quoteName(name)}: ${strerror(errno)}`)),
  );
  for (const { decoded } of inputs) {
    // Each line with its newline, so that a last one without is told apart.
    const pieces = decoded.text.split(/(?<=\n)/);
    for (const piece of pieces) {
      const hasNewline = piece.endsWith('\n');
      let line = hasNewline ? piece.slice(0, -1) : piece;
      if (options.has('squeezeBlank') && line === '' && hasNewline && blank) continue;
      blank = line === '' && hasNewline;
      if (controls)
        // `^A` for 1 and so on; tab and newline only by their own options.
        line = line.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, (c) =>
          c === '\x7f' ? '^?' : `^${String.fromCharCode(c.charCodeAt(0) + 64)}`,
        );
      if (tabs) line = line.replaceAll('\t', '^I');
      const prefix = options.has('numberNonblank')
        ? line === ''
          ? ''
          : `${String(++number).padStart(6)}\t`
        : options.has('number')
          ? `${String(++number).padStart(6)}\t`
          : '';
      context.out.write(decoded.encode(`${prefix}${line}${hasNewline ? (ends ? '$\n' : '\n') : ''}`));
    }
  }
  return status;
}
