import { Errno, FileMode, OpenFlags } from '@slipway/posix';
import { type ImportEntry } from '../protocol/contract.ts';
import { ImportBatch } from './import-batch.ts';
import { PATH_LIMIT, PAYLOAD_BYTES } from '../memory/layout.ts';
import { mayOpen } from '../reading/permissions.ts';
import { type Argument, type directOperations, UNSET } from '../protocol/operations.ts';
import type { Reader } from '../reading/reader.ts';
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

  /** Without the writer where it can be, as nearly every open is of what is there. */
  *open(path: string, flags: number, mode: number): Exchange<number> {
    return this.openExisting(path, flags) ?? (yield* this.openByWriter(path, flags, mode));
  }

  /**
   * The place is chosen before: the writer puts the reference
   * there itself, so the file cannot go in between.
   */
  *openByWriter(path: string, flags: number, mode: number): Exchange<number> {
    const place = this.#retained.place();
    if (place < 0) return Errno.EMFILE;
    const ino = yield* this.#port.request('open', [path, flags, mode, place]);
    if (ino > 0) this.#retained.filled(place, ino);
    return ino;
  }

  /** Atomic up to `PAYLOAD_BYTES`; what is longer goes in pieces, between which others may write. */
  *write(ino: number, position: number, bytes: Uint8Array): Exchange<number> {
    return yield* this.#chunks(ino, position, bytes);
  }

  /** As `write`: each piece goes to the end as it then is. */
  *append(ino: number, bytes: Uint8Array): Exchange<number> {
    return yield* this.#chunks(ino, undefined, bytes);
  }

  *direct<T>(
    name: keyof typeof directOperations,
    answer: ((result: number, text: () => string) => T) | undefined,
    args: readonly Argument[],
  ): Exchange<T | number> {
    const result = yield* this.#port.exchange(name, args);
    return answer === undefined ? result : answer(result, () => this.#port.replyText());
  }

  *writeFile(path: string, bytes: Uint8Array, mode: number): Exchange<number> {
    // The path takes its share of the payload, PATH_LIMIT at most.
    if (bytes.length <= PAYLOAD_BYTES - PATH_LIMIT) {
      return yield* this.#port.request('writeFile', [path, mode, UNSET, bytes]);
    }
    return yield* this.#writeLarge(path, bytes, mode, UNSET);
  }

  /**
   * What is too large for a batch goes alone, after what
   * came before it: parents still precede children.
   */
  *importEntries(base: string, entries: Iterable<ImportEntry>): Exchange<number> {
    const prefix = base.endsWith('/') ? base.slice(0, -1) : base;
    let batch = new ImportBatch();
    for (const entry of entries) {
      const path = entry.path.startsWith('/') ? prefix + entry.path : `${prefix}/${entry.path}`;
      const fit = batch.add(entry, path);
      if (fit === 'too-long') return Errno.ENAMETOOLONG;
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
    return yield* this.#port.request('releaseSlot', [slot]);
  }

  *quiesce(): Exchange<number> {
    return yield* this.#port.request('quiesce', []);
  }

  *#sendBatch(batch: ImportBatch): Exchange<number> {
    return batch.length === 0 ? 0 : yield* this.#port.request('importBatch', [batch.bytes()]);
  }

  /** Hands the content over in pieces that belong to no name yet, then puts it in place in one step. */
  *#writeLarge(path: string, bytes: Uint8Array, mode: number, mtimeMs: number): Exchange<number> {
    for (let done = 0; done < bytes.length;) {
      const part = bytes.subarray(done, done + PAYLOAD_BYTES);
      const errno = yield* this.#port.request('stage', [done, bytes.length, part]);
      if (errno < 0) return errno;
      done += part.length;
    }
    return yield* this.#port.request('commit', [path, mode, mtimeMs]);
  }

  /** Without a `position` each piece goes to the end of the file. */
  *#chunks(ino: number, position: number | undefined, bytes: Uint8Array): Exchange<number> {
    let done = 0;
    // At least one request, also for no bytes: the inode may be gone.
    do {
      const part = bytes.subarray(done, done + PAYLOAD_BYTES);
      const written =
        position === undefined
          ? yield* this.#port.request('append', [ino, part])
          : yield* this.#port.request('write', [ino, position + done, part]);
      // As write(2): an error after the first piece is reported by the next call.
      if (written < 0) return done > 0 ? done : written;
      done += written;
    } while (done < bytes.length);
    return done;
  }

  /**
   * Opening what exists and stays as it is needs no writer: a retained inode or a negative errno.
   * `undefined`: the writer has to decide.
   */
  openExisting(path: string, flags: number): number | undefined {
    // A slash at the end and O_CREAT is an error of its own, which the walk of the writer finds.
    if ((flags & OpenFlags.creat) !== 0 && path.endsWith('/')) return undefined;
    if ((flags & OpenFlags.trunc) !== 0 || (flags & OpenFlags.creat && flags & OpenFlags.excl) !== 0) return undefined;
    for (;;) {
      const ino = this.#reader.lookup(path, (flags & OpenFlags.nofollow) === 0);
      // O_CREAT looks at the last component in its own way.
      if (ino < 0) return (flags & OpenFlags.creat) === 0 ? ino : undefined;
      const stat = this.#reader.stat(ino);
      // Removed since the lookup: look again.
      if (typeof stat === 'number') continue;
      const type = stat.mode & FileMode.typeMask;
      if (type === FileMode.link) return Errno.ELOOP;
      if (
        type === FileMode.directory &&
        ((flags & OpenFlags.accmode) !== OpenFlags.rdonly || (flags & OpenFlags.creat) !== 0)
      )
        return Errno.EISDIR;
      if (type !== FileMode.directory && (flags & OpenFlags.directory) !== 0) return Errno.ENOTDIR;
      if (this.#bound && !mayOpen(stat.mode, flags)) return Errno.EACCES;
      // Nothing is behind a FIFO here: see the README.
      if (type === FileMode.socket || type === FileMode.fifo) return Errno.ENXIO;
      const errno = this.#retained.retain(ino);
      if (errno === Errno.ESTALE) continue;
      return errno < 0 ? errno : ino;
    }
  }
}
