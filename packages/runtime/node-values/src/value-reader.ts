import {
  ErrorPrototypeTag,
  ErrorTag,
  RegExpFlagBits,
  Tag,
  ViewTag,
  VIEW_LENGTH_TRACKING,
  WIRE_VERSION,
  type ViewConstructor,
} from './format.ts';

/** What the format leaves to the embedder (v8::ValueDeserializer::Delegate). */
export interface ReaderDelegate {
  /** What `writeHostObject` of the writer's delegate stands for; throws where there is none. */
  readHostObject(): object;
  /** The memory the sender meant by this number; `undefined` makes the data invalid. */
  sharedArrayBuffer(id: number): SharedArrayBuffer | undefined;
}

/** The oldest format read here; Node 14 wrote 13. */
const OLDEST_VERSION = 13;
/** From 14 on a view has one more number, its flags (length-tracking, backed by a resizable buffer). */
const VIEW_FLAGS_VERSION = 14;

const latin1 = new TextDecoder('latin1');
/** Not fatal: what is no UTF-8 becomes U+FFFD. */
const utf8 = new TextDecoder();
/** A byte order mark is a character of the text like any other. */
const utf16 = new TextDecoder('utf-16le', { ignoreBOM: true });

/** Reads values as v8::ValueDeserializer does; each `read*` follows the C++ method of that name. */
export class ValueReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #delegate: ReaderDelegate;
  /** By number; `undefined` while an object is under way whose content decides what it is. */
  readonly #objects: (object | undefined)[] = [];
  /** Buffers that the caller has moved here already, by the number in the data. */
  readonly #transfers = new Map<number, ArrayBuffer>();
  #position = 0;
  #version = 0;

  constructor(bytes: Uint8Array, delegate: ReaderDelegate) {
    // `Buffer.prototype.slice` would return a view; of a plain Uint8Array it copies.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#delegate = delegate;
  }

  /** 0 before `readHeader`; `Deserializer.getWireFormatVersion` shows it. */
  get version(): number {
    return this.#version;
  }

  /** Throws for data without a header: versions below 13 are not read. */
  readHeader(): void {
    if (this.#bytes[0] === Tag.version) {
      this.#position = 1;
      this.#version = this.varint();
    }
    if (this.#version < OLDEST_VERSION || this.#version > WIRE_VERSION)
      throw new Error('Unable to deserialize cloned data due to invalid or unsupported version.');
  }

  /** A buffer that came by another way; its `id` was agreed on between both sides. */
  transferArrayBuffer(id: number, buffer: ArrayBuffer): void {
    this.#transfers.set(id, buffer);
  }

  /**
   * The next value. Throws "Unable to deserialize cloned data." wherever the bytes make no sense,
   * also at their end.
   */
  readObject(): unknown {
    const value = this.#readInternal();
    // A view is written behind its buffer: the two are one value.
    if (
      (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) &&
      this.#peekTag() === Tag.arrayBufferView
    ) {
      this.#readTag();
      return this.#readView(value);
    }
    return value;
  }

  /**
   * Base 128, least significant group first. As V8's ReadVarint<uint32_t>: after five bytes it is over, whatever the
   * fifth one says, and what is above 32 bits is lost.
   */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value >>> 0;
  }

  /** A bigint, since a number holds 53 bits exactly; what is above 64 bits is lost, as in C++. */
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
    // Subtraction, not addition: a huge length must not wrap around.
    if (length > this.#bytes.length - start) throw failure();
    this.#position += length;
    return start;
  }

  #byte(): number {
    return this.#bytes[this.skip(1)] ?? 0;
  }

  /** Does not move on; `undefined` at the end of the data. */
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
      // Old writers announce how many objects follow; V8 reads past it.
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
        // Zigzag: bit 0 is the sign, so that small negative numbers stay short.
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
        // Numbers of objects that are still being read are refused.
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
      // The text inside has a tag of its own, but no number: only objects are numbered.
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
        // Its number is taken before it is read, as members of it may come first.
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

  /** A number for an object that cannot be made before its content is read. */
  #reserve(): number {
    return this.#objects.push(undefined) - 1;
  }

  #readPlainObject(): object {
    const object = this.#add({});
    this.#readProperties(object, Tag.endObject);
    return object;
  }

  #readSparseArray(): object {
    // No check against the size of the data: holes take no bytes.
    const array = this.#add(new Array<unknown>(this.varint()));
    this.#readProperties(array, Tag.endSparseArray);
    // The length comes again at the end: a check of V8's own format.
    if (this.varint() !== array.length) throw failure();
    return array;
  }

  #readDenseArray(): object {
    const length = this.varint();
    // Each element takes a byte at least: a wrong length must not reserve gigabytes.
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
      Object.defineProperty(object, key, {
        value: this.readObject(),
        writable: true,
        enumerable: true,
        configurable: true,
      });
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
    // Before its source, as the writer numbers it.
    const id = this.#reserve();
    const source = this.#readString(this.#readTag());
    const bits = this.varint();
    const expression = new RegExp(
      source,
      RegExpFlagBits.map(([letter, bit]) => ((bits & bit) === 0 ? '' : letter)).join(''),
    );
    this.#objects[id] = expression;
    return expression;
  }

  #readArrayBuffer(resizable: boolean): object {
    const id = this.#reserve();
    const byteLength = this.varint();
    const maxByteLength = resizable ? this.varint() : byteLength;
    const start = this.skip(byteLength);
    const buffer = resizable ? new ArrayBuffer(byteLength, { maxByteLength }) : new ArrayBuffer(byteLength);
    // A copy: the data may lie in shared memory, or in a buffer the program goes on using.
    new Uint8Array(buffer).set(this.#bytes.subarray(start, start + byteLength));
    this.#objects[id] = buffer;
    return buffer;
  }

  #readView(buffer: ArrayBuffer | SharedArrayBuffer): object {
    // A byte and no tag: padding is not skipped here.
    const tag = this.#byte();
    const byteOffset = this.varint();
    const byteLength = this.varint();
    const tracks = this.#version >= VIEW_FLAGS_VERSION && (this.varint() & VIEW_LENGTH_TRACKING) !== 0;
    const name = Object.keys(ViewTag).find((candidate) => ViewTag[candidate] === tag);
    // `undefined` too for a Float16Array in a browser without it: the data are refused.
    const View =
      name === undefined
        ? undefined
        : (Reflect.get(globalThis, name) as (ViewConstructor & { BYTES_PER_ELEMENT?: number }) | undefined);
    const size = View?.BYTES_PER_ELEMENT ?? 1;
    // Offsets and lengths as they would throw in a constructor, with one error for all.
    if (
      View === undefined ||
      byteOffset % size !== 0 ||
      byteLength % size !== 0 ||
      byteOffset + byteLength > buffer.byteLength
    )
      throw failure();
    if (tracks) return this.#add(Reflect.construct(View, [buffer, byteOffset]) as object);
    return this.#add(new View(buffer, byteOffset, byteLength / size));
  }

  #readError(): object {
    // A cause that is the error itself is refused: the error is made once its parts are there.
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
    // Also `undefined`, when none was sent: the stack made here would name places of the reader.
    Object.defineProperty(error, 'stack', { value: stack, writable: true, enumerable: false, configurable: true });
    this.#objects[id] = error;
    return error;
  }

  #readBigInt(): bigint {
    const bits = this.varint();
    const byteLength = bits >>> 1;
    const start = this.skip(byteLength);
    let value = 0n;
    // Least significant byte first: read from the end, each byte moves the others up.
    for (let index = byteLength - 1; index >= 0; index--)
      value = (value << 8n) | BigInt(this.#bytes[start + index] ?? 0);
    return (bits & 1) === 0 ? value : -value;
  }

  #readString(tag: number): string {
    const length = this.varint();
    const start = this.skip(length);
    // A copy: TextDecoder throws for bytes in shared memory.
    const bytes = this.#bytes.slice(start, start + length);
    if (tag === Tag.oneByteString) return oneByteText(bytes);
    if (tag === Tag.twoByteString) {
      // Half a code unit is no text.
      if (bytes.length % 2 !== 0) throw failure();
      return twoByteText(bytes);
    }
    if (tag === Tag.utf8String) return utf8.decode(bytes);
    throw failure();
  }
}

/** `latin1` means windows-1252 to TextDecoder, which differs from 0x80 to 0x9f. */
function oneByteText(bytes: Uint8Array<ArrayBuffer>): string {
  if (!bytes.some((byte) => byte >= 0x80 && byte < 0xa0)) return latin1.decode(bytes);
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

/** TextDecoder makes U+FFFD of lone surrogates; V8 keeps them. Only texts that show one are decoded by hand. */
function twoByteText(bytes: Uint8Array<ArrayBuffer>): string {
  const text = utf16.decode(bytes);
  if (!text.includes('\ufffd')) return text;
  const units = new Uint16Array(bytes.buffer, 0, bytes.length >> 1);
  return Array.from(units, (unit) => String.fromCharCode(unit)).join('');
}

function failure(): Error {
  return new Error('Unable to deserialize cloned data.');
}
