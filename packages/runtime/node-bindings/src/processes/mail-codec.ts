import { ValueReader, ValueWriter } from '@slipway/node-values';

/** What cannot go through a mailbox; the native port takes it, or says why not. */
class NotMailable extends Error {}

/** A value as bytes, or `undefined` where only the browser's own structured clone can carry it. */
export function encodeMail(value: unknown): Uint8Array | undefined {
  // V8's own format: every type that structured clone knows is in it, and v8.Serializer's code is here already.
  const writer = new ValueWriter({
    cloneError: (message) => {
      throw new NotMailable(message);
    },
    isHostObject: (object) => object instanceof WebAssembly.Module || object instanceof WebAssembly.Memory,
    writeHostObject: () => {
      throw new NotMailable('WebAssembly');
    },
    // Shared memory has an identity, which no bytes carry.
    sharedArrayBufferId: () => {
      throw new NotMailable('SharedArrayBuffer');
    },
  });
  try {
    writer.writeHeader();
    writer.writeObject(value);
    return writer.sink.take();
  } catch (error) {
    // Also what a getter of the value threw: the native clone will throw it again.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** Throws where a host object, such as a port, is in it. */
export function decodeMail(bytes: Uint8Array): unknown {
  const reader = new ValueReader(bytes, {
    readHostObject: () => {
      throw new Error('Cannot read a message: it holds an unknown object');
    },
    sharedArrayBuffer: () => undefined,
  });
  reader.readHeader();
  return reader.readObject();
}
