/**
 * Zip archives as APPNOTE.TXT 6.3 describes them: the directory at the end says what
 * is there, stored or deflated. What is encrypted, split or larger than 4 GiB (zip64)
 * is refused.
 */

/** One file of an archive; read when it is asked for. */
export interface ZipFile {
  readonly path: string;
  /** Of the file itself, as the archive says. */
  readonly size: number;
  readonly mode: number;
  /** Throws where the archive said something else of its size. */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

const END_BYTES = 22;
/**
 * The end record closes with a comment of up to this length, so it is searched for from the archive's end
 * backwards.
 */
const MOST_COMMENT_BYTES = 0xffff;
/** Without name, extra field and comment, whose lengths it holds. */
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
/**
 * "PK" and two numbers, little-endian: the end of the directory (4.3.16), an entry of it (4.3.12), a file's
 * own head (4.3.7).
 */
const [END_SIGNATURE, ENTRY_SIGNATURE, LOCAL_SIGNATURE] = [0x06054b50, 0x02014b50, 0x04034b50];
/** Compression method, 4.4.5; 0 is stored. */
const DEFLATED = 8;
/** Bit 0 of the general-purpose flags, 4.4.4. */
const ENCRYPTED = 1;
/** "Version made by", high byte (4.4.2): then the high half of the external attributes is a `st_mode`. */
const UNIX = 3;
/** `S_IFMT` and `S_IFREG` of stat(2). */
const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;

/** The files of an archive. Folders and links are left out; throws where it is no archive. */
export async function readZip(archive: Blob, mostEntries: number): Promise<readonly ZipFile[]> {
  const tailFrom = Math.max(0, archive.size - END_BYTES - MOST_COMMENT_BYTES);
  const tail = await viewOf(archive, tailFrom, archive.size);
  let end = tail.byteLength - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== END_SIGNATURE) end--;
  if (end < 0) throw new Error('This is no zip archive');
  const count = tail.getUint16(end + 10, true);
  const size = tail.getUint32(end + 12, true);
  const from = tail.getUint32(end + 16, true);
  if (count === 0xffff || from === 0xffffffff) throw new Error('Archives of this size (zip64) are not read');
  if (count > mostEntries) throw new Error(`The archive has more than ${mostEntries} entries`);
  if (from + size > archive.size) throw new Error('The archive is not whole');
  const directory = await viewOf(archive, from, from + size);
  const files: ZipFile[] = [];
  let at = 0;
  for (let entry = 0; entry < count; entry++) {
    if (at + ENTRY_BYTES > size || directory.getUint32(at, true) !== ENTRY_SIGNATURE)
      throw new Error('The archive is not whole');
    const file = entryAt(archive, directory, at);
    if (file !== undefined) files.push(file);
    const lengths = [28, 30, 32].map((offset) => directory.getUint16(at + offset, true));
    at += ENTRY_BYTES + lengths.reduce((sum, length) => sum + length, 0);
  }
  return files;
}

/**
 * Undefined for what is left out. Sizes come from the directory: a file's own head may have zeroes there,
 * with the true ones behind the data (4.3.9).
 */
function entryAt(archive: Blob, directory: DataView<ArrayBuffer>, at: number): ZipFile | undefined {
  const nameLength = directory.getUint16(at + 28, true);
  if (at + ENTRY_BYTES + nameLength > directory.byteLength) throw new Error('The archive is not whole');
  const path = new TextDecoder().decode(new Uint8Array(directory.buffer, at + ENTRY_BYTES, nameLength));
  const unix = directory.getUint16(at + 4, true) >> 8 === UNIX ? directory.getUint16(at + 40, true) : 0;
  const type = unix & FILE_TYPE;
  if (path.endsWith('/') || (type !== 0 && type !== REGULAR)) return undefined;
  if ((directory.getUint16(at + 8, true) & ENCRYPTED) !== 0) throw new Error(`"${path}" is encrypted`);
  const method = directory.getUint16(at + 10, true);
  if (method !== 0 && method !== DEFLATED) throw new Error(`"${path}" is packed in a way that is not read here`);
  const [packed, size] = [directory.getUint32(at + 20, true), directory.getUint32(at + 24, true)];
  const local = directory.getUint32(at + 42, true);
  return {
    path,
    size,
    mode: (unix & 0o111) === 0 ? 0o644 : 0o755,
    async read() {
      const head = await viewOf(archive, local, local + LOCAL_BYTES);
      if (head.byteLength < LOCAL_BYTES || head.getUint32(0, true) !== LOCAL_SIGNATURE)
        throw new Error('The archive is not whole');
      const from = local + LOCAL_BYTES + head.getUint16(26, true) + head.getUint16(28, true);
      const bytes = archive.slice(from, from + packed);
      return readExactly(
        method === 0 ? bytes.stream() : bytes.stream().pipeThrough(new DecompressionStream('deflate-raw')),
        size,
        path,
      );
    },
  };
}

/** No byte more than was told: an archive of a few bytes can hold gigabytes. */
async function readExactly(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  size: number,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const wrong = new Error(`"${path}" is not as large as the archive says`);
  const bytes = new Uint8Array(size);
  const reader = stream.getReader();
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (at + value.length > size) {
      await reader.cancel();
      throw wrong;
    }
    bytes.set(value, at);
    at += value.length;
  }
  if (at !== size) throw wrong;
  return bytes;
}

async function viewOf(blob: Blob, from: number, to: number): Promise<DataView<ArrayBuffer>> {
  return new DataView(await blob.slice(from, to).arrayBuffer());
}
