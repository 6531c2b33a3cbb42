import { quoteName } from './quote.ts';
import { Errno, OpenFlags, strerror } from '@slipway/posix';
import { isDirectory, statPath } from '../io/files.ts';
import { readAll } from '../io/input.ts';
import { decode, type DecodedText } from '../io/text.ts';
import type { AppletContext } from './applet.ts';

/**
 * A descriptor for an operand, `-` being standard input; or
 * a negative errno. The caller closes it by `closeOperand`.
 */
export function openOperand({ sys }: AppletContext, operand: string): number {
  if (operand === '-') return 0;
  const path = sys.absolute(operand);
  // Opening a directory succeeds and reading it fails; the message is wanted before.
  const stat = statPath(sys.fs, path);
  if (typeof stat !== 'number' && isDirectory(stat)) return Errno.EISDIR;
  return sys.descriptors.open(path, OpenFlags.rdonly, 0);
}

/** Standard input stays open: it is not the applet's. */
export function closeOperand({ sys }: AppletContext, fd: number): void {
  if (fd > 0) sys.descriptors.close(fd);
}

/** Everything an operand holds, or a negative errno. */
export function readOperand(context: AppletContext, operand: string): Uint8Array | number {
  const { sys } = context;
  // Devices have no content that a file system could give.
  if (operand !== '-' && !operand.startsWith('/dev/') && !operand.startsWith('/proc/'))
    return sys.fs.readFile(sys.absolute(operand));
  const fd = openOperand(context, operand);
  if (fd < 0) return fd;
  const bytes = readAll(sys.descriptors, fd);
  closeOperand(context, fd);
  return bytes;
}

/** Decoded already, so that an applet sees text whatever bytes the file has. */
export interface TextInput {
  readonly name: string;
  readonly decoded: DecodedText;
}

/**
 * The texts of all operands (standard input when there are none); what
 * cannot be read is reported and left out, so that the others are worked on.
 */
export function readTexts(
  context: AppletContext,
  operands: readonly string[],
  complain: (name: string, errno: number) => void = (name, errno) => {
    context.fail(`${quoteName(name)}: ${strerror(errno)}`);
  },
): TextInput[] {
  const inputs: TextInput[] = [];
  for (const name of operands.length === 0 ? ['-'] : operands) {
    const bytes = readOperand(context, name);
    if (typeof bytes === 'number') complain(name, bytes);
    else inputs.push({ name, decoded: decode(bytes) });
  }
  return inputs;
}

/** Reports what cannot be read and remembers it for the exit status. */
export function complaints(context: AppletContext): {
  complain: (name: string, errno: number) => void;
  status: () => number;
} {
  let status = 0;
  return {
    complain: (name, errno) => (status = context.fail(`${quoteName(name)}: ${strerror(errno)}`)),
    status: () => status,
  };
}

/**
 * Lines without their newlines; a text that ends with one has no
 * empty line after it. Whether the last line had one is lost.
 */
export function splitLines(text: string, separator = '\n'): string[] {
  if (text === '') return [];
  const lines = text.split(separator);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
