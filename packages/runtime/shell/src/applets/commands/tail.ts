import { errorText } from '../io/errno.ts';
import { concat, readChunk } from '../io/input.ts';
import type { Applet, AppletContext } from './applet.ts';
import { parseCount } from './count.ts';
import { closeOperand, openOperand, readOperand } from './input-files.ts';
import { parseOptions } from './options.ts';
import { pause } from './sleep.ts';

const NEWLINE = 0x0a;
const POLL_MS = 100;

export const tail: Applet = (context, args) => {
  // `tail +5` of old.
  const modern = args.map((arg, index) => (index === 0 && /^\+\d+$/.test(arg) ? `-n${arg}` : arg));
  const options = parseOptions(modern, {
    short: 'n:c:fFqvs:', long: { 'lines=': 'n', 'bytes=': 'c', follow: 'f', 'follow=': 'f', quiet: 'q', silent: 'q', verbose: 'v', 'sleep-interval=': 's', retry: 'R' }, digits: 'n',
  });
  const unit = options.last('nc') === 'c' ? 'bytes' : 'lines';
  const text = options.value(unit === 'bytes' ? 'c' : 'n') ?? '10';
  const count = parseCount(text);
  if (count === undefined) return context.fail(`invalid number of ${unit}: ‘${text}’`);
  const operands = options.operands.length === 0 ? ['-'] : options.operands;
  const titled = options.has('v') || (operands.length > 1 && !options.has('q'));
  const title = (operand: string, first: boolean): string => `${first ? '' : '\n'}==> ${operand === '-' ? 'standard input' : operand} <==\n`;
  const followed: Followed[] = [];
  let status = 0;
  let printed = false;
  for (const operand of operands) {
    const bytes = readOperand(context, operand);
    if (typeof bytes === 'number') {
      status = context.fail(bytes === -21 ? `error reading '${operand}': ${errorText(bytes)}` : `cannot open '${operand}' for reading: ${errorText(bytes)}`);
      continue;
    }
    if (titled) context.out.write(title(operand, !printed));
    printed = true;
    context.out.write(lastPart(bytes, count, unit, text.startsWith('+')));
    followed.push({ operand, position: bytes.length });
  }
  if ((options.has('f') || options.has('F')) && followed.length > 0) follow(context, followed, titled, title, Number(options.value('s') ?? POLL_MS / 1000) * 1000);
  return status;
};

function lastPart(bytes: Uint8Array, count: number, unit: 'bytes' | 'lines', fromStart: boolean): Uint8Array {
  const wanted = Math.abs(count);
  if (fromStart) {
    if (unit === 'bytes') return bytes.subarray(Math.max(0, wanted - 1));
    let at = 0;
    for (let line = 1; line < wanted && at < bytes.length; line++) {
      const end = bytes.indexOf(NEWLINE, at);
      at = end === -1 ? bytes.length : end + 1;
    }
    return bytes.subarray(at);
  }
  if (unit === 'bytes') return bytes.subarray(Math.max(0, bytes.length - wanted));
  if (wanted === 0) return bytes.subarray(bytes.length);
  let at = bytes.at(-1) === NEWLINE ? bytes.length - 1 : bytes.length;
  for (let left = wanted; left > 0 && at > 0; left--) {
    at = bytes.lastIndexOf(NEWLINE, at - 1);
    if (at === -1) return bytes;
  }
  return bytes.subarray(at === 0 && bytes[0] !== NEWLINE ? 0 : at + 1);
}

interface Followed {
  readonly operand: string;
  position: number;
}

/** Until a signal ends the process. */
function follow(context: AppletContext, files: Followed[], titled: boolean, title: (operand: string, first: boolean) => string, everyMs: number): void {
  let current = files.at(-1);
  context.out.flush();
  for (;;) {
    for (const file of files) {
      const news = readNews(context, file);
      if (news.length === 0) continue;
      if (titled && current !== file) context.out.write(title(file.operand, false));
      current = file;
      context.out.write(news);
      context.out.flush();
    }
    // A pipe that has been read to its end brings nothing more.
    if (files.every((file) => file.operand === '-' && context.sys.descriptors.get(0)?.kind === 'stream')) return;
    pause(everyMs);
  }
}

function readNews(context: AppletContext, file: Followed): Uint8Array {
  const { sys } = context;
  const fd = openOperand(context, file.operand);
  if (fd < 0) return new Uint8Array(0);
  const descriptor = sys.descriptors.get(fd);
  const chunks: Uint8Array[] = [];
  if (descriptor?.kind === 'file') {
    const stat = sys.fs.stat(descriptor.ino);
    if (typeof stat !== 'number' && stat.size < file.position) {
      void context.fail(`${file.operand}: file truncated`);
      file.position = 0;
    }
    descriptor.offset.position = file.position;
    for (;;) {
      const chunk = readChunk(sys.descriptors, fd);
      if (typeof chunk === 'number' || chunk.length === 0) break;
      chunks.push(chunk);
      file.position += chunk.length;
    }
  }
  closeOperand(context, fd);
  return chunks.length === 0 ? new Uint8Array(0) : concat(chunks);
}
