import { plainView } from '../handles/stream-base.ts';
import type { Foreign } from '../realm/realm.ts';
import { ValueReader } from '@slipway/node-values';

/**
 * The class under `v8.Deserializer`. Reference: DeserializerContext in Node src/node_serdes.cc.
 * A class per realm: programs see its prototype, with what lib sets there.
 */
export function createDeserializerClass(): Foreign {
  return class Deserializer {
    readonly #reader: ValueReader;
    /** The data as they were given: lib's `readRawBytes` makes its Buffer over their memory. */
    readonly buffer: ArrayBufferView;

    constructor(buffer: ArrayBufferView) {
      // lib sets `_readHostObject` on the prototype later, so it is looked for with each object.
      const self = this as Foreign;
      if (!ArrayBuffer.isView(buffer))
        throw Object.assign(new TypeError('buffer must be a TypedArray or a DataView'), {
          code: 'ERR_INVALID_ARG_TYPE',
        });
      this.buffer = buffer;
      this.#reader = new ValueReader(plainView(buffer), {
        readHostObject: () => {
          const object: unknown = typeof self._readHostObject === 'function' ? self._readHostObject() : undefined;
          if (typeof object !== 'object' || object === null)
            throw new TypeError('readHostObject must return an object');
          return object;
        },
        sharedArrayBuffer: () => undefined,
      });
    }

    /** DeserializerContext::ReadHeader; throws when the version is newer than the reader's. */
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

    /** Two halves, since a double cannot hold it: [high, low] 32 bits each. */
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
  };
}
