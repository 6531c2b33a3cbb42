import { OpenFlags } from '@slipway/vfs';
import { codedError } from '../core/coded-error.ts';
import { Encoding, parseEncoding, plain, STRING_MAX_LENGTH } from '../core/bytes.ts';
import type { Foreign } from '../realm.ts';
import { openDescriptor } from './descriptor-operations.ts';
import { Errno } from './errno.ts';
import type { FsContext } from './fs-context.ts';
import { Failure, type Operation } from './outcome.ts';
import { maySpecial } from './special-files.ts';
import { positionOf, readInto, Writing } from './transfer.ts';

const READ_CHUNK = 64 * 1024;

/** Bytes in and out. Reference: src/node_file.cc. */
export function createDataOperations(context: FsContext): Foreign {
  const { requests, paths } = context;

  /** WriteBuffer and WriteString report synchronous errors in `errorContext` and answer the errno. */
  const write = (operation: Operation, request: Foreign, errorContext: Foreign): unknown => {
    if (request !== undefined || errorContext === undefined) return requests.run(request, operation);
    const outcome = operation(true);
    if (!(outcome instanceof Failure)) return outcome;
    errorContext.errno = outcome.errno;
    errorContext.syscall = outcome.syscall;
    return outcome.errno;
  };

  const writeOperation = (fd: number, pieces: readonly Uint8Array[], position: unknown): Operation => {
    const writing = new Writing(context, fd, pieces, positionOf(position));
    return (block) => writing.run(block);
  };

  return {
    read(fd: number, buffer: ArrayBufferView, offset: number, length: number, position: unknown, request?: Foreign) {
      const into = new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);
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

    writeBuffer(fd: number, buffer: ArrayBufferView, offset: number, length: number, position: unknown, request?: Foreign, errorContext?: Foreign) {
      return write(writeOperation(fd, [plain(buffer).subarray(offset, offset + length)], position), request, errorContext);
    },

    writeBuffers(fd: number, buffers: readonly ArrayBufferView[], position: unknown, request?: Foreign) {
      return requests.run(request, writeOperation(fd, buffers.map(plain), position));
    },

    writeString(fd: number, text: string, position: unknown, encoding: unknown, request?: Foreign, errorContext?: Foreign) {
      return write(writeOperation(fd, [paths.codec.encode(text, parseEncoding(encoding))], position), request, errorContext);
    },

    /** ReadFileUtf8: of a path or a descriptor, synchronous only. */
    readFileUtf8(path: unknown, flags: number): unknown {
      if (typeof path === 'number') return decode(context, requests.now(() => readAll(context, path)) as Uint8Array);
      const text = paths.text(path);
      return decode(context, requests.now(() => readFile(context, text, flags)) as Uint8Array);
    },

    /** WriteFileUtf8 */
    writeFileUtf8(path: unknown, data: string, flags: number, mode: number): void {
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
function readPieces(context: FsContext, fd: number, pieces: readonly Uint8Array[], position: number | null, block: boolean): unknown {
  let total = 0;
  for (const piece of pieces) {
    if (piece.length === 0) continue;
    // Once there is something, no waiting for more.
    const count = readInto(context, fd, piece, position === null ? null : position + total, block && total === 0);
    if (typeof count !== 'number') return total > 0 ? total : count;
    total += count;
    if (count < piece.length) break;
  }
  return total;
}

function readFile(context: FsContext, path: string, flags: number): unknown {
  const absolute = context.paths.absolute(path);
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
  let total = 0;
  for (;;) {
    const part = new Uint8Array(READ_CHUNK);
    const count = readInto(context, fd, part, null, true);
    if (typeof count !== 'number') return count;
    if (count === 0) break;
    parts.push(part.subarray(0, count));
    total += count;
  }
  if (parts.length === 1) return parts[0];
  const all = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function decode(context: FsContext, bytes: Uint8Array): string {
  if (bytes.length > STRING_MAX_LENGTH) {
    throw codedError(Error, 'ERR_STRING_TOO_LONG', `Cannot create a string longer than 0x${STRING_MAX_LENGTH.toString(16)} characters`);
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
  context.sys.descriptors.close(fd);
  return outcome instanceof Failure ? outcome : undefined;
}
