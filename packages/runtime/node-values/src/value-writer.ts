import { entriesOf, isMap, isSet, membersOf } from './brands.ts';
import { ByteSink, varintLength } from './byte-sink.ts';
import {
  ErrorPrototypeTag,
  ErrorTag,
  RegExpFlagBits,
  Tag,
  ViewTag,
  VIEW_LENGTH_TRACKING,
  WIRE_VERSION,
} from './format.ts';

/** What the format leaves to the embedder (v8::ValueSerializer::Delegate). */
export interface WriterDelegate {
  /** Throws what the caller shall see; `message` names the object. */
  cloneError(message: string): never;
  /** Objects that only the delegate knows; `undefined` where there are none. */
  isHostObject(object: object): boolean;
  writeHostObject(object: object): void;
  /** The number by which the receiver finds the memory; throws where it cannot be sent. */
  sharedArrayBufferId(buffer: SharedArrayBuffer): number;
}

/** Writes values as v8::ValueSerializer does; each `write*` follows the C++ method of that name. */
export class ValueWriter {
  /** Open to the owner: `Serializer.writeUint32` and its like put bytes between the values. */
  readonly sink = new ByteSink();
  readonly #delegate: WriterDelegate;
  /** Number of each object, in the order in which they begin: references go by it. */
  readonly #ids = new Map<object, number>();
  /** Buffers whose memory goes another way, and the numbers they are known by. */
  readonly #transfers = new Map<ArrayBuffer, number>();
  // v8.DefaultSerializer's way: Buffers keep their class by being written by the delegate.
  viewsAreHostObjects = false;

  constructor(delegate: WriterDelegate) {
    this.#delegate = delegate;
  }

  /** To be called first where the reader expects it; lib's IPC does so as well. */
  writeHeader(): void {
    this.sink.byte(Tag.version);
    this.sink.varint(WIRE_VERSION);
  }

  /** Instead of its content only `id` is written; moving the buffer is the caller's business. */
  transferArrayBuffer(id: number, buffer: ArrayBuffer): void {
    this.#transfers.set(buffer, id);
  }

  /** Throws what the delegate's `cloneError` throws for functions, symbols and objects that cannot be cloned. */
  writeObject(value: unknown): void {
    switch (typeof value) {
      case 'undefined':
        return this.sink.byte(Tag.undefined);
      case 'boolean':
        return this.sink.byte(value ? Tag.true : Tag.false);
      case 'number':
        return this.#writeNumber(value);
      case 'bigint':
        this.sink.byte(Tag.bigInt);
        return this.#writeBigInt(value);
      case 'string':
        return this.#writeString(value);
      case 'object':
        if (value === null) return this.sink.byte(Tag.null);
        return this.#writeViewOrReceiver(value);
      default:
        this.#delegate.cloneError(`${String(value)} could not be cloned.`);
    }
  }

  /** A view's buffer comes first, and before the view gets its number. */
  #writeViewOrReceiver(object: object): void {
    if (ArrayBuffer.isView(object) && !this.viewsAreHostObjects && !this.#ids.has(object))
      this.#writeReceiver(object.buffer);
    this.#writeReceiver(object);
  }

