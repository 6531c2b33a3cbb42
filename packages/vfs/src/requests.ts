import { type ImportEntry, OpenFlags } from './contract.ts';
import { Errno } from './errno.ts';
import { ImportBatch } from './import-batch.ts';
import { Mode, PATH_LIMIT, PAYLOAD_BYTES } from './layout.ts';
import { mayOpen } from './permissions.ts';
import { Op, UNSET } from './operations.ts';
import type { Reader } from './reader.ts';
import type { RetainedTable } from './retained.ts';
import type { Exchange, SlotPort } from './slot-port.ts';

/** Every call that changes something, written once for blocking and waiting callers. */
export class Requests {
  readonly #port: SlotPort;
  readonly #reader: Reader;
  readonly #retained: RetainedTable;
  readonly #bound: boolean;

  /** `bound`: permission bits count. */
  constructor(port: SlotPort, reader: Reader, retained: RetainedTable, bound = false) {
    this.#bound = bound;
    this.#port = port;
    this.#reader = reader;
    this.#retained = retained;
  }

  *open(path: string, flags: number, mode: number): Exchange<number> {
    return this.openExisting(path, flags) ?? (yield* this.openByWriter(path, flags, mode));
  }

  *openByWriter(path: string, flags: number, mode: number): Exchange<number> {
    const place = this.#retained.place();
    if (place < 0) return -Errno.EMFILE;
    const ino = yield* this.#port.request(Op.open, { first: path, numbers: [flags, mode, place] });
    if (ino > 0) this.#retained.filled(place, ino);
    return ino;
  }

  *write(ino: number, position: number, bytes: Uint8Array): Exchange<number> {
    return yield* this.#chunks(Op.write, ino, position, bytes);
  }

  *append(ino: number, bytes: Uint8Array): Exchange<number> {
    return yield* this.#chunks(Op.append, ino, 0, bytes);
  }

  *truncate(ino: number, size: number): Exchange<number> {
    return yield* this.#port.request(Op.truncate, { numbers: [ino, size] });
  }

  *mkdir(path: string, mode: number): Exchange<number> {
    return yield* this.#port.request(Op.mkdir, { first: path, numbers: [mode] });
  }

  *mkdirAll(path: string, mode: number): Exchange<{ errno: number; created?: string }> {
    const made = yield* this.#port.request(Op.mkdirAll, { first: path, numbers: [mode] });
    return made > 0 ? { errno: 0, created: this.#port.replyText() } : { errno: made };
  }

  *rmdir(path: string): Exchange<number> {
    return yield* this.#port.request(Op.rmdir, { first: path });
  }

  *unlink(path: string): Exchange<number> {
    return yield* this.#port.request(Op.unlink, { first: path });
  }

  *removeTree(path: string): Exchange<number> {
    return yield* this.#port.request(Op.removeTree, { first: path });
  }

  *rename(from: string, to: string): Exchange<number> {
    return yield* this.#port.request(Op.rename, { first: from, second: to });
  }

  *link(existing: string, path: string): Exchange<number> {
    return yield* this.#port.request(Op.link, { first: existing, second: path });
  }

  *symlink(target: string, path: string): Exchange<number> {
    return yield* this.#port.request(Op.symlink, { first: target, second: path });
  }

  *mknod(path: string, mode: number): Exchange<number> {
    return yield* this.#port.request(Op.mknod, { first: path, numbers: [mode] });
  }

  *chmod(ino: number, mode: number): Exchange<number> {
    return yield* this.#port.request(Op.chmod, { numbers: [ino, mode] });
  }

  *chown(ino: number, uid: number, gid: number): Exchange<number> {
    return yield* this.#port.request(Op.chown, { numbers: [ino, uid, gid] });
  }

  *utimes(ino: number, atimeMs: number, mtimeMs: number): Exchange<number> {
    return yield* this.#port.request(Op.utimes, { numbers: [ino, atimeMs, mtimeMs] });
  }

  *copyFile(from: string, to: string, exclusive: boolean): Exchange<number> {
    return yield* this.#port.request(Op.copyFile, { first: from, second: to, numbers: [exclusive ? 1 : 0] });
  }

  *writeFile(path: string, bytes: Uint8Array, mode: number): Exchange<number> {
    if (bytes.length <= PAYLOAD_BYTES - PATH_LIMIT) {
      return yield* this.#port.request(Op.writeFile, { first: path, numbers: [mode, UNSET], data: bytes });
    }
    return yield* this.#writeLarge(path, bytes, mode, UNSET);
  }

  *importEntries(base: string, entries: Iterable<ImportEntry>): Exchange<number> {
    const prefix = base.endsWith('/') ? base.slice(0, -1) : base;
    let batch = new ImportBatch();
    for (const entry of entries) {
      const path = entry.path.startsWith('/') ? prefix + entry.path : `${prefix}/${entry.path}`;
      const fit = batch.add(entry, path);
      if (fit === 'too-long') return -Errno.ENAMETOOLONG;
      if (fit === 'added') continue;
      const errno = yield* this.#sendBatch(batch);
      if (errno < 0) return errno;
      batch = new ImportBatch();
      if (batch.add(entry, path) === 'added') continue;
      if (entry.type !== 'file') throw new Error(`Cannot import "${path}": the entry does not fit an empty batch`);
      const large = yield* this.#writeLarge(path, entry.bytes, entry.mode ?? 0o644, entry.mtimeMs ?? UNSET);
      if (large < 0) return large;
    }
    return yield* this.#sendBatch(batch);
  }

  *releaseSlot(slot: number): Exchange<number> {
    return yield* this.#port.request(Op.releaseSlot, { numbers: [slot] });
  }

  *quiesce(): Exchange<number> {
    return yield* this.#port.request(Op.quiesce, {});
  }

  *#sendBatch(batch: ImportBatch): Exchange<number> {
    return batch.length === 0 ? 0 : yield* this.#port.request(Op.importBatch, { data: batch.bytes() });
  }

