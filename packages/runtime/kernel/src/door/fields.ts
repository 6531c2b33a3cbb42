/**
 * Readers of single fields of a posted message. Each gives a value of the
 * promised type or throws a `Malformed`. Lists and records are copied: what
 * hides on them beside their entries (a port, say) goes no further.
 */

/** Why a message is refused. `errno` is told where the sender waits for an answer. */
export class Malformed extends Error {
  readonly tooLong: boolean;

  /** `tooLong`: a size limit was passed, which execve(2) tells apart (E2BIG). */
  constructor(problem: string, tooLong = false) {
    super(problem);
    this.name = 'Malformed';
    this.tooLong = tooLong;
  }
}

/** Fields whose types nobody has looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Throws `Malformed` for null, lists and primitive values. */
export function record(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Malformed(`"${name}" is no record`);
  return value as Fields;
}

/** Both bounds are allowed; throws `Malformed` otherwise, for NaN as well. */
export function integer(value: unknown, name: string, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw new Malformed(`"${name}" is no whole number from ${least} to ${most}`);
  return value;
}

/** At most `most` UTF-16 units, not bytes; throws `Malformed` otherwise. */
export function text(value: unknown, name: string, most: number): string {
  if (typeof value !== 'string') throw new Malformed(`"${name}" is no text`);
  if (value.length > most) throw new Malformed(`"${name}" is longer than ${most}`, true);
  return value;
}

/** Only the two booleans: neither 0 nor a text is taken for one. Throws `Malformed`. */
export function flag(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw new Malformed(`"${name}" is neither true nor false`);
  return value;
}

/** Compared with `===`; throws `Malformed` for anything else. */
export function oneOf<const Value>(value: unknown, name: string, values: readonly Value[]): Value {
  const found = values.find((each) => each === value);
  if (found === undefined) throw new Malformed(`"${name}" has a value that is not known`);
  return found;
}

/** A list of at most `most` entries, each read by `entry`. Holes count as entries. */
export function list<Entry>(
  value: unknown,
  name: string,
  most: number,
  entry: (value: unknown) => Entry,
): readonly Entry[] {
  if (!Array.isArray(value)) throw new Malformed(`"${name}" is no list`);
  // Before the first look: a list of four billion holes costs its sender nothing.
  if (value.length > most) throw new Malformed(`"${name}" has more than ${most} entries`, true);
  return Array.from(value as readonly unknown[], entry);
}

/** Shared memory of fixed length, at least `least` bytes. */
export function sharedMemory(value: unknown, name: string, least: number): SharedArrayBuffer {
  if (!(value instanceof SharedArrayBuffer)) throw new Malformed(`"${name}" is no shared memory`);
  if (value.byteLength < least) throw new Malformed(`"${name}" has fewer than ${least} bytes`);
  return value;
}

/** Over the whole value, so that many small parts are no way around them. */
export interface PlainLimits {
  readonly depth: number;
  readonly values: number;
  /** UTF-16 units of all texts together. */
  readonly characters: number;
}

/** A copy of what JSON could say as well: nothing in it can refuse to be posted on. */
export function plain(value: unknown, name: string, limits: PlainLimits): unknown {
  let values = limits.values;
  let characters = limits.characters;
  const spend = (units: number): void => {
    characters -= units;
    if (--values < 0 || characters < 0) throw new Malformed(`"${name}" is too large`, true);
  };
  const copy = (from: unknown, depth: number): unknown => {
    spend(typeof from === 'string' ? from.length : 0);
    if (from === null || from === undefined || typeof from === 'boolean' || typeof from === 'number') return from;
    if (typeof from === 'string') return from;
    if (typeof from !== 'object') throw new Malformed(`"${name}" is no plain data`);
    if (depth === 0) throw new Malformed(`"${name}" is too deep`);
    if (Array.isArray(from)) return list(from, name, values, (entry) => copy(entry, depth - 1));
    if (Object.getPrototypeOf(from) !== Object.prototype) throw new Malformed(`"${name}" is no plain data`);
    return Object.fromEntries(
      Object.entries(from).map(([key, entry]) => {
        spend(key.length);
        return [key, copy(entry, depth - 1)];
      }),
    );
  };
  return copy(value, limits.depth);
}
