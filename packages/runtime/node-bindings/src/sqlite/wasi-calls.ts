import type { Foreign, Realm } from '../realm/realm.ts';
import { type HostMemory, WASI_ERRNO } from './host-memory.ts';

/** The WASI calls that emscripten's C library makes for read, write, seek and close. */
export function createWasiCalls(realm: Realm, { view, bytes, wasi, positions }: HostMemory): Record<string, Foreign> {
  const fs: Foreign = realm.requireBuiltin('fs');
  /** Gathers or scatters: `move` gives how many bytes of a piece it did. */
  const eachPiece = (
    fd: number,
    vectors: number,
    count: number,
    total: number,
    move: (piece: Uint8Array, position: number) => number,
  ): number =>
    wasi(() => {
      let done = 0;
      for (let index = 0; index < count; index++) {
        const [pointer, length] = [
          view().getUint32(vectors + index * 8, true),
          view().getUint32(vectors + index * 8 + 4, true),
        ];
        const moved = move(bytes(pointer, length), positions.get(fd) ?? 0);
        positions.set(fd, (positions.get(fd) ?? 0) + moved);
        done += moved;
        // A short read or write ends the call, as readv(2) has it.
        if (moved < length) break;
      }
      view().setUint32(total, done, true);
    });

  return {
    fd_close: (fd: number) =>
      wasi(() => {
        positions.delete(fd);
        fs.closeSync(fd);
      }),
    fd_read: (fd: number, vectors: number, count: number, total: number) =>
      // With a position: the descriptor's own is not moved, ours is kept in `positions`.
      eachPiece(fd, vectors, count, total, (piece, position) => fs.readSync(fd, piece, 0, piece.length, position)),
    fd_write: (fd: number, vectors: number, count: number, total: number) =>
      eachPiece(fd, vectors, count, total, (piece, position) => fs.writeSync(fd, piece, 0, piece.length, position)),
    fd_seek: (fd: number, offset: bigint, whence: number, result: number) =>
      wasi(() => {
        // In the order of `whence`: SEEK_SET, SEEK_CUR, SEEK_END.
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
}
