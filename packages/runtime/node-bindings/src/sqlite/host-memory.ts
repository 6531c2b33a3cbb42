import type { Foreign, Realm } from '../realm/realm.ts';

/** errno.h of WASI, which emscripten's C library uses. What is not here is a fault of ours and is thrown. */
export const WASI_ERRNO: Readonly<Record<string, number>> = {
  EACCES: 2,
  EAGAIN: 6,
  EBADF: 8,
  EBUSY: 10,
  EEXIST: 20,
  EFBIG: 22,
  EINVAL: 28,
  EIO: 29,
  EISDIR: 31,
  ELOOP: 32,
  EMFILE: 33,
  ENAMETOOLONG: 37,
  ENODEV: 43,
  ENOENT: 44,
  ENOMEM: 48,
  ENOSPC: 51,
  ENOTDIR: 54,
  ENOTEMPTY: 55,
  ENOTTY: 59,
  EPERM: 63,
  EROFS: 69,
  EXDEV: 75,
};

/** SQLite's memory as its system calls see it, and where each of its descriptors stands. */
export interface HostMemory {
  view(): DataView;
  bytes(pointer: number, length: number): Uint8Array;
  /** The text at `pointer`, up to its zero. */
  path(pointer: number): string;
  /** Writes the text and a zero, as much as there is room for; answers how many bytes that were. */
  writeText(pointer: number, text: string, room: number): number;
  /**
   * As musl has struct stat64 for emscripten: st_dev in 32 bits, the inode last, 96 bytes from `at` on. Whole blocks
   * of 4096, and a device that is always 1.
   */
  writeStat(at: number, stat: Foreign): void;
  /** A Linux system call: the result or a negative error. */
  call(work: () => number | void): number;
  /** A WASI call: 0 or a positive error. */
  wasi(work: () => void): number;
  /** Where the next read or write of a descriptor is. */
  readonly positions: Map<number, number>;
}

function errnoOf(error: Foreign): number {
  const errno = WASI_ERRNO[error?.code];
  if (errno === undefined) throw error;
  return errno;
}

/** Over one instance's memory; it may grow, so views are made anew for every use. */
export function createHostMemory(realm: Realm, memory: WebAssembly.Memory): HostMemory {
  const decoder = new realm.host.classes.TextDecoder();
  const encoder = new realm.host.classes.TextEncoder();
  const view = (): DataView => new DataView(memory.buffer);
  const bytes = (pointer: number, length: number): Uint8Array => new Uint8Array(memory.buffer, pointer, length);
  return {
    view,
    bytes,
    positions: new Map(),
    path(pointer) {
      const all = new Uint8Array(memory.buffer);
      return decoder.decode(all.subarray(pointer, all.indexOf(0, pointer)));
    },
    writeText(pointer, text, room) {
      const encoded = encoder.encode(`${text}\0`).subarray(0, room);
      bytes(pointer, encoded.length).set(encoded);
      return encoded.length;
    },
    call(work) {
      try {
        return work() ?? 0;
      } catch (error) {
        return -errnoOf(error);
      }
    },
    wasi(work) {
      try {
        work();
        return 0;
      } catch (error) {
        return errnoOf(error);
      }
    },
    writeStat(at, stat) {
      const data = view();
      const time = (offset: number, ms: number): void => {
        // struct timespec with 64-bit seconds, 16 bytes.
        data.setBigInt64(at + offset, BigInt(Math.floor(ms / 1000)), true);
        data.setUint32(at + offset + 8, Math.floor((ms % 1000) * 1e6), true);
      };
      // st_dev, st_mode, st_nlink, st_uid, st_gid, st_rdev.
      [1, stat.mode, stat.nlink, stat.uid, stat.gid, 0].forEach((value, index) =>
        data.setUint32(at + index * 4, value, true),
      );
      data.setBigInt64(at + 24, BigInt(stat.size), true);
      data.setInt32(at + 32, 4096, true);
      data.setInt32(at + 36, stat.blocks, true);
      time(40, stat.atimeMs);
      time(56, stat.mtimeMs);
      time(72, stat.ctimeMs);
      data.setBigUint64(at + 88, BigInt(stat.ino), true);
    },
  };
}
