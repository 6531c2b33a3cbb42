import { Deserializer, Serializer } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { ValueReader } from './value-reader.ts';
import { ValueWriter } from './value-writer.ts';

// Data from another side: V8 of the Node that runs the tests says what is a value and what is none.

function read(bytes: Uint8Array): unknown {
  const reader = new ValueReader(bytes, {
    readHostObject: () => {
      throw new Error('Unable to deserialize cloned data.');
    },
    sharedArrayBuffer: () => undefined,
  });
  reader.readHeader();
  return reader.readObject();
}

function write(value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new ValueWriter({
    cloneError: (message) => {
      throw new Error(message);
    },
    isHostObject: () => false,
    writeHostObject: () => undefined,
    sharedArrayBufferId: () => 0,
  });
  writer.writeHeader();
  writer.writeObject(value);
  return writer.sink.take();
}

// Not `v8.serialize`, which writes views in a way of Node's own.
function serialize(value: unknown): Buffer {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

function deserialize(bytes: Uint8Array): unknown {
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}

/** mulberry32: the same numbers for the same seed, everywhere. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const random = randomOf(23);
const pick = <Value>(values: readonly Value[]): Value => values[random(values.length)]!;
const text = (): string =>
  String.fromCharCode(...Array.from({ length: random(6) }, () => pick([65, 0, 0xe9, 0xff, 0x100, 0xd83d, 0xde00])));

/** Any value that can be sent, some of it met more than once. */
function anyValue(depth: number, seen: object[]): unknown {
  const leaf = random(12);
  if (depth === 0 || leaf < 4) {
    switch (leaf) {
      case 0:
        return pick([0, -1, 1.5, -0, Number.NaN, Infinity, 2 ** 31, -(2 ** 31), 2 ** 53]);
      case 1:
        return text();
      case 2:
        return pick([0n, -1n, 2n ** 63n, -(2n ** 64n), 2n ** 130n]);
      case 3:
        return pick([null, undefined, true, false]);
      case 4:
        return new Date(random(2 ** 31));
      case 5:
        return new Date(Number.NaN);
      case 6:
        return /a\/b/gimsuy;
      case 7:
        return Object(pick<unknown>([1, 'x', true, 7n])) as unknown;
      default:
        return seen.length > 0 ? pick(seen) : null;
    }
  }
  const keep = <Kept extends object>(value: Kept): Kept => (seen.push(value), value);
  const inner = (): unknown => anyValue(depth - 1, seen);
  switch (leaf) {
    case 4: {
      const array = keep<unknown[]>([]);
      for (let count = random(4); count > 0; count--) array.push(inner());
      return array;
    }
    case 5: {
      const sparse = keep<unknown[]>(new Array<unknown>(random(9) + 1));
      sparse[random(9)] = inner();
      return sparse;
    }
    case 6: {
      const map = keep(new Map<unknown, unknown>());
      for (let count = random(3); count > 0; count--) map.set(inner(), inner());
      return map;
    }
    case 7: {
      const set = keep(new Set<unknown>());
      for (let count = random(3); count > 0; count--) set.add(inner());
      return set;
    }
    case 8:
      return keep(Uint8Array.from({ length: random(9) }, () => random(256)));
    case 9:
      return keep(new Float64Array([random(100) / 7]).buffer);
    default: {
      const object = keep<Record<string, unknown>>({});
      for (let count = random(4); count > 0; count--)
        object[pick(['a', 'b', '0', '7', '4294967295', '', 'é', '日'])] = inner();
      return object;
    }
  }
}

it('random values, cycles among them, go to V8 and come from it as they are', () => {
  for (let round = 0; round < 1500; round++) {
    const value = anyValue(4, []);
    expect(deserialize(write(value))).toEqual(value);
    expect(read(serialize(value))).toEqual(value);
    expect(read(write(value))).toEqual(value);
  }
});

const SAMPLE = {
  list: [1, 'two', [3n, { x: null }], new Map([[1, new Set(['é', '日'])]])],
  bytes: new Uint16Array([1, 2, 3]),
  when: new Date(5),
  expression: /x/g,
  boxed: Object(1) as unknown,
  sparse: Object.assign(new Array<unknown>(3), { 1: 'x' }),
};

describe('data that makes no sense', () => {
  it('cut off anywhere it is refused, as by V8', () => {
    const whole = serialize(SAMPLE);
    for (let length = 0; length < whole.length; length++) {
      const cut = whole.subarray(0, length);
      expect(() => read(cut), `${length} bytes`).toThrow(/^Unable to deserialize cloned data/);
      expect(() => deserialize(cut), `V8: ${length} bytes`).toThrow();
    }
    expect(read(whole)).toEqual(SAMPLE);
  });

  it('with one byte changed it is read or refused, never anything else, and in little time', () => {
    const whole = serialize(SAMPLE);
    let refused = 0;
    for (let at = 2; at < whole.length; at++) {
      for (const value of [0, 0x7f, 0x80, 0xff, whole[at]! ^ 1]) {
        const changed = Uint8Array.from(whole);
        changed[at] = value;
        try {
          read(changed);
        } catch (error) {
          refused++;
          expect((error as Error).message).toMatch(
            /^Unable to deserialize cloned data|^Invalid (regular expression|flags)/,
          );
        }
      }
    }
    expect(refused).toBeGreaterThan(whole.length);
  });

  it.each([
    ['nothing at all', []],
    ['a version alone', [0xff, 15]],
    ['a version that is to come', [0xff, 99, 0x30]],
    ['the version before the oldest', [0xff, 12, 0x30]],
    ['no version', [0x30]],
    ['a tag of nothing', [0xff, 15, 0x01]],
    ['a text longer than the data', [0xff, 15, 0x22, 0xff, 0xff, 0xff, 0xff, 0x0f]],
    ['two-byte text of an odd length', [0xff, 15, 0x63, 3, 0, 0, 0]],
    ['an array longer than the data', [0xff, 15, 0x41, 0xff, 0xff, 0xff, 0x7f]],
    ['a dense array of four billion', [0xff, 15, 0x41, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x30]],
    ['an object met before it exists', [0xff, 15, 0x5e, 5]],
    ['a number of properties that is a lie', [0xff, 15, 0x6f, 0x22, 1, 97, 0x49, 2, 0x7b, 9]],
    ['a buffer longer than the data', [0xff, 15, 0x42, 0xff, 0xff, 0xff, 0x7f]],
    ['a buffer that may grow to less than it has', [0xff, 15, 0x7e, 4, 2, 0, 0, 0, 0]],
    ['a view without its buffer', [0xff, 15, 0x56, 0x42, 0, 0, 0]],
    ['a view beyond its buffer', [0xff, 15, 0x42, 2, 1, 2, 0x56, 0x42, 1, 4, 0]],
    ['a view between two elements', [0xff, 15, 0x42, 4, 1, 2, 3, 4, 0x56, 0x57, 1, 2, 0]],
    ['a regular expression that is none', [0xff, 15, 0x52, 0x22, 1, 40, 0]],
    ['flags that nobody knows', [0xff, 15, 0x52, 0x22, 1, 97, 0xff, 0xff, 0x7f]],
  ])('%s is refused here and by V8', (_title, bytes) => {
    const data = Uint8Array.from(bytes);
    expect(() => deserialize(data)).toThrow();
    expect(() => read(data)).toThrow();
  });

  it('nesting that would overflow the stack is an error that can be caught', () => {
    // Objects inside objects, a key each.
    const depth = 100_000;
    const bytes = new Uint8Array(2 + depth * 4);
    bytes.set([0xff, 15]);
    for (let level = 0; level < depth; level++) bytes.set([0x6f, 0x22, 1, 97], 2 + level * 4);
    expect(() => read(bytes)).toThrow();
  });
});

it('what V8 wrote in two parts is read in two', () => {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue({ a: 1 });
  serializer.writeValue('second');
  serializer.writeUint32(7);
  serializer.writeUint64(1, 2);
  serializer.writeDouble(0.5);
  const reader = new ValueReader(serializer.releaseBuffer(), {
    readHostObject: () => ({}),
    sharedArrayBuffer: () => undefined,
  });
  reader.readHeader();
  expect([
    reader.version,
    reader.readObject(),
    reader.readObject(),
    reader.varint(),
    reader.varint64(),
    reader.double(),
  ]).toEqual([15, { a: 1 }, 'second', 7, 2n ** 32n + 2n, 0.5]);
});
