import type { Stat } from '@slipway/vfs';
import { AsyncWrap } from '../handles/async-wrap.ts';
import { HandleWrap } from '../handles/handle-wrap.ts';
import type { Foreign } from '../realm/realm.ts';
import type { FsContext } from './fs-context.ts';
import { statPath } from './stat-operations.ts';
import { fillBigintStat, fillStat, STAT_FIELDS } from './stat-values.ts';

const NOTHING: Stat = {
  ino: 0,
  mode: 0,
  nlink: 0,
  uid: 0,
  gid: 0,
  rdev: 0,
  size: 0,
  blocks: 0,
  atimeMs: 0,
  mtimeMs: 0,
  ctimeMs: 0,
  birthtimeMs: 0,
};
/** The fields uv_fs_poll compares (statbuf_eq), atime is not among them: reading is no change. */
const COMPARED = ['ctimeMs', 'mtimeMs', 'birthtimeMs', 'size', 'mode', 'uid', 'gid', 'ino'] as const;

/**
 * StatWatcher over uv_fs_poll: asks for the stat every so often and tells when
 * it differs. A first failure is told at once; a first success is not.
 */
export function createStatWatcherClass(context: FsContext): Foreign {
  const { realm } = context;

  return class StatWatcher extends HandleWrap {
    readonly #bigint: boolean;
    #path = '';
    #interval = 0;
    #timer: number | undefined;
    /** As uv_fs_poll's `busy_polling`: 0 = nothing seen yet, 1 = fine, negative = the errno last told. */
    #status = 0;
    #last: Stat = NOTHING;

    constructor(bigint: boolean) {
      super(realm);
      this.#bigint = bigint;
    }

    /** StatWatcher::Start; `interval` in ms. The first stat is taken in a host timer of 0 ms, not now. */
    start(path: unknown, interval: number): number {
      this.#path = context.paths.absolute(context.paths.text(path));
      this.#interval = Math.max(1, interval);
      this.setActive(true);
      this.#schedule(0);
      return 0;
    }

    protected override onClose(): void {
      this.setActive(false);
      // A host timer, not the loop's: what keeps the process alive is the active handle.
      if (this.#timer !== undefined) realm.host.clearTimeout(this.#timer);
    }

    #schedule(ms: number): void {
      this.#timer = realm.host.setTimeout(() => this.#poll(), ms);
    }

    #poll(): void {
      if (!this.isOpen) return;
      const stat = statPath(context, this.#path, true);
      if (typeof stat === 'number') {
        // The last good stat stays: it is what the next good one is compared with.
        if (this.#status !== stat) this.#tell(stat, NOTHING, this.#last);
        this.#status = stat;
      } else {
        const differs = this.#status < 0 || COMPARED.some((field) => stat[field] !== this.#last[field]);
        if (this.#status !== 0 && differs) this.#tell(0, stat, this.#last);
        this.#status = 1;
        this.#last = stat;
      }
      this.#schedule(this.#interval);
    }

    #tell(status: number, current: Stat, previous: Stat): void {
      // The task may come after a close.
      realm.loop.makeCallback(this, () => {
        if (!this.isOpen) return;
        AsyncWrap.callMethod(this, 'onchange', status, this.#values(current, previous));
      });
    }

    #values(current: Stat, previous: Stat): Float64Array | BigInt64Array {
      const values = this.#bigint ? new BigInt64Array(STAT_FIELDS * 2) : new Float64Array(STAT_FIELDS * 2);
      const fill = (stat: Stat, at: number): void => {
        // What is not there has no device and no block size either: all fields stay 0.
        if (stat === NOTHING) return;
        if (values instanceof BigInt64Array) fillBigintStat(values, stat, at);
        else fillStat(values, stat, at);
      };
      /** lib reads 36 numbers: the current stat, then the previous. */
      fill(current, 0);
      fill(previous, STAT_FIELDS);
      return values;
    }
  };
}
