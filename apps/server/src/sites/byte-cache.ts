/** Keeps what was used last, up to so many bytes altogether. */
export interface ByteCache<V> {
  get(key: string): V | undefined;
  /** What is larger than an eighth of the whole is not kept: it would push everything else out. */
  set(key: string, value: V, bytes: number): void;
  /** In bytes, as `set` was told them; no more than the limit. */
  size(): number;
}

/** A cache of at most `limitBytes`; the map's own order is the order of use. */
export function createByteCache<V>(limitBytes: number): ByteCache<V> {
  const kept = new Map<string, { value: V; bytes: number }>();
  let size = 0;
  const drop = (key: string): void => {
    size -= kept.get(key)?.bytes ?? 0;
    kept.delete(key);
  };
  return {
    get: (key) => {
      const entry = kept.get(key);
      if (entry === undefined) return undefined;
      kept.delete(key);
      kept.set(key, entry);
      return entry.value;
    },
    set: (key, value, bytes) => {
      drop(key);
      if (bytes > limitBytes / 8) return;
      kept.set(key, { value, bytes });
      size += bytes;
      for (const oldest of kept.keys()) {
        if (size <= limitBytes) break;
        drop(oldest);
      }
    },
    size: () => size,
  };
}
