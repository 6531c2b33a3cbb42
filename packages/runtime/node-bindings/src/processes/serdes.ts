import { plainView } from '../handles/stream-base.ts';
import type { BindingFactory, Foreign } from '../realm/realm.ts';
import { createDeserializerClass } from './deserializer-class.ts';
import { createSerializerClass } from './serializer-class.ts';

/** internalBinding('serdes'): the classes under `v8.Serializer`. Reference: Node src/node_serdes.cc. */
export const createSerdesBinding: BindingFactory = (realm) => ({
  Serializer: createSerializerClass(realm),
  Deserializer: createDeserializerClass(),
});

/**
 * internalBinding('ipc_serdes'): one message of an IPC channel with
 * `serialization: 'advanced'`, its length (big endian) in front.
 * Reference: Node src/node_ipc_serdes.cc.
 */
export const createIpcSerdesBinding: BindingFactory = (realm) => ({
  serialize(message: unknown): Foreign {
    // lib's own classes, so that Buffers and typed arrays arrive as what they were.
    const { DefaultSerializer } = realm.requireBuiltin('v8');
    const serializer = new DefaultSerializer();
    serializer.writeHeader();
    serializer.writeValue(message);
    const body = plainView(serializer.releaseBuffer());
    // Four bytes of length without themselves.
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
