import { plainView } from '../net/stream-base.ts';
import type { BindingFactory, Foreign } from '../realm.ts';
import { ValueReader } from './serialize/value-reader.ts';
import { ValueWriter } from './serialize/value-writer.ts';

/** internalBinding('serdes'): the classes under `v8.Serializer`. Reference: Node src/node_serdes.cc. */
export const createSerdesBinding: BindingFactory = (realm) => {
  /** lib subclasses it; `_writeHostObject`, `_getSharedArrayBufferId` and `_getDataCloneError` are its. */
  class Serializer {
    readonly #writer: ValueWriter;

    constructor() {
      const self = this as Foreign;
      this.#writer = new ValueWriter({
        cloneError: (message) => {
          throw self._getDataCloneError(message);
        },
        isHostObject(object) {
          // V8 does not look behind a proxy.
          if (realm.proxies.detailsOf(object) !== undefined) throw self._getDataCloneError('#<Object> could not be cloned.');
          return false;
        },
        writeHostObject: (object) => {
          if (typeof self._writeHostObject !== 'function') throw self._getDataCloneError('#<Object> could not be cloned.');
          self._writeHostObject(object);
        },
        sharedArrayBufferId: (buffer) => {
          if (typeof self._getSharedArrayBufferId !== 'function') throw self._getDataCloneError('#<SharedArrayBuffer> could not be cloned.');
          return Number(self._getSharedArrayBufferId(buffer)) >>> 0;
        },
      });
    }

    writeHeader(): void {
      this.#writer.writeHeader();
    }

    writeValue(value: unknown): boolean {
      this.#writer.writeObject(value);
      return true;
    }

    writeUint32(value: number): void {
      this.#writer.sink.varint(value >>> 0);
    }

    writeUint64(high: number, low: number): void {
      this.#writer.sink.varint64((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
    }

    writeDouble(value: number): void {
      this.#writer.sink.double(value);
    }

    writeRawBytes(source: ArrayBufferView | ArrayBuffer): void {
      this.#writer.sink.raw(ArrayBuffer.isView(source) ? plainView(source) : new Uint8Array(source));
    }

    transferArrayBuffer(id: number, buffer: ArrayBuffer): void {
      this.#writer.transferArrayBuffer(id, buffer);
    }

    releaseBuffer(): Foreign {
      return realm.requireBuiltin('buffer').Buffer.from(this.#writer.sink.take().buffer);
    }

    _setTreatArrayBufferViewsAsHostObjects(mode: boolean): void {
      this.#writer.viewsAreHostObjects = mode;
    }
  }

  class Deserializer {
    readonly #reader: ValueReader;
    /** lib makes views of it. */
    readonly buffer: ArrayBufferView;

    constructor(buffer: ArrayBufferView) {
      const self = this as Foreign;
      if (!ArrayBuffer.isView(buffer)) throw Object.assign(new TypeError('buffer must be a TypedArray or a DataView'), { code: 'ERR_INVALID_ARG_TYPE' });
      this.buffer = buffer;
      this.#reader = new ValueReader(plainView(buffer), {
        readHostObject: () => {
          const object: unknown = typeof self._readHostObject === 'function' ? self._readHostObject() : undefined;
          if (typeof object !== 'object' || object === null) throw new TypeError('readHostObject must return an object');
          return object;
        },
        sharedArrayBuffer: () => undefined,
      });
    }

    readHeader(): boolean {
      this.#reader.readHeader();
      return true;
    }

    readValue(): unknown {
      return this.#reader.readObject();
    }

    getWireFormatVersion(): number {
      return this.#reader.version;
    }

    transferArrayBuffer(id: number, buffer: ArrayBuffer): void {
      this.#reader.transferArrayBuffer(id, buffer);
    }

    readUint32(): number {
      return this.#reader.varint();
    }

    readUint64(): [high: number, low: number] {
      const value = this.#reader.varint64();
      return [Number(value >> 32n), Number(value & 0xffff_ffffn)];
    }

    readDouble(): number {
      return this.#reader.double();
    }

    /** Where in `this.buffer` the bytes begin. */
    _readRawBytes(length: number): number {
      return this.#reader.skip(length);
    }
  }

  return { Serializer, Deserializer };
};

/**
 * internalBinding('ipc_serdes'): one message of an IPC channel with
 * `serialization: 'advanced'`, its length (big endian) in front.
 * Reference: Node src/node_ipc_serdes.cc.
 */
export const createIpcSerdesBinding: BindingFactory = (realm) => ({
  serialize(message: unknown): Foreign {
    const { DefaultSerializer } = realm.requireBuiltin('v8');
    const serializer = new DefaultSerializer();
    serializer.writeHeader();
    serializer.writeValue(message);
    const body = plainView(serializer.releaseBuffer());
    const framed = new Uint8Array(4 + body.length);
    new DataView(framed.buffer).setUint32(0, body.length);
    framed.set(body, 4);
    return realm.requireBuiltin('buffer').Buffer.from(framed.buffer);
  },
  deserialize(bytes: Uint8Array): unknown {
    const { DefaultDeserializer } = realm.requireBuiltin('v8');
    // lib reuses what it reads from; views of this message must stay valid.
    const deserializer = new DefaultDeserializer(plainView(bytes).slice());
    deserializer.readHeader();
    return deserializer.readValue();
  },
});
