/** Goes through what was said before, as a shell does. */
export interface PastInputs {
  /** The text that comes; undefined where there is none, or what stands there is one's own. */
  step(by: -1 | 1, now: string): string | undefined;
  /** What stands there is new words from now on. */
  leave(): void;
}

/** `list` is in order, the newest last. What was begun comes back behind the newest. */
export function createPastInputs(list: () => readonly string[]): PastInputs {
  let at: number | undefined;
  let begun = '';
  return {
    step(by, now) {
      const all = list();
      if (at === undefined) {
        if (by === 1 || all.length === 0) return undefined;
        begun = now;
        at = all.length - 1;
        return all[at];
      }
      const next = at + by;
      if (next < 0) return undefined;
      if (next >= all.length) {
        at = undefined;
        return begun;
      }
      at = next;
      return all[next];
    },
    leave() {
      at = undefined;
    },
  };
}
