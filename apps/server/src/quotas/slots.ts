/** Places of which each key has so many. */
export interface Slots {
  /** A place until the function is called; undefined where the key has `limit` of them. */
  take(key: string, limit: number): (() => void) | undefined;
  taken(key: string): number;
  total(): number;
}

/** In memory: each server counts what it serves itself. Giving a place back twice counts once. */
export function createSlots(): Slots {
  const counts = new Map<string, number>();
  let total = 0;
  const add = (key: string, change: 1 | -1) => {
    const count = (counts.get(key) ?? 0) + change;
    if (count === 0) counts.delete(key);
    else counts.set(key, count);
    total += change;
  };
  return {
    take: (key, limit) => {
      if ((counts.get(key) ?? 0) >= limit) return undefined;
      add(key, 1);
      let given = true;
      return () => {
        if (given) add(key, -1);
        given = false;
      };
    },
    taken: (key) => counts.get(key) ?? 0,
    total: () => total,
  };
}
