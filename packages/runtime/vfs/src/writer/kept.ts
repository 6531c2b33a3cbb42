import { Errno } from '@slipway/posix';
import { type KeepFiles, KeepLog } from '../keep/keep-log.ts';
import { isFull, type KeepPlace, Keeper } from './keeper.ts';
import { replayLog } from './replay.ts';
import type { Store } from './store.ts';

const COMPACT_BEYOND_BYTES = 64 * 1024 * 1024;

/** Where what is kept goes, and who hears of it. */
export interface KeepOptions extends KeepPlace {
  readonly files: KeepFiles;
  /** Milliseconds that only grow. */
  readonly clock: () => number;
  /** The log is made short when it is twice as long as what it keeps, and this. */
  readonly compactBeyondBytes?: number;
  /** Nothing is kept any more; once. What is in the files stays as it is. */
  onEnd(why: KeepEnd): void;
}

/**
 * Why nothing is kept: `format`, another build’s files are left alone; `full`, the browser gives no room; `closed`, it
 * was asked for; `broken`, with the error.
 */
export type KeepEnd =
  | { readonly why: 'format' | 'full' | 'closed' }
  | { readonly why: 'broken'; readonly error: unknown };

/** The part of the writer that outlives the memory. Nothing happens before `restore`. */
export class Kept {
  readonly #store: Store;
  readonly #options: KeepOptions | undefined;
  #keeper: Keeper | undefined;
  #ended = false;

  constructor(store: Store, options: KeepOptions | undefined) {
    this.#store = store;
    this.#options = options;
  }

  /** As `restore` of the operations: 1 or 0. A failure is told to `onEnd`; the file system is there all the same. */
  restore(): number {
    const options = this.#options;
    if (options === undefined || this.#ended || this.#keeper !== undefined) return 0;
    try {
      return this.#restore(options);
    } catch (error) {
      for (const file of options.files) file.close();
      this.#end(isFull(error) ? { why: 'full' } : { why: 'broken', error });
      return 0;
    }
  }

  persist(): number {
    return this.#keeper === undefined || this.#keeper.persist() ? 0 : Errno.EIO;
  }

  letGo(): number {
    this.#keeper?.close();
    if (this.#keeper === undefined && this.#options !== undefined && !this.#ended)
      for (const file of this.#options.files) file.close();
    this.#end({ why: 'closed' });
    return 0;
  }

  rest(): number {
    return this.#keeper?.rest() ?? Infinity;
  }

  compact(): void {
    this.#keeper?.compact();
  }

  #restore(options: KeepOptions): number {
    const store = this.#store;
    const { index: root, errno } = store.walk(options.root, 'follow');
    if (errno < 0 || root === 0) throw new Error(`Cannot keep "${options.root}": it is not there`);
    const opened = KeepLog.open(options.files);
    if ('refused' in opened) {
      for (const file of options.files) file.close();
      this.#end({ why: 'format' });
      return 0;
    }
    const { log } = opened;
    const found = !log.empty;
    let next = replayLog(store, log, root);
    if (next === undefined) {
      // A log of ours that contradicts itself: half a folder would be worse than none.
      store.empty(root);
      log.reset();
      next = 2;
    }
    const keeper = new Keeper(store, log, {
      place: options,
      root,
      next,
      clock: options.clock,
      compactBeyondBytes: options.compactBeyondBytes ?? COMPACT_BEYOND_BYTES,
      onFailed: (error) => this.#end(isFull(error) ? { why: 'full' } : { why: 'broken', error }),
    });
    this.#keeper = keeper;
    store.keepWith(keeper);
    if (log.empty) keeper.begin();
    else if (keeper.isLong()) keeper.compact();
    return found && next > 2 ? 1 : 0;
  }

  #end(end: KeepEnd): void {
    if (this.#options === undefined || this.#ended) return;
    this.#ended = true;
    this.#store.keepWith(undefined);
    this.#options.onEnd(end);
  }
}
