import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { randomBytes } from 'node:crypto';
import { Failure } from '../program/run-program.ts';

/** curl(1): "Failed to open/read local data". */
const READ_ERROR = 26;

/** A piece of what -d and its like send, in their order. */
export type DataKind = 'data' | 'raw' | 'binary' | 'urlencode' | 'json';

/** The pieces as one body: joined by `&`, those of --json without anything. */
export function joinData(pieces: readonly { readonly kind: DataKind; readonly text: string }[]): Buffer {
  const parts: Buffer[] = [];
  for (const [index, { kind, text }] of pieces.entries()) {
    if (index > 0 && kind !== 'json') parts.push(Buffer.from('&'));
    parts.push(pieceOf(kind, text));
  }
  return Buffer.concat(parts);
}

/** Of --data-raw an `@` is text; of the others it names a file. */
function pieceOf(kind: DataKind, text: string): Buffer {
  if (kind === 'raw') return Buffer.from(text);
  if (kind === 'urlencode') return Buffer.from(encoded(text));
  if (!text.startsWith('@')) return Buffer.from(text);
  const bytes = readLocal(text.slice(1));
  // -d leaves line ends out of files.
  return kind === 'data' ? Buffer.from(bytes.toString('latin1').replace(/[\r\n\0]/g, ''), 'latin1') : bytes;
}

/** `content`, `=content`, `name=content`, `@file`, `name@file`. */
function encoded(text: string): string {
  const at = /[=@]/.exec(text);
  const escape = (value: string): string =>
    encodeURIComponent(value).replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  if (at === null) return escape(text);
  const name = text.slice(0, at.index);
  const rest = text.slice(at.index + 1);
  const value = escape(at[0] === '=' ? rest : readLocal(rest).toString());
  return name === '' ? value : `${name}=${value}`;
}

/** A file, or standard input for `-`. Throws a Failure. */
export function readLocal(name: string): Buffer {
  try {
    return readFileSync(name === '-' ? 0 : name);
  } catch (error) {
    throw new Failure(`(${READ_ERROR}) Failed to open ${name}`, READ_ERROR, { cause: error });
  }
}

/** multipart/form-data (RFC 7578) of -F's arguments: `name=text`, `name=@file;type=…;filename=…`, `name=<file`. */
export function multipart(fields: readonly string[]): { readonly type: string; readonly body: Buffer } {
  const boundary = `------------------------${randomBytes(8).toString('hex')}`;
  const parts: Buffer[] = [];
  for (const field of fields) {
    const [, name = '', mark = '', rest = ''] = /^([^=]*)=([@<]?)(.*)$/s.exec(field) ?? [];
    const [value = '', ...settings] = mark === '' ? [rest] : rest.split(';');
    const setting = (key: string): string | undefined =>
      settings.find((each) => each.startsWith(`${key}=`))?.slice(key.length + 1);
    const fileName = mark === '@' ? `; filename="${setting('filename') ?? basename(value)}"` : '';
    const type = setting('type') ?? (mark === '@' ? 'application/octet-stream' : undefined);
    parts.push(
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${fileName}\r\n`),
      Buffer.from(type === undefined ? '\r\n' : `Content-Type: ${type}\r\n\r\n`),
      mark === '' ? Buffer.from(value) : readLocal(value),
      Buffer.from('\r\n'),
    );
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`));
  return { type: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat(parts) };
}