  /** Hands the content over in pieces that belong to no name yet, then puts it in place in one step. */
  *#writeLarge(path: string, bytes: Uint8Array, mode: number, mtimeMs: number): Exchange<number> {
    for (let done = 0; done < bytes.length;) {
      const part = bytes.subarray(done, done + PAYLOAD_BYTES);
      const errno = yield* this.#port.request(Op.stage, { numbers: [done, bytes.length], data: part });
      if (errno < 0) return errno;
      done += part.length;
    }
    return yield* this.#port.request(Op.commit, { first: path, numbers: [mode, mtimeMs] });
  }

  *#chunks(op: number, ino: number, position: number, bytes: Uint8Array): Exchange<number> {
    let done = 0;
    do {
      const part = bytes.subarray(done, done + PAYLOAD_BYTES);
      const written = yield* this.#port.request(op, { numbers: [ino, position + done], data: part });
      // As write(2): an error after the first piece is reported by the next call.
      if (written < 0) return done > 0 ? done : written;
      done += written;
    } while (done < bytes.length);
    return done;
  }

  /** Opening what exists and stays as it is needs no writer: a retained inode or a negative errno. `undefined`: the writer has to decide. */
  openExisting(path: string, flags: number): number | undefined {
    if ((flags & OpenFlags.creat) !== 0 && path.endsWith('/')) return undefined;
    if ((flags & OpenFlags.trunc) !== 0 || (flags & OpenFlags.creat && flags & OpenFlags.excl) !== 0) return undefined;
    for (;;) {
      const ino = this.#reader.lookup(path, (flags & OpenFlags.nofollow) === 0);
      // O_CREAT looks at the last component in its own way.
      if (ino < 0) return (flags & OpenFlags.creat) === 0 ? ino : undefined;
      const stat = this.#reader.stat(ino);
      // Removed since the lookup: look again.
      if (typeof stat === 'number') continue;
      const type = stat.mode & Mode.typeMask;
      if (type === Mode.link) return -Errno.ELOOP;
      if (type === Mode.directory && ((flags & OpenFlags.accmode) !== OpenFlags.rdonly || (flags & OpenFlags.creat) !== 0)) return -Errno.EISDIR;
      if (type !== Mode.directory && (flags & OpenFlags.directory) !== 0) return -Errno.ENOTDIR;
      if (this.#bound && !mayOpen(stat.mode, flags)) return -Errno.EACCES;
      // Nothing is behind a FIFO here: see the README.
      if (type === Mode.socket || type === Mode.fifo) return -Errno.ENXIO;
      const errno = this.#retained.retain(ino);
      if (errno === -Errno.ESTALE) continue;
      return errno < 0 ? errno : ino;
    }
  }
}
