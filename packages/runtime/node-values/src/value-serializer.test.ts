import { Deserializer, Serializer } from 'node:v8';
import { expect, it } from 'vitest';
import { ValueReader } from './value-reader.ts';
import { ValueWriter } from './value-writer.ts';

// The oracle is V8's own serializer of the Node that runs the tests; it writes format 15 as well.

const cyclic: { self?: unknown; list: unknown[] } = { list: [] };
cyclic.self = cyclic;
cyclic.list.push(cyclic, cyclic.list);
const shared = { a: 1 };

const samples: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  booleans: () => [true, false],
  'whole numbers': () => [0, 1, -1, 127, 128, -65, 2 ** 31 - 1, -(2 ** 31)],
  doubles: () => [1.5, -0, Number.NaN, Infinity, 2 ** 31, 1e300],
  bigints: () => [0n, 1n, -1n, 2n ** 64n, -(2n ** 200n)],
  'one-byte text': () => ['', 'abc', 'grüß\u0080\u009f'],
  'two-byte text': () => ['日本', 'x日', '\ud83d\ude00', 'lone \ud800'],
  'nested objects': () => ({ a: { b: [1, { c: 'd' }] }, 7: 'seven', '': 0 }),
  'a cycle': () => cyclic,
  'one object twice': () => [shared, shared],
  'a sparse array': () => Object.assign(new Array(5), { 3: 'x', extra: 1 }),
  'an array with properties': () => Object.assign([1, 2], { extra: true }),
  'maps and sets': () => [new Map<unknown, unknown>([[{ k: 1 }, new Set([1, 'two'])]]), new Set()],
  dates: () => new Date(1_700_000_000_123),
  'regular expressions': () => [/a+b/gi, /\p{L}/u, /x/dsy],
  'boxed primitives': () => [Object(1), Object('s'), Object(true), Object(false), Object(5n)],
  'array buffers and views': () => {
    const buffer = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]).buffer;
    return [
      buffer,
      new Uint8Array(buffer, 2, 3),
      new Float64Array(buffer),
      new DataView(buffer, 1),
      new Int16Array([1, 2]),
    ];
  },
};

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

function read(bytes: Uint8Array): unknown {
  const reader = new ValueReader(bytes, { readHostObject: () => ({}), sharedArrayBuffer: () => undefined });
  reader.readHeader();
  return reader.readObject();
}

function writeNatively(value: unknown): Uint8Array {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

function readNatively(bytes: Uint8Array): unknown {
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}

it.each(Object.keys(samples))('V8 reads what is written here: %s', (name) => {
  expect(readNatively(write(samples[name]!()))).toEqual(samples[name]!());
});

it.each(Object.keys(samples))('what V8 writes is read here: %s', (name) => {
  expect(read(writeNatively(samples[name]!()))).toEqual(samples[name]!());
});

it.each(Object.keys(samples).filter((name) => name !== 'two-byte text'))('the bytes equal those of V8: %s', (name) => {
  expect([...write(samples[name]!())]).toEqual([...writeNatively(samples[name]!())]);
});

it('errors keep class, message, stack and cause', () => {
  const error = new RangeError('too far', { cause: { distance: 3 } });
  const copy = read(write(error)) as RangeError;
  expect(copy).toBeInstanceOf(RangeError);
  expect({ message: copy.message, stack: copy.stack, cause: copy.cause }).toEqual({
    message: 'too far',
    stack: error.stack,
    cause: { distance: 3 },
  });
  expect((readNatively(write(new TypeError('plain'))) as Error).message).toBe('plain');
});

it('identity survives: a cycle is one object', () => {
  const copy = read(write(cyclic)) as typeof cyclic;
  expect(copy.self).toBe(copy);
  expect(copy.list[1]).toBe(copy.list);
});

it('functions and symbols are refused by name', () => {
  expect(() => write({ f: () => 1 })).toThrow('() => 1 could not be cloned.');
  expect(() => write(Symbol('s'))).toThrow('Symbol(s) could not be cloned.');
});

it('truncated and unknown input throws instead of making something up', () => {
  const bytes = write({ text: 'abc', list: [1, 2, 3] });
  for (let length = 2; length < bytes.length; length++)
    expect(() => read(bytes.subarray(0, length))).toThrow('Unable to deserialize');
  expect(() => read(Uint8Array.from([0xff, 99, 0x30]))).toThrow('unsupported version');
});

const LENGTHS = ['05', '8500', '8580808010', 'ffffffff0f', 'ffffffff1f', 'ffffffffff0f', '80808080808001'];

it.each(LENGTHS)('a length that is written as %s is what V8 makes of it, or refused with its words', (length) => {
  const outcome = (readBytes: (bytes: Uint8Array) => unknown, bytes: Uint8Array): unknown => {
    try {
      const value = readBytes(bytes);
      return Array.isArray(value) ? { length: value.length } : value;
    } catch (error) {
      return String(error);
    }
  };
  // A sparse and a dense array, a text, and a number.
  for (const hex of [
    `61${length}4000${length}`,
    `41${length}5f5f5f5f5f2400${length}`,
    `22${length}68616c6c6f`,
    `55${length}`,
  ]) {
    const bytes = Buffer.from(`ff0f${hex}`, 'hex');
    expect(outcome(read, bytes), hex).toEqual(outcome(readNatively, bytes));
  }
});
