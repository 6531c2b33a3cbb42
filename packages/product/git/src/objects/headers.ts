import { type GitErrorCode, GitError } from './git-error.ts';
import { decodeText, encodeText } from './text.ts';

/** A header line; a value of several lines (a signature) has them joined by `\n`. */
export type Header = readonly [name: string, value: string];

/** Headers and message of a commit or tag, byte for byte: {@link encodeHeaders} gives the same bytes. */
export function decodeHeaders(bytes: Uint8Array, code: GitErrorCode): { headers: Header[]; message: string } {
  const end = endOfHeaders(bytes);
  if (bytes.subarray(0, end).includes(0)) throw new GitError(code, 'Cannot read object: NUL in its headers');
  const headers: [string, string][] = [];
  const text = decodeText(bytes.subarray(0, end));
  for (const line of text === '' ? [] : text.slice(0, -1).split('\n')) {
    const last = headers.at(-1);
    const space = line.indexOf(' ');
    if (space === 0 && last) last[1] += `\n${line.slice(1)}`;
    else if (space > 0) headers.push([line.slice(0, space), line.slice(space + 1)]);
    else throw new GitError(code, `Cannot read object: header ${JSON.stringify(line.slice(0, 80))} has no value`);
  }
  // The empty line belongs to neither.
  return { headers, message: decodeText(bytes.subarray(end + 1)) };
}

/** A header's further lines begin with a blank (gpgsig has such); an empty line ends the headers. */
export function encodeHeaders(headers: readonly Header[], message: string): Uint8Array {
  const lines = headers.map(([name, value]) => `${name} ${value.replaceAll('\n', '\n ')}\n`);
  return encodeText(`${lines.join('')}\n${message}`);
}

/** Where the empty line stands that ends the headers; they end in a newline themselves. */
function endOfHeaders(bytes: Uint8Array): number {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('\n\n');
  if (at === -1) {
    // Git itself reads a commit without message and without the empty line.
    if (bytes.at(-1) === 0x0a) return bytes.length;
    throw new GitError('bad-object', 'Cannot read object: its headers do not end');
  }
  return at + 1;
}
