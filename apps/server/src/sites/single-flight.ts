/** Runs one work for each key at a time: who asks meanwhile gets the same answer. */
export function createSingleFlight<V>(): (key: string, work: () => Promise<V>) => Promise<V> {
  const flying = new Map<string, Promise<V>>();
  return (key, work) => {
    const known = flying.get(key);
    if (known !== undefined) return known;
    const started = work().finally(() => flying.delete(key));
    flying.set(key, started);
    return started;
  };
}