  #writeReceiver(object: object): void {
    const known = this.#ids.get(object);
    if (known !== undefined) {
      this.sink.byte(Tag.objectReference);
      this.sink.varint(known);
      return;
    }
    // Numbered before its content is written: a cycle then finds itself.
    this.#ids.set(object, this.#ids.size);
    if (Array.isArray(object)) return this.#writeArray(object);
    if (ArrayBuffer.isView(object))
      return this.viewsAreHostObjects ? this.#writeHostObject(object) : this.#writeView(object);
    if (this.#delegate.isHostObject(object)) return this.#writeHostObject(object);
    if (!this.#writeBuiltin(object)) this.#writePlainObject(object);
  }

  /** Objects with an internal slot; they are known by it, not by their prototype. */
  #writeBuiltin(object: object): boolean {
    const kind = Object.prototype.toString.call(object).slice(8, -1);
    if (object instanceof Date) {
      this.sink.byte(Tag.date);
      this.sink.double(object.getTime());
    } else if (isMap(object)) this.#writeMap(object);
    else if (isSet(object)) this.#writeSet(object);
    else if (object instanceof RegExp) this.#writeRegExp(object);
    else if (object instanceof ArrayBuffer) this.#writeArrayBuffer(object);
    else if (object instanceof SharedArrayBuffer) {
      this.sink.byte(Tag.sharedArrayBuffer);
      this.sink.varint(this.#delegate.sharedArrayBufferId(object));
      // By its tag as well: errors of another realm are no instances of this one's Error.
    } else if (kind === 'Error' || object instanceof Error) this.#writeError(object as Error);
    else if (object instanceof Boolean) this.sink.byte(object.valueOf() ? Tag.trueObject : Tag.falseObject);
    else if (object instanceof Number) {
      this.sink.byte(Tag.numberObject);
      this.sink.double(object.valueOf());
    } else if (object instanceof BigInt) {
      this.sink.byte(Tag.bigIntObject);
      this.#writeBigInt(object.valueOf() as bigint);
    } else if (object instanceof String) {
      this.sink.byte(Tag.stringObject);
      this.#writeString(object.valueOf());
    } else if (
      // As plain objects they would arrive empty, without anybody noticing.
      object instanceof WeakMap ||
      object instanceof WeakSet ||
      object instanceof WeakRef ||
      object instanceof Promise ||
      object instanceof Symbol
    ) {
      this.#delegate.cloneError(`#<${object.constructor.name}> could not be cloned.`);
    } else return false;
    return true;
  }

  /** Own enumerable properties with string keys: prototype, accessors and symbols do not travel. */
  #writePlainObject(object: object): void {
    this.sink.byte(Tag.beginObject);
    const count = this.#writeProperties(object, Object.keys(object));
    this.#end(Tag.endObject, count);
  }

