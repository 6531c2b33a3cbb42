/**
 * A tar archive as a stream of pieces: the format of POSIX pax, which every tar reads. Names that do not fit the old
 * header stand in an extended one before it.
 */
const BLOCK = 512;

/** A file of an archive, whose size is known before its bytes come. */
export interface TarEntry {
  path: string;
  size: number;
  mode?: number;
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * Yields the archive. A file that turns out shorter or longer than it said is an error: the archive would be broken.
 */
export async function* writeTar(entries: AsyncIterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    const path = new TextEncoder().encode(entry.path);
    if (path.length > 100) {
      const record = paxRecord('path', entry.path);
      yield header('pax', record.length, 'x', 0o644);
      yield padded(record);
    }
    yield header(path.length > 100 ? 'long' : entry.path, entry.size, '0', entry.mode ?? 0o644);
    let size = 0;
    for await (const piece of entry.bytes) {
      size += piece.length;
      yield piece;
    }
    if (size !== entry.size) throw new Error(`Cannot write "${entry.path}": it has ${size} bytes, not ${entry.size}`);
    yield new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
  }
  yield new Uint8Array(2 * BLOCK);
}

/** Its length, which counts itself, then name and value. */
function paxRecord(name: string, value: string): Uint8Array {
  const rest = ` ${name}=${value}\n`;
  const bytes = new TextEncoder().encode(rest).length;
  let length = bytes + 1;
  while (String(length).length + bytes !== length) length = String(length).length + bytes;
  return new TextEncoder().encode(`${length}${rest}`);
}

function header(path: string, size: number, type: string, mode: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (text: string, at: number) => new TextEncoder().encodeInto(text, block.subarray(at));
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0');
  put(path, 0);
  put(octal(mode & 0o777, 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  // Eleven octal digits reach 8 GiB, above any file here.
  put(octal(size, 11), 124);
  put(octal(0, 11), 136);
  put(' '.repeat(8), 148);
  put(type, 156);
  put('ustar\u000000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK);
  whole.set(bytes);
  return whole;
}
