/**
 * The system calls of SQLite's Unix file layer, over this process's files.
 * SQLite calls them through emscripten's C library: numbers of errors are WASI's,
 * structures those of musl on 32 bits.
 */
import type { Foreign, Realm } from '../realm.ts';
import type { HostImports } from './library.ts';

/** errno.h of WASI. */
const WASI_ERRNO: Readonly<Record<string, number>> = {
  EACCES: 2, EAGAIN: 6, EBADF: 8, EBUSY: 10, EEXIST: 20, EFBIG: 22, EINVAL: 28, EIO: 29, EISDIR: 31, ELOOP: 32, EMFILE: 33, ENAMETOOLONG: 37,
  ENODEV: 43, ENOENT: 44, ENOMEM: 48, ENOSPC: 51, ENOTDIR: 54, ENOTEMPTY: 55, ENOTTY: 59, EPERM: 63, EROFS: 69, EXDEV: 75,
};
const FcntlCommand = { getLock: 5, getLock64: 12 } as const;
const UNLOCKED = 2;
const REMOVE_DIRECTORY = 0x200;
const NO_FOLLOW = 0x100;
const PAGE_BYTES = 65_536;
const HEAP_LIMIT = 0x8000_0000;

export function createHostImports(realm: Realm): HostImports {
  return (memory, allocate) => {
    const fs: Foreign = realm.requireBuiltin('fs');
    const decoder = new realm.host.classes.TextDecoder();
    const encoder = new realm.host.classes.TextEncoder();
    /** Where the next read or write of a descriptor is. */
    const positions = new Map<number, number>();
    const view = (): DataView => new DataView(memory.buffer);
    const bytes = (pointer: number, length: number): Uint8Array => new Uint8Array(memory.buffer, pointer, length);
    const path = (pointer: number): string => {
      const all = new Uint8Array(memory.buffer);
      return decoder.decode(all.subarray(pointer, all.indexOf(0, pointer)));
    };
    const writeText = (pointer: number, text: string, room: number): number => {
      const encoded = encoder.encode(`${text}\0`).subarray(0, room);
      bytes(pointer, encoded.length).set(encoded);
      return encoded.length;
    };
    const errnoOf = (error: Foreign): number => {
      const errno = WASI_ERRNO[error?.code];
      if (errno === undefined) throw error;
      return errno;
    };
    /** A Linux system call: the result or a negative error. */
    const call = (work: () => number | void): number => {
      try {
        return work() ?? 0;
      } catch (error) {
        return -errnoOf(error);
      }
    };
    /** A WASI call: 0 or a positive error. */
    const wasi = (work: () => void): number => {
      try {
        work();
        return 0;
      } catch (error) {
        return errnoOf(error);
      }
    };
    const writeStat = (at: number, stat: Foreign): void => {
      const data = view();
      const time = (offset: number, ms: number): void => {
        data.setBigInt64(at + offset, BigInt(Math.floor(ms / 1000)), true);
        data.setUint32(at + offset + 8, Math.floor((ms % 1000) * 1e6), true);
      };
      [1, stat.mode, stat.nlink, stat.uid, stat.gid, 0].forEach((value, index) => data.setUint32(at + index * 4, value, true));
      data.setBigInt64(at + 24, BigInt(stat.size), true);
      data.setInt32(at + 32, 4096, true);
      data.setInt32(at + 36, stat.blocks, true);
      time(40, stat.atimeMs);
      time(56, stat.mtimeMs);
      time(72, stat.ctimeMs);
      data.setBigUint64(at + 88, BigInt(stat.ino), true);
    };
    /** Gathers or scatters: `move` gives how many bytes of a piece it did. */
    const eachPiece = (fd: number, vectors: number, count: number, total: number, move: (piece: Uint8Array, position: number) => number): number =>
      wasi(() => {
        let done = 0;
        for (let index = 0; index < count; index++) {
          const [pointer, length] = [view().getUint32(vectors + index * 8, true), view().getUint32(vectors + index * 8 + 4, true)];
          const moved = move(bytes(pointer, length), positions.get(fd) ?? 0);
          positions.set(fd, (positions.get(fd) ?? 0) + moved);
          done += moved;
          if (moved < length) break;
        }
        view().setUint32(total, done, true);
      });

    const env = {
      __syscall_openat: (_directory: number, name: number, flags: number, rest: number) =>
        call(() => {
          const fd: number = fs.openSync(path(name), flags, rest === 0 ? 0 : view().getUint32(rest, true));
          positions.set(fd, 0);
          return fd;
        }),
      __syscall_faccessat: (_directory: number, name: number, mode: number) => call(() => fs.accessSync(path(name), mode)),
      __syscall_stat64: (name: number, at: number) => call(() => writeStat(at, fs.statSync(path(name)))),
      __syscall_lstat64: (name: number, at: number) => call(() => writeStat(at, fs.lstatSync(path(name)))),
      __syscall_fstat64: (fd: number, at: number) => call(() => writeStat(at, fs.fstatSync(fd))),
      __syscall_newfstatat: (_directory: number, name: number, at: number, flags: number) =>
        call(() => writeStat(at, (flags & NO_FOLLOW) === 0 ? fs.statSync(path(name)) : fs.lstatSync(path(name)))),
      __syscall_chmod: (name: number, mode: number) => call(() => fs.chmodSync(path(name), mode)),
      __syscall_fchmod: (fd: number, mode: number) => call(() => fs.fchmodSync(fd, mode)),
      __syscall_fchown32: (fd: number, uid: number, gid: number) => call(() => fs.fchownSync(fd, uid, gid)),
      // Locks of one worker are kept by SQLite itself; README.md says what that means between workers.
      __syscall_fcntl64: (_fd: number, command: number, rest: number) => {
        if (command === FcntlCommand.getLock || command === FcntlCommand.getLock64) view().setInt16(view().getUint32(rest, true), UNLOCKED, true);
        return 0;
      },
      __syscall_ioctl: () => -WASI_ERRNO['ENOTTY']!,
      __syscall_ftruncate64: (fd: number, length: bigint) => call(() => fs.ftruncateSync(fd, Number(length))),
      __syscall_getcwd: (at: number, room: number) => call(() => writeText(at, realm.process.cwd(), room)),
      __syscall_mkdirat: (_directory: number, name: number, mode: number) => call(() => void fs.mkdirSync(path(name), mode)),
      __syscall_readlinkat: (_directory: number, name: number, at: number, room: number) => call(() => writeText(at, fs.readlinkSync(path(name)), room + 1) - 1),
      __syscall_rmdir: (name: number) => call(() => fs.rmdirSync(path(name))),
      __syscall_unlinkat: (_directory: number, name: number, flags: number) => call(() => ((flags & REMOVE_DIRECTORY) === 0 ? fs.unlinkSync(path(name)) : fs.rmdirSync(path(name)))),
      __syscall_utimensat: (_directory: number, name: number) => call(() => fs.utimesSync(path(name), Date.now() / 1000, Date.now() / 1000)),
      // The index of a write-ahead log: the connections of one worker share it, README.md says what that means between workers.
      _mmap_js: (length: number, _protection: number, _flags: number, fd: number, offset: bigint, allocated: number, address: number) =>
        call(() => {
          const pointer = allocate(length);
          if (pointer === 0) return -WASI_ERRNO['ENOMEM']!;
          bytes(pointer, length).fill(0);
          fs.readSync(fd, bytes(pointer, length), 0, length, Number(offset));
          view().setInt32(allocated, 1, true);
          view().setUint32(address, pointer, true);
          return 0;
        }),
      _munmap_js: () => 0,
      _tzset_js(zone: number, daylight: number, standardName: number, daylightName: number) {
        view().setInt32(zone, new Date().getTimezoneOffset() * 60, true);
        view().setInt32(daylight, 0, true);
        for (const name of [standardName, daylightName]) writeText(name, 'UTC', 17);
      },
      _localtime_js(time: bigint, at: number) {
        const date = new Date(Number(time) * 1000);
        const dayOfYear = Math.round((Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - Date.UTC(date.getFullYear(), 0, 1)) / 86_400_000);
        const fields = [
          date.getSeconds(), date.getMinutes(), date.getHours(), date.getDate(), date.getMonth(), date.getFullYear() - 1900, date.getDay(), dayOfYear, 0,
          -date.getTimezoneOffset() * 60,
        ];
        fields.forEach((field, index) => view().setInt32(at + index * 4, field, true));
      },
      emscripten_date_now: () => Date.now(),
      emscripten_get_now: () => realm.host.performanceNow(),
      emscripten_get_heap_max: () => HEAP_LIMIT,
      emscripten_resize_heap(size: number) {
        try {
          memory.grow(Math.ceil(((size >>> 0) - memory.buffer.byteLength) / PAGE_BYTES));
          return 1;
        } catch (error) {
          if (error instanceof RangeError) return 0;
          throw error;
        }
      },
    };
    const wasiCalls = {
      fd_close: (fd: number) => wasi(() => {
        positions.delete(fd);
        fs.closeSync(fd);
      }),
      fd_read: (fd: number, vectors: number, count: number, total: number) => eachPiece(fd, vectors, count, total, (piece, position) => fs.readSync(fd, piece, 0, piece.length, position)),
      fd_write: (fd: number, vectors: number, count: number, total: number) => eachPiece(fd, vectors, count, total, (piece, position) => fs.writeSync(fd, piece, 0, piece.length, position)),
      fd_seek: (fd: number, offset: bigint, whence: number, result: number) => wasi(() => {
        const from = [0, positions.get(fd) ?? 0, whence === 2 ? fs.fstatSync(fd).size : 0][whence] ?? 0;
        positions.set(fd, from + Number(offset));
        view().setBigInt64(result, BigInt(from) + offset, true);
      }),
      fd_sync: (fd: number) => wasi(() => fs.fsyncSync(fd)),
      fd_fdstat_get: () => WASI_ERRNO['EBADF']!,
      environ_sizes_get(count: number, size: number) {
        view().setUint32(count, 0, true);
        view().setUint32(size, 0, true);
        return 0;
      },
      environ_get: () => 0,
      clock_time_get(_clock: number, _precision: bigint, at: number) {
        view().setBigInt64(at, BigInt(Date.now()) * 1_000_000n, true);
        return 0;
      },
    };
    return { env, wasi_snapshot_preview1: wasiCalls };
  };
}
