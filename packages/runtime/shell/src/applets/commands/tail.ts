import { Errno, joinBytes, strerror } from '@slipway/posix';
import { readChunk } from '../../io/input.ts';
import type { Applet, AppletContext } from '../applet.ts';
import { parseCount } from '../count.ts';
import { closeOperand, openOperand, readOperand } from '../input-files.ts';
import { parseOptions } from '../options.ts';
import { pause } from '../pause.ts';

const OPTIONS = {
  lines: '-n= --lines=',
  bytes: '-c= --bytes=',
  follow: '-f --follow[=]',
  followName: '-F',
  quiet: '-q --quiet --silent',
  verbose: '-v --verbose',
  sleepInterval: '-s= --sleep-interval=',
} as const;

const NEWLINE = 0x0a;
// How often `-f` looks: the file system tells no one of changes.
const POLL_MS = 100;

/**
 * XCU tail, with `-F`, which is `-f` here: a file is opened
 * anew by its name each time. `+5` counts from the beginning.
 */
export const tail: Applet = (context, args) => {
  // `tail +5` of old.
  const modern = args.map((arg, index) => (index === 0 && /^\+\d+$/.test(arg) ? `-n${arg}` : arg));
  const options = parseOptions(modern, { options: OPTIONS, ignored: '--retry', digits: 'lines' });
  const unit = options.last('lines', 'bytes') ?? 'lines';
  const text = options.value(unit) ?? '10';
  const count = parseCount(text);
  if (count === undefined) return context.fail(`invalid number of ${unit}: ‘${text}’`);
  const operands = options.operands.length === 0 ? ['-'] : options.operands;
  const titled = options.has('verbose') || (operands.length > 1 && !options.has('quiet'));
  const title = (operand: string, first: boolean): string =>
    `${first ? '' : '\n'}==> ${operand === '-' ? 'standard input' : operand} <==\n`;
  const followed: Followed[] = [];
  let status = 0;
  let printed = false;
  for (const operand of operands) {
    const bytes = readOperand(context, operand);
    if (typeof bytes === 'number') {
      status = context.fail(
        bytes === Errno.EISDIR
          ? `error reading '${operand}': ${strerror(bytes)}`
          : `cannot open '${operand}' for reading: ${strerror(bytes)}`,
      );
      continue;
    }
    if (titled) context.out.write(title(operand, !printed));
    printed = true;
    // The sign tells `-n 5` from `-n +5`; the number alone does not.
    context.out.write(lastPart(bytes, count, unit, text.startsWith('+')));
    followed.push({ operand, position: bytes.length });
  }
  if (options.has('follow', 'followName') && followed.length > 0)
    // Seconds on the command line, with fractions.
    follow(context, followed, titled, title, Number(options.value('sleepInterval') ?? POLL_MS / 1000) * 1000);
  return status;
};

/** Without a copy. `fromStart` is `+N`, which counts lines or bytes from 1. */
function lastPart(bytes: Uint8Array, count: number, unit: 'bytes' | 'lines', fromStart: boolean): Uint8Array {
  const wanted = Math.abs(count);
  if (fromStart) {
    // `-c +1` is all.
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
  // A newline at the very end closes the last line and begins none.
  let at = bytes.at(-1) === NEWLINE ? bytes.length - 1 : bytes.length;
  for (let left = wanted; left > 0 && at > 0; left--) {
    // -2 would be behind: the search begins in front of the newline that was found.
    at = bytes.lastIndexOf(NEWLINE, at - 1);
    if (at === -1) return bytes;
  }
  return bytes.subarray(at === 0 && bytes[0] !== NEWLINE ? 0 : at + 1);
}

/** A file being followed, and how far it has been read, in bytes. */
interface Followed {
  readonly operand: string;
  position: number;
}

/** Until a signal ends the process. */
function follow(
  context: AppletContext,
  files: Followed[],
  titled: boolean,
  title: (operand: string, first: boolean) => string,
  everyMs: number,
): void {
  // Whose lines were printed last: titles come only when that changes.
  let current = files.at(-1);
  context.out.flush();
  for (;;) {
    // A file that is gone is silent until it is there again.
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

/**
 * What was added since the last look; `position` is moved on. Opened anew each time, so that a file that was
 * replaced is followed by its name.
 */
function readNews(context: AppletContext, file: Followed): Uint8Array {
  const { sys } = context;
  const fd = openOperand(context, file.operand);
  if (fd < 0) return new Uint8Array(0);
  const descriptor = sys.descriptors.get(fd);
  const chunks: Uint8Array[] = [];
  if (descriptor?.kind === 'file') {
    const stat = sys.fs.stat(descriptor.ino);
    if (typeof stat !== 'number' && stat.size < file.position) {
      // As with coreutils: shorter than it was, it has been written anew.
      context.fail(`${file.operand}: file truncated`);
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
  return chunks.length === 0 ? new Uint8Array(0) : joinBytes(chunks);
}
