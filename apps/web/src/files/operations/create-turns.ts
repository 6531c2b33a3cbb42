import { type Accessor, createSignal } from 'solid-js';

/** Works that are done one after the other. */
export interface Turns {
  /** True from the first work that was asked for until the last has ended. */
  readonly busy: Accessor<boolean>;
  /** Does `work` after what was asked for before. Throws what it throws, and when too many wait. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** Nobody presses more keys than this at something that hangs. */
const MAX_WAITING = 20;

/** A queue of works: a key that is pressed while something ends means what comes of it. */
export function createTurns(): Turns {
  const [busy, setBusy] = createSignal(false);
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    busy,
    async inTurn(work) {
      if (waiting >= MAX_WAITING) throw new Error('Too much is going on: try again when it has ended');
      waiting++;
      setBusy(true);
      const mine = last.then(work);
      // Who asked hears of the failure; who comes next has nothing to do with it.
      last = mine.catch(() => undefined);
      try {
        return await mine;
      } finally {
        waiting--;
        setBusy(waiting > 0);
      }
    },
  };
}
