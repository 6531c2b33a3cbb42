/**
 * Remembers the latest iterators of maps and sets, so that `util.inspect` can
 * show what they hold; V8 lets its embedder look into them, a script could only
 * use them up.
 *
 * Only `keys`, `values` and `entries` are replaced, never `Symbol.iterator`: the
 * engine's fast `for…of` depends on that one being its own. A short ring and no
 * WeakMap, because these methods are called a million times by compilers. An
 * iterator that was used in part shows the whole collection.
 */
export interface IteratorTracker {
  /** Flat contents, and whether they are key-value pairs. */
  contentsOf(iterator: unknown): readonly [contents: unknown[], keyed: boolean] | undefined;
}

type Kind = 'keys' | 'values' | 'entries';
type Collection = Map<unknown, unknown> | Set<unknown>;

const REMEMBERED = 16;

/** Remembers what the last iterators run over: v8::Object::PreviewEntries tells nobody here. */
export function installIteratorTracker(): IteratorTracker {
  // Three arrays side by side instead of one of objects: nothing is allocated for an iterator. The ring holds 16
  // collections at most from being collected, until others push them out.
  const iterators: unknown[] = new Array(REMEMBERED).fill(undefined);
  const sources: (Collection | undefined)[] = new Array(REMEMBERED).fill(undefined);
  const kinds: Kind[] = new Array(REMEMBERED).fill('keys');
  let next = 0;

  const remember = (prototype: object, kind: Kind): void => {
    const original = Reflect.get(prototype, kind) as () => unknown;
    const { [kind]: method } = {
      [kind](this: Collection): unknown {
        const iterator = original.call(this);
        iterators[next] = iterator;
        sources[next] = this;
        kinds[next] = kind;
        next = (next + 1) % REMEMBERED;
        return iterator;
      },
    } as Record<Kind, () => unknown>;
    Object.defineProperty(prototype, kind, { value: method, writable: true, enumerable: false, configurable: true });
  };
  for (const kind of ['keys', 'values', 'entries'] as const) remember(Map.prototype, kind);
  for (const kind of ['values', 'entries'] as const) remember(Set.prototype, kind);
  // One function under two names, as in the specification.
  Object.defineProperty(Set.prototype, 'keys', {
    value: Set.prototype.values,
    writable: true,
    enumerable: false,
    configurable: true,
  });

  // Taken now: inspecting must not run a method that the program has put in its place.
  const forEachMap = Map.prototype.forEach;
  const forEachSet = Set.prototype.forEach;
  return {
    contentsOf(iterator) {
      const at = iterators.indexOf(iterator);
      const source = sources[at];
      if (source === undefined) return undefined;
      const kind = kinds[at]!;
      const contents: unknown[] = [];
      // forEach of a Set gives its member as key and as value, so `keys` needs no case of its own.
      const add = (value: unknown, key: unknown) => {
        if (kind !== 'values') contents.push(key);
        if (kind !== 'keys') contents.push(value);
      };
      if (source instanceof Map) forEachMap.call(source, add);
      else forEachSet.call(source, add);
      return [contents, kind === 'entries'];
    },
  };
}
