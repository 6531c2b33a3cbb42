import { ErrorPrototypeTag, ErrorTag, RegExpFlagBits, Tag, ViewTag, VIEW_LENGTH_TRACKING, WIRE_VERSION, type ViewConstructor } from './format.ts';

/** v8::ValueDeserializer::Delegate */
export interface ReaderDelegate {
  readHostObject(): object;
  sharedArrayBuffer(id: number): SharedArrayBuffer | undefined;
}

/** The oldest format read here; Node 14 wrote 13. */
const OLDEST_VERSION = 13;
/** Views carry flags since this version. */
const VIEW_FLAGS_VERSION = 14;

const latin1 = new TextDecoder('latin1');
const utf8 = new TextDecoder();
const utf16 = new TextDecoder('utf-16le', { ignoreBOM: true });

/** Reads values as v8::ValueDeserializer does; each `read*` follows the C++ method of that name. */
export class ValueReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #delegate: ReaderDelegate;
  readonly #objects: (object | undefined)[] = [];
  readonly #transfers = new Map<number, ArrayBuffer>();
  #position = 0;
  #version = 0;

  constructor(bytes: Uint8Array, delegate: ReaderDelegate) {
    // A Buffer's own `slice` would be a view.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#delegate = delegate;
  }

  get version(): number {
    return this.#version;
  }

  readHeader(): void {
    if (this.#bytes[0] === Tag.version) {
      this.#position = 1;
      this.#version = this.varint();
    }
    if (this.#version < OLDEST_VERSION || this.#version > WIRE_VERSION) throw new Error('Unable to deserialize cloned data due to invalid or unsupported version.');
  }

  transferArrayBuffer(id: number, buffer: ArrayBuffer): void {
    this.#transfers.set(id, buffer);
  }

  readObject(): unknown {
    const value = this.#readInternal();
    // A view consumes the buffer before it.
    if ((value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) && this.#peekTag() === Tag.arrayBufferView) {
      this.#readTag();
      return this.#readView(value);
    }
    return value;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  varint64(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
  }

  double(): number {
    return this.#view.getFloat64(this.skip(8), true);
  }

  /** Passes over `length` bytes; returns where they begin. */
  skip(length: number): number {
    const start = this.#position;
    if (length > this.#bytes.length - start) throw failure();
    this.#position += length;
    return start;
  }

  #byte(): number {
    return this.#bytes[this.skip(1)] ?? 0;
  }

  #peekTag(): number | undefined {
    let position = this.#position;
    while (this.#bytes[position] === Tag.padding) position++;
    return this.#bytes[position];
  }

  #readTag(): number {
    let tag = this.#byte();
    while (tag === Tag.padding) tag = this.#byte();
    return tag;
  }

  #readInternal(): unknown {
    const tag = this.#readTag();
    switch (tag) {
      case Tag.verifyObjectCount:
        this.varint();
        return this.readObject();
      case Tag.undefined:
        return undefined;
      case Tag.null:
        return null;
      case Tag.true:
        return true;
      case Tag.false:
        return false;
      case Tag.int32: {
        const value = this.varint();
        return (value >>> 1) ^ -(value & 1);
      }
      case Tag.uint32:
        return this.varint();
      case Tag.double:
        return this.double();
      case Tag.bigInt:
        return this.#readBigInt();
      case Tag.utf8String:
      case Tag.oneByteString:
      case Tag.twoByteString:
        return this.#readString(tag);
      case Tag.objectReference: {
        const object = this.#objects[this.varint()];
        if (object === undefined) throw failure();
        return object;
      }
      default:
        return this.#readReceiver(tag);
    }
  }

  #readReceiver(tag: number): object {
    switch (tag) {
      case Tag.beginObject:
        return this.#readPlainObject();
      case Tag.beginSparseArray:
        return this.#readSparseArray();
      case Tag.beginDenseArray:
        return this.#readDenseArray();
      case Tag.date:
        return this.#add(new Date(this.double()));
      case Tag.trueObject:
        return this.#add(Object(true) as object);
      case Tag.falseObject:
        return this.#add(Object(false) as object);
      case Tag.numberObject:
        return this.#add(Object(this.double()) as object);
      case Tag.bigIntObject:
        return this.#add(Object(this.#readBigInt()) as object);
      case Tag.stringObject:
        return this.#add(Object(this.#readString(this.#readTag())) as object);
      case Tag.regExp:
        return this.#readRegExp();
      case Tag.beginMap:
        return this.#readMap();
      case Tag.beginSet:
        return this.#readSet();
      case Tag.arrayBuffer:
      case Tag.resizableArrayBuffer:
        return this.#readArrayBuffer(tag === Tag.resizableArrayBuffer);
      case Tag.arrayBufferTransfer: {
        const buffer = this.#transfers.get(this.varint());
        if (buffer === undefined) throw failure();
        return this.#add(buffer);
      }
      case Tag.sharedArrayBuffer: {
        const buffer = this.#delegate.sharedArrayBuffer(this.varint());
        if (buffer === undefined) throw failure();
        return this.#add(buffer);
      }
      case Tag.error:
        return this.#readError();
      case Tag.hostObject: {
        const id = this.#reserve();
        const object = this.#delegate.readHostObject();
        this.#objects[id] = object;
        return object;
      }
      default:
        throw failure();
    }
  }

  /** Objects are numbered as they begin, so members may refer to them. */
  #add<T extends object>(object: T): T {
    this.#objects.push(object);
    return object;
  }

  #reserve(): number {
    return this.#objects.push(undefined) - 1;
  }

  #readPlainObject(): object {
    const object = this.#add({});
    this.#readProperties(object, Tag.endObject);
    return object;
  }

  #readSparseArray(): object {
    const array = this.#add(new Array<unknown>(this.varint()));
    this.#readProperties(array, Tag.endSparseArray);
    if (this.varint() !== array.length) throw failure();
    return array;
  }

  #readDenseArray(): object {
    const length = this.varint();
    if (length > this.#bytes.length - this.#position) throw failure();
    const array = this.#add(new Array<unknown>(length));
    for (let index = 0; index < length; index++) {
      if (this.#peekTag() === Tag.theHole) this.#readTag();
      else array[index] = this.readObject();
    }
    this.#readProperties(array, Tag.endDenseArray);
    if (this.varint() !== length) throw failure();
    return array;
  }

  #readProperties(object: object, end: number): void {
    let count = 0;
    while (this.#peekTag() !== end) {
      const key = this.readObject();
      if (typeof key !== 'string' && typeof key !== 'number') throw failure();
      // Defined, not set: `__proto__` is a key like any other.
      Object.defineProperty(object, key, { value: this.readObject(), writable: true, enumerable: true, configurable: true });
      count++;
    }
    this.#readTag();
    if (this.varint() !== count) throw failure();
  }

  #readMap(): object {
    const map = this.#add(new Map<unknown, unknown>());
    let count = 0;
    for (; this.#peekTag() !== Tag.endMap; count += 2) {
      const key = this.readObject();
      map.set(key, this.readObject());
    }
    this.#readTag();
    if (this.varint() !== count) throw failure();
    return map;
  }

  #readSet(): object {
    const set = this.#add(new Set<unknown>());
    let count = 0;
    for (; this.#peekTag() !== Tag.endSet; count++) set.add(this.readObject());
    this.#readTag();
    if (this.varint() !== count) throw failure();
    return set;
  }

  #readRegExp(): object {
    const id = this.#reserve();
    const source = this.#readString(this.#readTag());
    const bits = this.varint();
    const expression = new RegExp(source, RegExpFlagBits.map(([letter, bit]) => ((bits & bit) === 0 ? '' : letter)).join(''));
    this.#objects[id] = expression;
    return expression;
  }

  #readArrayBuffer(resizable: boolean): object {
    const id = this.#reserve();
    const byteLength = this.varint();
    const maxByteLength = resizable ? this.varint() : byteLength;
    const start = this.skip(byteLength);
    const buffer = resizable ? new ArrayBuffer(byteLength, { maxByteLength }) : new ArrayBuffer(byteLength);
    new Uint8Array(buffer).set(this.#bytes.subarray(start, start + byteLength));
    this.#objects[id] = buffer;
    return buffer;
  }

  #readView(buffer: ArrayBuffer | SharedArrayBuffer): object {
    const tag = this.#byte();
    const byteOffset = this.varint();
    const byteLength = this.varint();
    const tracks = this.#version >= VIEW_FLAGS_VERSION && (this.varint() & VIEW_LENGTH_TRACKING) !== 0;
    const name = Object.keys(ViewTag).find((candidate) => ViewTag[candidate] === tag);
    const View = name === undefined ? undefined : (Reflect.get(globalThis, name) as (ViewConstructor & { BYTES_PER_ELEMENT?: number }) | undefined);
    const size = View?.BYTES_PER_ELEMENT ?? 1;
    if (View === undefined || byteOffset % size !== 0 || byteLength % size !== 0 || byteOffset + byteLength > buffer.byteLength) throw failure();
    if (tracks) return this.#add(Reflect.construct(View, [buffer, byteOffset]) as object);
    return this.#add(new View(buffer, byteOffset, byteLength / size));
  }

  #readError(): object {
    const id = this.#reserve();
    let constructor: ErrorConstructor = Error;
    let message: string | undefined;
    let stack: string | undefined;
    let cause: { readonly value: unknown } | undefined;
    for (let tag = this.varint(); tag !== ErrorTag.end; tag = this.varint()) {
      const name = Object.keys(ErrorPrototypeTag).find((candidate) => ErrorPrototypeTag[candidate] === tag);
      if (name !== undefined) constructor = Reflect.get(globalThis, name) as ErrorConstructor;
      else if (tag === ErrorTag.message) message = this.#readString(this.#readTag());
      else if (tag === ErrorTag.stack) stack = this.#readString(this.#readTag());
      else if (tag === ErrorTag.cause) cause = { value: this.readObject() };
      else throw failure();
    }
    const error = cause === undefined ? new constructor(message) : new constructor(message, { cause: cause.value });
    Object.defineProperty(error, 'stack', { value: stack, writable: true, enumerable: false, configurable: true });
    this.#objects[id] = error;
    return error;
  }

  #readBigInt(): bigint {
    const bits = this.varint();
    const byteLength = bits >>> 1;
    const start = this.skip(byteLength);
    let value = 0n;
    for (let index = byteLength - 1; index >= 0; index--) value = (value << 8n) | BigInt(this.#bytes[start + index] ?? 0);
    return (bits & 1) === 0 ? value : -value;
  }

  #readString(tag: number): string {
    const length = this.varint();
    const start = this.skip(length);
    // Copied: a decoder refuses shared memory.
    const bytes = this.#bytes.slice(start, start + length);
    if (tag === Tag.oneByteString) return oneByteText(bytes);
    if (tag === Tag.twoByteString) return twoByteText(bytes);
    if (tag === Tag.utf8String) return utf8.decode(bytes);
    throw failure();
  }
}

/** `latin1` means windows-1252 to TextDecoder, which differs from 0x80 to 0x9f. */
function oneByteText(bytes: Uint8Array<ArrayBuffer>): string {
  if (!bytes.some((byte) => byte >= 0x80 && byte < 0xa0)) return latin1.decode(bytes);
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

/** TextDecoder would replace lone surrogates. */
function twoByteText(bytes: Uint8Array<ArrayBuffer>): string {
  const text = utf16.decode(bytes);
  if (!text.includes('\ufffd')) return text;
  const units = new Uint16Array(bytes.buffer, 0, bytes.length >> 1);
  return Array.from(units, (unit) => String.fromCharCode(unit)).join('');
}

function failure(): Error {
  return new Error('Unable to deserialize cloned data.');
}