  #writeArray(array: readonly unknown[]): void {
    const keys = Object.keys(array);
    // As many own keys as places means no hole; arrays with holes are written key by key.
    const isDense =
      keys.length >= array.length && (array.length === 0 || keys[array.length - 1] === String(array.length - 1));
    if (isDense) {
      this.sink.byte(Tag.beginDenseArray);
      this.sink.varint(array.length);
      // Read by index: a getter may have changed the array meanwhile.
      for (let index = 0; index < keys.length && index < array.length; index++) this.writeObject(array[index]);
      this.#end(Tag.endDenseArray, this.#writeProperties(array, keys.slice(array.length)));
    } else {
      this.sink.byte(Tag.beginSparseArray);
      this.sink.varint(array.length);
      this.#end(Tag.endSparseArray, this.#writeProperties(array, keys));
    }
    // Again at the end, behind the count of other properties.
    this.sink.varint(array.length);
  }

  /** Returns how many were written: a getter may have deleted some. */
  #writeProperties(object: object, keys: readonly string[]): number {
    let written = 0;
    for (const key of keys) {
      if (!Object.hasOwn(object, key)) continue;
      // Array indices travel as numbers, up to 2^32 - 2.
      const index = /^(0|[1-9]\d{0,9})$/.test(key) && Number(key) < 0xffffffff ? Number(key) : undefined;
      this.writeObject(index ?? key);
      this.writeObject(Reflect.get(object, key));
      written++;
    }
    return written;
  }

  #writeMap(map: Map<unknown, unknown>): void {
    // A copy first: a getter of a member may change the map.
    const entries = entriesOf(map);
    this.sink.byte(Tag.beginMap);
    for (const entry of entries) for (const member of entry) this.writeObject(member);
    this.#end(Tag.endMap, entries.length * 2);
  }

  #writeSet(set: Set<unknown>): void {
    const members = membersOf(set);
    this.sink.byte(Tag.beginSet);
    for (const member of members) this.writeObject(member);
    this.#end(Tag.endSet, members.length);
  }

  /** `lastIndex` stays behind, as structured clone has it. */
  #writeRegExp(expression: RegExp): void {
    this.sink.byte(Tag.regExp);
    this.#writeString(expression.source);
    this.sink.varint(
      RegExpFlagBits.reduce((bits, [letter, bit]) => (expression.flags.includes(letter) ? bits | bit : bits), 0),
    );
  }

  #writeArrayBuffer(buffer: ArrayBuffer): void {
    const transfer = this.#transfers.get(buffer);
    if (transfer !== undefined) {
      this.sink.byte(Tag.arrayBufferTransfer);
      this.sink.varint(transfer);
      return;
    }
    if (buffer.detached) this.#delegate.cloneError('An ArrayBuffer is detached and could not be cloned.');
    this.sink.byte(buffer.resizable ? Tag.resizableArrayBuffer : Tag.arrayBuffer);
    this.sink.varint(buffer.byteLength);
    if (buffer.resizable) this.sink.varint(buffer.maxByteLength);
    this.sink.raw(new Uint8Array(buffer));
  }

  #writeView(view: ArrayBufferView): void {
    // The getter of %TypedArray% reads the slot: a subclass is written as what it extends.
    const name =
      ArrayBuffer.isView(view) && view instanceof DataView
        ? 'DataView'
        : (view as unknown as { [Symbol.toStringTag]: string })[Symbol.toStringTag];
    const tag = ViewTag[name];
    if (tag === undefined) this.#delegate.cloneError(`#<${name}> could not be cloned.`);
    this.sink.byte(Tag.arrayBufferView);
    this.sink.byte(tag ?? 0);
    this.sink.varint(view.byteOffset);
    this.sink.varint(view.byteLength);
    // A script cannot ask whether the length follows the buffer; reaching to its end is the best sign.
    const tracks =
      view.buffer instanceof ArrayBuffer &&
      view.buffer.resizable &&
      view.byteOffset + view.byteLength === view.buffer.byteLength;
    this.sink.varint(tracks ? VIEW_LENGTH_TRACKING : 0);
  }

  #writeError(error: Error): void {
    this.sink.byte(Tag.error);
    // The name decides the class at the other side: six are known, all others become Error.
    const name = String(error.name);
    const prototype = ErrorPrototypeTag[name];
    if (prototype !== undefined) this.sink.varint(prototype);
    // Own and plain data alone: an accessor is not called, the prototype's '' not sent.
    const message = Object.getOwnPropertyDescriptor(error, 'message');
    if (message !== undefined && 'value' in message) {
      this.sink.varint(ErrorTag.message);
      this.#writeString(String(message.value));
    }
    if (Object.hasOwn(error, 'cause')) {
      this.sink.varint(ErrorTag.cause);
      this.writeObject(error.cause);
    }
    // Behind the cause, as V8 has it; a program may have put something else there.
    if (typeof error.stack === 'string') {
      this.sink.varint(ErrorTag.stack);
      this.#writeString(error.stack);
    }
    this.sink.varint(ErrorTag.end);
  }

  /** The count lets the reader see that nothing was lost on the way. */
  #end(tag: number, count: number): void {
    this.sink.byte(tag);
    this.sink.varint(count);
  }

  #writeHostObject(object: object): void {
    this.sink.byte(Tag.hostObject);
    this.#delegate.writeHostObject(object);
  }

  #writeNumber(value: number): void {
    // What fits 32 bits, as a Smi does in Node's build; -0 is a double only.
    if ((value | 0) === value && !Object.is(value, -0)) {
      this.sink.byte(Tag.int32);
      this.sink.zigzag(value);
    } else {
      this.sink.byte(Tag.double);
      this.sink.double(value);
    }
  }

  /** Sign in bit 0, byte length above it, then 64-bit digits. */
  #writeBigInt(value: bigint): void {
    const digits: bigint[] = [];
    for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= 64n) digits.push(rest & 0xffff_ffff_ffff_ffffn);
    this.sink.varint((digits.length * 8 * 2) | (value < 0n ? 1 : 0));
    this.sink.raw(new Uint8Array(BigUint64Array.from(digits).buffer));
  }

  #writeString(text: string): void {
    if (isOneByte(text)) {
      this.sink.byte(Tag.oneByteString);
      this.sink.varint(text.length);
      const bytes = new Uint8Array(text.length);
      for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
      this.sink.raw(bytes);
      return;
    }
    const byteLength = text.length * 2;
    // V8 reads two-byte text in place, so it has to begin at an even offset; a padding byte is skipped as a tag.
    if (((this.sink.length + 1 + varintLength(byteLength)) & 1) !== 0) this.sink.byte(Tag.padding);
    this.sink.byte(Tag.twoByteString);
    this.sink.varint(byteLength);
    const units = new Uint16Array(text.length);
    for (let index = 0; index < text.length; index++) units[index] = text.charCodeAt(index);
    this.sink.raw(new Uint8Array(units.buffer));
  }
}

/** V8 goes by how the string is stored; what a script sees is the largest code unit. */
function isOneByte(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0xff) return false;
  return true;
}
