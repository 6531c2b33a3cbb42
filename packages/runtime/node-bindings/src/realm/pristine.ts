/**
 * Runs code of ours as if the program had never touched how arrays are iterated
 * or what every object inherits. Bindings are made on first use, long after a
 * program may have changed both; Node's C++ would not notice.
 */
interface Watched {
  readonly holder: object;
  readonly name: PropertyKey;
  /** Without prototype: descriptors inherit what was put on Object.prototype. */
  readonly original: PropertyDescriptor | undefined;
}

const ARRAY_ITERATOR = Object.getPrototypeOf([][Symbol.iterator]()) as object;

// What objects inherit comes first: the rest is restored by descriptors, and reading one looks for `get`, `set` and
// `value` on Object.prototype as well.
const WATCHED: readonly Watched[] = [
  watch(Object.prototype, 'get'),
  watch(Object.prototype, 'set'),
  watch(Object.prototype, 'value'),
  watch(ARRAY_ITERATOR, 'next'),
  watch(Array.prototype, Symbol.iterator),
];

function watch(holder: object, name: PropertyKey): Watched {
  return { holder, name, original: describe(holder, name) };
}

function describe(holder: object, name: PropertyKey): PropertyDescriptor | undefined {
  const descriptor = Object.getOwnPropertyDescriptor(holder, name);
  return descriptor === undefined ? undefined : (Object.setPrototypeOf(descriptor, null) as PropertyDescriptor);
}

function define(holder: object, name: PropertyKey, descriptor: PropertyDescriptor | undefined): void {
  if (descriptor === undefined) Reflect.deleteProperty(holder, name);
  else Reflect.defineProperty(holder, name, descriptor);
}

/** A descriptor that inherits nothing of what a program has put on Object.prototype. */
export function bare(descriptor: PropertyDescriptor): PropertyDescriptor {
  return Object.setPrototypeOf(descriptor, null) as PropertyDescriptor;
}

/**
 * Runs `make` over untouched intrinsics and puts the program's changes back, also when it throws. No `for…of` and
 * no spread in here: that is the very thing which may be broken.
 */
export function pristine<Result>(make: () => Result): Result {
  const undo: (() => void)[] = [];
  WATCHED.forEach((watched) => {
    const { holder, name, original } = watched;
    const now = describe(holder, name);
    // The usual case: two comparisons for each of five, and nothing to undo.
    if (now?.value === original?.value && now?.get === original?.get) return;
    define(holder, name, original);
    undo.push(() => define(holder, name, now));
  });
  try {
    return make();
  } finally {
    // Backwards: what every object inherits goes back last, as each step before it works with descriptors.
    undo.reverse().forEach((redo) => redo());
  }
}
