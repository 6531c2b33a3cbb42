/**
 * Maps and sets by what they are, not by their prototype: lib's own (SafeMap,
 * SafeSet) have none that `instanceof` would know, nor an iterator.
 */
const mapSize = mustGetGetter(Map.prototype);
const setSize = mustGetGetter(Set.prototype);

function mustGetGetter(prototype: object): () => number {
  const getter = Object.getOwnPropertyDescriptor(prototype, 'size')?.get;
  if (getter === undefined) throw new Error('Cannot tell maps from sets: "size" is no accessor');
  return getter as () => number;
}

/**
 * By its internal slot: subclasses and SafeMap count, objects that only inherit from Map do not. A Map that bears
 * another `Symbol.toStringTag` is missed, see `hasTag`.
 */
export function isMap(value: object): value is Map<unknown, unknown> {
  return hasTag(value, '[object Map]') && answers(mapSize, value);
}

/** By its internal slot, as `isMap`. */
export function isSet(value: object): value is Set<unknown> {
  return hasTag(value, '[object Set]') && answers(setSize, value);
}

/** The entries, without asking the program’s own iterators. */
export function entriesOf(map: Map<unknown, unknown>): [unknown, unknown][] {
  const entries: [unknown, unknown][] = [];
  Map.prototype.forEach.call(map, (value, key) => entries.push([key, value]));
  return entries;
}

/** The members, without asking the program’s own iterators. */
export function membersOf(set: Set<unknown>): unknown[] {
  const members: unknown[] = [];
  Set.prototype.forEach.call(set, (member) => members.push(member));
  return members;
}

/**
 * The tag first: cheap, and an exception for every plain object would cost 15 µs. Objects that lie about their tag
 * are found out by the getter.
 */
function hasTag(value: object, tag: string): boolean {
  return Object.prototype.toString.call(value) === tag;
}

function answers(getter: () => number, value: object): boolean {
  try {
    Reflect.apply(getter, value, []);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
