import { plainView } from '../handles/stream-base.ts';
import type { Foreign, Realm } from '../realm/realm.ts';
import { ValueWriter } from '@slipway/node-values';

/**
 * The class under `v8.Serializer`. Reference: SerializerContext in Node src/node_serdes.cc.
 * A class per realm: programs see its prototype, with what lib sets there.
 */
export function createSerializerClass(realm: Realm): Foreign {
  /** lib subclasses it; `_writeHostObject`, `_getSharedArrayBufferId` and `_getDataCloneError` are its. */
  return class Serializer {
    readonly #writer: ValueWriter;

    constructor() {
      // Delegates are looked for with each object, as V8 calls back: lib's subclass sets them on its prototype.
      const self = this as Foreign;
      this.#writer = new ValueWriter({
        cloneError: (message) => {
          throw self._getDataCloneError(message);
        },
        isHostObject(object) {
          // V8 does not look behind a proxy.
          if (realm.proxies.detailsOf(object) !== undefined)
            throw self._getDataCloneError('#<Object> could not be cloned.');
          return false;
        },
        writeHostObject: (object) => {
          if (typeof self._writeHostObject !== 'function')
            throw self._getDataCloneError('#<Object> could not be cloned.');
          self._writeHostObject(object);
        },
        sharedArrayBufferId: (buffer) => {
          if (typeof self._getSharedArrayBufferId !== 'function')
            throw self._getDataCloneError('#<SharedArrayBuffer> could not be cloned.');
          // Uint32Value of whatever the program answers.
          return Number(self._getSharedArrayBufferId(buffer)) >>> 0;
        },
      });
    }

    writeHeader(): void {
      this.#writer.writeHeader();
    }

    /** SerializerContext::WriteValue; throws what `_getDataCloneError` makes. true, as V8's Maybe says. */
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

    /** The bytes so far as a Buffer of its own; the serializer is empty afterwards. */
    releaseBuffer(): Foreign {
      return realm.requireBuiltin('buffer').Buffer.from(this.#writer.sink.take().buffer);
    }

    _setTreatArrayBufferViewsAsHostObjects(mode: boolean): void {
      this.#writer.viewsAreHostObjects = mode;
    }
  };
}
