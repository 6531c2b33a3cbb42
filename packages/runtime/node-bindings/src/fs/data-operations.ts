import { Errno, joinBytes, OpenFlags } from '@slipway/posix';
import { codedError } from '@slipway/node-values';
import { Encoding, parseEncoding, plain, STRING_MAX_LENGTH } from '../realm/bytes.ts';
import type { Foreign } from '../realm/realm.ts';
import { openDescriptor } from './descriptor-operations.ts';
import type { FsContext } from './fs-context.ts';
import { Failure, type Operation } from './outcome.ts';
import { maySpecial } from './special-files.ts';
import { positionOf, readInto, Writing } from './transfer.ts';

/** Bytes; what Node's ReadFileUtf8 reads at once is 8 KiB, but here each piece is a trip to the descriptor. */
const READ_CHUNK = 64 * 1024;

/** Bytes in and out. Reference: src/node_file.cc. */
export function createDataOperations(context: FsContext): Foreign {
  const { requests, paths } = context;

  /** WriteBuffer and WriteString report synchronous errors in `errorContext` and answer the errno. */
  const write = (operation: Operation, request: Foreign, errorContext: Foreign): unknown => {
    // lib passes `errorContext` only for the synchronous form, and throws itself by what it finds in there.
    if (request !== undefined || errorContext === undefined) return requests.run(request, operation);
    const outcome = operation(true);
    if (!(outcome instanceof Failure)) return outcome;
    errorContext.errno = outcome.errno;
    errorContext.syscall = outcome.syscall;
    return outcome.errno;
  };

  const writeOperation = (fd: number, pieces: readonly Uint8Array[], position: unknown): Operation => {
    // One object for all attempts: after a full pipe it goes on where it stopped.
    const writing = new Writing(context, fd, pieces, positionOf(position));
    return (block) => writing.run(block);
  };

  return {
    read(fd: number, buffer: ArrayBufferView, offset: number, length: number, position: unknown, request?: Foreign) {
      // Without Buffer's methods, and without checking bounds: lib has done so.
      const into = new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);
      // Straight through, without closures: readSync in a loop is what bundlers do.
      if (request === undefined) {
        const count = readInto(context, fd, into, positionOf(position), true);
        return count instanceof Failure ? requests.fail(count) : count;
      }
      return requests.run(request, (block) => readInto(context, fd, into, positionOf(position), block));
    },

    readBuffers(fd: number, buffers: readonly ArrayBufferView[], position: unknown, request?: Foreign) {
      const pieces = buffers.map(plain);
      return requests.run(request, (block) => readPieces(context, fd, pieces, positionOf(position), block));
    },

    writeBuffer(
      fd: number,
      buffer: ArrayBufferView,
      offset: number,
      length: number,
      position: unknown,
      request?: Foreign,
      errorContext?: Foreign,
    ) {
      return write(
        writeOperation(fd, [plain(buffer).subarray(offset, offset + length)], position),
        request,
        errorContext,
      );
    },

    writeBuffers(fd: number, buffers: readonly ArrayBufferView[], position: unknown, request?: Foreign) {
      return requests.run(request, writeOperation(fd, buffers.map(plain), position));
    },

    writeString(
      fd: number,
      text: string,
      position: unknown,
      encoding: unknown,
      request?: Foreign,
      errorContext?: Foreign,
    ) {
      return write(
        writeOperation(fd, [paths.codec.encode(text, parseEncoding(encoding))], position),
        request,
        errorContext,
      );
    },

    /** ReadFileUtf8: of a path or a descriptor, synchronous only. */
    readFileUtf8(path: unknown, flags: number): unknown {
      // `now` throws the Failure, so what is decoded are bytes.
      if (typeof path === 'number') return decode(context, requests.now(() => readAll(context, path)) as Uint8Array);
      const text = paths.text(path);
      return decode(context, requests.now(() => readFile(context, text, flags)) as Uint8Array);
    },

    /** WriteFileUtf8: of a path or a descriptor, synchronous only; a descriptor is written where it stands. */
    writeFileUtf8(path: unknown, data: string, flags: number, mode: number): void {
      // Encoded before the file is opened: a text that cannot be must not leave an emptied file.
      const bytes = paths.codec.encode(data, Encoding.utf8);
      if (typeof path === 'number') requests.now(writeOperation(path, [bytes], null));
      else {
        const text = paths.text(path);
        requests.now(() => writeFile(context, text, bytes, flags, mode));
      }
    },
  };
}

