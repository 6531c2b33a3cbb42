import { Errno, joinBytes, strerror } from '@slipway/posix';
import { readChunk } from '../../io/input.ts';
import type { Applet, AppletContext } from '../applet.ts';
import { closeOperand, openOperand } from '../input-files.ts';
import { parseOptions } from '../options.ts';
import { parseCount } from '../count.ts';

const OPTIONS = {
  lines: '-n= --lines=',
  bytes: '-c= --bytes=',
  quiet: '-q --quiet --silent',
  verbose: '-v --verbose',
} as const;

const NEWLINE = 0x0a;

/** XCU head, with counts of coreutils (`-n -5`, `-c 1k`). Stops reading as soon as it has enough. */
export const head: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, digits: 'lines' });
  const unit = options.last('lines', 'bytes') ?? 'lines';
  const text = options.value(unit) ?? '10';
  const count = parseCount(text);
  if (count === undefined) return context.fail(`invalid number of ${unit}: ‘${text}’`);
  const operands = options.operands.length === 0 ? ['-'] : options.operands;
  const titled = options.has('verbose') || (operands.length > 1 && !options.has('quiet'));
  let status = 0;
  let printed = false;
  for (const operand of operands) {
    const fd = openOperand(context, operand);
    if (fd < 0) {
      status = context.fail(
        fd === Errno.EISDIR
          ? `error reading '${operand}': ${strerror(fd)}`
          : `cannot open '${operand}' for reading: ${strerror(fd)}`,
      );
      continue;
    }
    if (titled) context.out.write(`${printed ? '\n' : ''}==> ${operand === '-' ? 'standard input' : operand} <==\n`);
    printed = true;
    // `-n -0` is "all but none": -0 has to be told from 0.
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
    // An error in the middle ends the file as its end does; it is not told.
    if (typeof chunk === 'number' || chunk.length === 0) return;
    let end = 0;
    if (unit === 'bytes') {
      end = Math.min(left, chunk.length);
      left -= end;
    } else {
      while (left > 0 && end < chunk.length) {
        const at = chunk.indexOf(NEWLINE, end);
        // The line goes on in the next chunk.
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
  const all = joinBytes(chunks);
  const size = all.length;
  let end = unit === 'bytes' ? Math.max(0, size - count) : size;
  if (unit === 'lines') {
    // Backwards over as many newlines as are left out; the last one ends a line.
    for (let left = count; left > 0 && end > 0; left--) end = all.lastIndexOf(NEWLINE, end - 2) + 1;
  }
  context.out.write(all.subarray(0, end));
}
