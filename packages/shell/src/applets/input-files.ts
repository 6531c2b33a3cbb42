import { OpenFlags } from '@slipway/vfs';
import { EISDIR, errorText } from '../io/errno.ts';
import { isDirectory, statPath } from '../io/files.ts';
import { readAll } from '../io/input.ts';
import { decode, type DecodedText } from '../io/text.ts';
import type { AppletContext } from './applet.ts';

/** A descriptor for an operand, `-` being standard input; or a negative errno. */
export function openOperand({ sys }: AppletContext, operand: string): number {
  if (operand === '-') return 0;
  const path = sys.absolute(operand);
  const stat = statPath(sys.fs, path);
  if (typeof stat !== 'number' && isDirectory(stat)) return EISDIR;
  return operand === '' ? -2 : sys.descriptors.open(path, OpenFlags.rdonly, 0);
}

export function closeOperand({ sys }: AppletContext, fd: number): void {
  if (fd > 0) sys.descriptors.close(fd);
}

/** Everything an operand holds, or a negative errno. */
export function readOperand(context: AppletContext, operand: string): Uint8Array | number {
  const { sys } = context;
  if (operand !== '-' && operand !== '' && !operand.startsWith('/dev/') && !operand.startsWith('/proc/')) return sys.fs.readFile(sys.absolute(operand));
  const fd = openOperand(context, operand);
  if (fd < 0) return fd;
  const bytes = readAll(sys.descriptors, fd);
  closeOperand(context, fd);
  return bytes;
}

export interface TextInput {
  readonly name: string;
  readonly decoded: DecodedText;
}

/** The texts of all operands (standard input when there are none); what cannot be read is reported. */
export function readTexts(context: AppletContext, operands: readonly string[], complain: (name: string, errno: number) => void = (name, errno) => void context.fail(`${name}: ${errorText(errno)}`)): TextInput[] {
  const inputs: TextInput[] = [];
  for (const name of operands.length === 0 ? ['-'] : operands) {
    const bytes = readOperand(context, name);
    if (typeof bytes === 'number') complain(name, bytes);
    else inputs.push({ name, decoded: decode(bytes) });
  }
  return inputs;
}

/** Lines without their newlines; a text that ends with one has no empty line after it. */
export function splitLines(text: string, separator = '\n'): string[] {
  if (text === '') return [];
  const lines = text.split(separator);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
