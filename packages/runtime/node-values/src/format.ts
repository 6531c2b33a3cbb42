/**
 * V8's value serialization, wire format version 15, of the pinned Node. Readers refuse a newer one;
 * `value-reader.ts` says how old it may be. Reference: SerializationTag, ArrayBufferViewTag and ErrorTag in
 * v8/src/objects/value-serializer.cc.
 */
export const WIRE_VERSION = 15;

const code = (character: string): number => character.charCodeAt(0);

/** One byte before each value (v8::internal::SerializationTag). */
export const Tag = {
  /** Only at the begin of the data, followed by the version. */
  version: 0xff,
  /** Skipped before any tag; puts two-byte text on an even offset. */
  padding: 0,
  /** Of old writers; its number is read and ignored. */
  verifyObjectCount: code('?'),
  /** Within dense arrays only: a place without a property, which is not `undefined`. */
  theHole: code('-'),
  undefined: code('_'),
  null: code('0'),
  true: code('T'),
  false: code('F'),
  int32: code('I'),
  /** Read only, as `utf8String`: the writer has int32, double and the other two kinds of text. */
  uint32: code('U'),
  double: code('N'),
  bigInt: code('Z'),
  utf8String: code('S'),
  oneByteString: code('"'),
  twoByteString: code('c'),
  /** Followed by the number of an object that came before. */
  objectReference: code('^'),
  beginObject: code('o'),
  endObject: code('{'),
  beginSparseArray: code('a'),
  endSparseArray: code('@'),
  beginDenseArray: code('A'),
  endDenseArray: code('$'),
  date: code('D'),
  trueObject: code('y'),
  falseObject: code('x'),
  numberObject: code('n'),
  bigIntObject: code('z'),
  stringObject: code('s'),
  regExp: code('R'),
  beginMap: code(';'),
  endMap: code(':'),
  beginSet: code("'"),
  endSet: code(','),
  arrayBuffer: code('B'),
  resizableArrayBuffer: code('~'),
  /** Followed by a number that both sides agreed on; the memory goes another way. */
  arrayBufferTransfer: code('t'),
  /** Always right behind its buffer, or behind a reference to it. */
  arrayBufferView: code('V'),
  sharedArrayBuffer: code('u'),
  /** What follows is the delegate's own, of a length that only it knows. */
  hostObject: code('\\'),
  error: code('r'),
} as const;

/** `length` counts elements of a typed array, bytes of a DataView. */
export type ViewConstructor = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => ArrayBufferView;

/** Sub-tag of a view by the name in its `Symbol.toStringTag`. */
export const ViewTag: Readonly<Record<string, number>> = {
  Int8Array: code('b'),
  Uint8Array: code('B'),
  Uint8ClampedArray: code('C'),
  Int16Array: code('w'),
  Uint16Array: code('W'),
  Int32Array: code('d'),
  Uint32Array: code('D'),
  Float16Array: code('h'),
  Float32Array: code('f'),
  Float64Array: code('F'),
  BigInt64Array: code('q'),
  BigUint64Array: code('Q'),
  DataView: code('?'),
};

/** Set where the view's length follows its buffer's. */
export const VIEW_LENGTH_TRACKING = 1;

/** What follows in the record of an error (v8::internal::ErrorTag). */
export const ErrorTag = {
  message: code('m'),
  cause: code('c'),
  stack: code('s'),
  end: code('.'),
} as const;

/** Tag of an error's prototype; a plain Error has none. */
export const ErrorPrototypeTag: Readonly<Record<string, number>> = {
  EvalError: code('E'),
  RangeError: code('R'),
  ReferenceError: code('F'),
  SyntaxError: code('S'),
  TypeError: code('T'),
  URIError: code('U'),
};

/** JSRegExp::Flag of V8; bit 64 is the flag `l` ("linear"), which programs cannot set without a V8 switch. */
export const RegExpFlagBits: readonly (readonly [letter: string, bit: number])[] = [
  ['g', 1],
  ['i', 2],
  ['m', 4],
  ['y', 8],
  ['u', 16],
  ['s', 32],
  ['d', 128],
  ['v', 256],
];
