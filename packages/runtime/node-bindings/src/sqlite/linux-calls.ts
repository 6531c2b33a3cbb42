import type { Foreign, Realm } from '../realm/realm.ts';
import { type HostMemory, WASI_ERRNO } from './host-memory.ts';

/** F_GETLK on 32 bits and F_GETLK64; F_UNLCK; AT_REMOVEDIR; AT_SYMLINK_NOFOLLOW. */
const FcntlCommand = { getLock: 5, getLock64: 12 } as const;
const UNLOCKED = 2;
const REMOVE_DIRECTORY = 0x200;
const NO_FOLLOW = 0x100;

/** Linux system calls on files, as musl in emscripten makes them: `__syscall_*` and what maps files. */
export function createFileCalls(
  realm: Realm,
  { view, bytes, path, writeText, writeStat, call, positions }: HostMemory,
  allocate: (size: number) => number,
): Record<string, Foreign> {
  const fs: Foreign = realm.requireBuiltin('fs');
  return {
    __syscall_openat: (_directory: number, name: number, flags: number, rest: number) =>
      call(() => {
        // `rest` points at the variadic arguments: the mode, where there is one.
        const fd: number = fs.openSync(path(name), flags, rest === 0 ? 0 : view().getUint32(rest, true));
        positions.set(fd, 0);
        return fd;
      }),
    __syscall_faccessat: (_directory: number, name: number, mode: number) =>
      call(() => fs.accessSync(path(name), mode)),
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
      if (command === FcntlCommand.getLock || command === FcntlCommand.getLock64)
        view().setInt16(view().getUint32(rest, true), UNLOCKED, true);
      return 0;
    },
    __syscall_ioctl: () => -WASI_ERRNO['ENOTTY']!,
    __syscall_ftruncate64: (fd: number, length: bigint) => call(() => fs.ftruncateSync(fd, Number(length))),
    __syscall_getcwd: (at: number, room: number) => call(() => writeText(at, realm.process.cwd(), room)),
    __syscall_mkdirat: (_directory: number, name: number, mode: number) =>
      call(() => {
        fs.mkdirSync(path(name), mode);
      }),
    __syscall_readlinkat: (_directory: number, name: number, at: number, room: number) =>
      // readlink(2) writes no zero: the one that writeText adds is not counted.
      call(() => writeText(at, fs.readlinkSync(path(name)), room + 1) - 1),
    __syscall_rmdir: (name: number) => call(() => fs.rmdirSync(path(name))),
    __syscall_unlinkat: (_directory: number, name: number, flags: number) =>
      call(() => ((flags & REMOVE_DIRECTORY) === 0 ? fs.unlinkSync(path(name)) : fs.rmdirSync(path(name)))),
    __syscall_utimensat: (_directory: number, name: number) =>
      // SQLite sets times to now only.
      call(() => fs.utimesSync(path(name), Date.now() / 1000, Date.now() / 1000)),
    // The index of a write-ahead log: the connections of one worker share it,
    // README.md says what that means between workers.
    _mmap_js: (
      length: number,
      _protection: number,
      _flags: number,
      fd: number,
      offset: bigint,
      allocated: number,
      address: number,
    ) =>
      call(() => {
        const pointer = allocate(length);
        if (pointer === 0) return -WASI_ERRNO['ENOMEM']!;
        /** What lies beyond the end of the file reads as zeros. */
        bytes(pointer, length).fill(0);
        fs.readSync(fd, bytes(pointer, length), 0, length, Number(offset));
        /** Tells emscripten that the memory came from malloc, not from the file. */
        view().setInt32(allocated, 1, true);
        view().setUint32(address, pointer, true);
        return 0;
      }),
    // Nothing is written back: the log's index is rebuilt from the log when it is missing.
    _munmap_js: () => 0,
  };
}