/** readv(2): fills one piece after another until one stays short. */
function readPieces(
  context: FsContext,
  fd: number,
  pieces: readonly Uint8Array[],
  position: number | null,
  block: boolean,
): unknown {
  let total = 0;
  for (const piece of pieces) {
    if (piece.length === 0) continue;
    // Once there is something, no waiting for more.
    // Where the descriptor stands (`null`) it moves by itself; a given position has to be moved here.
    const count = readInto(context, fd, piece, position === null ? null : position + total, block && total === 0);
    // An error after the first bytes is told by the next call, as readv(2) does.
    if (typeof count !== 'number') return total > 0 ? total : count;
    total += count;
    if (count < piece.length) break;
  }
  return total;
}

function readFile(context: FsContext, path: string, flags: number): unknown {
  const absolute = context.paths.absolute(path);
  // The usual case is one request to the file system instead of open, fstat, reads and close.
  if (flags === OpenFlags.rdonly && !maySpecial(absolute)) {
    const bytes = context.sys.fs.readFile(absolute);
    if (typeof bytes !== 'number') return bytes;
    // open(2) succeeds on a directory; it is the read that fails.
    return bytes === Errno.EISDIR ? new Failure(bytes, 'read') : new Failure(bytes, 'open', path);
  }
  const fd = openDescriptor(context, path, flags, 0o666);
  if (fd < 0) return new Failure(fd, 'open', path);
  const bytes = readAll(context, fd);
  context.sys.descriptors.close(fd);
  return bytes;
}

/** From where the descriptor stands to the end. */
function readAll(context: FsContext, fd: number): unknown {
  const parts: Uint8Array[] = [];
  for (;;) {
    // A new piece each time: the size of a pipe or device is not known beforehand.
    const part = new Uint8Array(READ_CHUNK);
    const count = readInto(context, fd, part, null, true);
    if (typeof count !== 'number') return count;
    if (count === 0) break;
    parts.push(part.subarray(0, count));
  }
  return parts.length === 1 ? parts[0] : joinBytes(parts);
}

function decode(context: FsContext, bytes: Uint8Array): string {
  // Counted in bytes: Node refuses by the same measure before it decodes.
  if (bytes.length > STRING_MAX_LENGTH) {
    throw codedError(
      Error,
      'ERR_STRING_TOO_LONG',
      `Cannot create a string longer than 0x${STRING_MAX_LENGTH.toString(16)} characters`,
    );
  }
  return context.paths.codec.decode(bytes, 0, bytes.length, Encoding.utf8);
}

function writeFile(context: FsContext, path: string, bytes: Uint8Array, flags: number, mode: number): unknown {
  const absolute = context.paths.absolute(path);
  // The usual case is one request, and readers never see a half-written file.
  if (flags === (OpenFlags.wronly | OpenFlags.creat | OpenFlags.trunc) && !maySpecial(absolute)) {
    const errno = context.sys.fs.writeFile(absolute, bytes, mode & ~context.sys.umask());
    if (errno >= 0) return undefined;
    // Where opening and writing are two steps, it is the second that finds no room.
    return errno === Errno.ENOSPC ? new Failure(errno, 'write') : new Failure(errno, 'open', path);
  }
  const fd = openDescriptor(context, path, flags, mode);
  if (fd < 0) return new Failure(fd, 'open', path);
  const outcome = new Writing(context, fd, [bytes], null).run(true);
  // Closed also when the write failed.
  context.sys.descriptors.close(fd);
  return outcome instanceof Failure ? outcome : undefined;
}
