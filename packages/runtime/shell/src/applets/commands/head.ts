import { errorText } from '../io/errno.ts';
import { readChunk } from '../io/input.ts';
import type { Applet, AppletContext } from './applet.ts';
import { closeOperand, openOperand } from './input-files.ts';
import { parseOptions } from './options.ts';
import { parseCount } from './count.ts';

const NEWLINE = 0x0a;

export const head: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'n:c:qv', long: { 'lines=': 'n', 'bytes=': 'c', quiet: 'q', silent: 'q', verbose: 'v' }, digits: 'n' });
  const unit = options.last('nc') === 'c' ? 'bytes' : 'lines';
  const text = options.value(unit === 'bytes' ? 'c' : 'n') ?? '10';
  const count = parseCount(text);
  if (count === undefined) return context.fail(`invalid number of ${unit}: ‘${text}’`);
  const operands = options.operands.length === 0 ? ['-'] : options.operands;
  const titled = options.has('v') || (operands.length > 1 && !options.has('q'));
  let status = 0;
  let printed = false;
  for (const operand of operands) {
    const fd = openOperand(context, operand);
    if (fd < 0) {
      status = context.fail(fd === -21 ? `error reading '${operand}': ${errorText(fd)}` : `cannot open '${operand}' for reading: ${errorText(fd)}`);
      continue;
    }
    if (titled) context.out.write(`${printed ? '\n' : ''}==> ${operand === '-' ? 'standard input' : operand} <==\n`);
    printed = true;
    if (count < 0 || Object.is(count, -0)) copyAllBut(context, fd, -count, unit);
    else copyFirst(context, fd, count, unit);
    closeOperand(context, fd);
  }
  return status;
};

function copyFirst(context: AppletContext, fd: number, count: number, unit: 'bytes' | 'lines'): void {
  const { descriptors } = context.sys;
  let left = count;
  while (left > 0) {
    const chunk = readChunk(descriptors, fd);
    if (typeof chunk === 'number' || chunk.length === 0) return;
    let end = 0;
    if (unit === 'bytes') {
      end = Math.min(left, chunk.length);
      left -= end;
    } else {
      while (left > 0 && end < chunk.length) {
        const at = chunk.indexOf(NEWLINE, end);
        if (at === -1) {
          end = chunk.length;
          break;
        }
        end = at + 1;
        left--;
      }
    }
    context.out.write(chunk.subarray(0, end));
    // A file's next reader finds what was read too much.
    const descriptor = descriptors.get(fd);
    if (end < chunk.length && descriptor?.kind === 'file') descriptor.offset.position -= chunk.length - end;
  }
}

/** `-n -5`: all but the last five. */
function copyAllBut(context: AppletContext, fd: number, count: number, unit: 'bytes' | 'lines'): void {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = readChunk(context.sys.descriptors, fd);
    if (typeof chunk === 'number' || chunk.length === 0) break;
    chunks.push(chunk);
  }
  const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  let end = unit === 'bytes' ? Math.max(0, size - count) : size;
  if (unit === 'lines') {
    for (let left = count; left > 0 && end > 0; left--) end = all.lastIndexOf(NEWLINE, end - 2) + 1;
  }
  context.out.write(all.subarray(0, end));
}
