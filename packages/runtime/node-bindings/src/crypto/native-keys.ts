import { codedError } from '@slipway/node-values';
import { handleClone } from '../handles/message-value.ts';
import type { Foreign } from '../realm/realm.ts';
import type { Members } from './hash-classes.ts';
import type { KeyHandle } from './key-handle.ts';

type CryptoKeyClass = new (handle: KeyHandle, algorithm: unknown, usages: number, extractable: boolean) => object;

/** Bases of lib's KeyObject and CryptoKey, and what is made of the classes that lib derives from them. */
export interface NativeKeys {
  /** Only once lib has derived its class. */
  makeCryptoKey(handle: KeyHandle, algorithm: unknown, usages: number, extractable: boolean): object;
  readonly members: Members;
}

/**
 * The objects behind `KeyObject` and `CryptoKey`. Reference: NativeKeyObject and
 * NativeCryptoKey in Node src/crypto/crypto_keys.cc; what C++ keeps in internal
 * fields is kept beside the object here.
 */
export function createNativeKeys(): NativeKeys {
  // Weak, and out of the program's reach: a property could be read or copied.
  const keySlots = new WeakMap<object, readonly unknown[]>();
  let InternalCryptoKey: CryptoKeyClass | undefined;

  class NativeKeyObject {
    constructor(handle: KeyHandle) {
      keySlots.set(this, [handle.getKeyType(), handle]);
    }

    [handleClone](): { binding: string; data: unknown } {
      const handle = keySlots.get(this)?.[1] as KeyHandle;
      return { binding: 'crypto', data: { what: 'key', ...handle.cloneData() } };
    }
  }

  class NativeCryptoKey {
    constructor(handle: KeyHandle, algorithm: unknown, usages: number, extractable: boolean) {
      keySlots.set(this, [handle.getKeyType(), extractable, algorithm, usages, handle]);
    }

    [handleClone](): { binding: string; data: unknown } {
      const [, extractable, algorithm, usages, handle] = keySlots.get(this) ?? [];
      return {
        binding: 'crypto',
        data: { what: 'cryptoKey', ...(handle as KeyHandle).cloneData(), extractable, algorithm, usages },
      };
    }
  }

  // A fresh array: lib fills its private fields from it.
  const slotsOf = (key: object): unknown[] => {
    const slots = keySlots.get(key);
    if (slots === undefined)
      throw codedError(TypeError, 'ERR_INVALID_THIS', 'Value of "this" must be of type KeyObject');
    return [...slots];
  };

  return {
    makeCryptoKey(handle, algorithm, usages, extractable) {
      if (InternalCryptoKey === undefined) throw new Error('Cannot make a CryptoKey: its class was not created');
      return new InternalCryptoKey(handle, algorithm, usages, extractable);
    },
    members: {
      createNativeKeyObjectClass: (create: (base: typeof NativeKeyObject) => Foreign) => create(NativeKeyObject),
      getKeyObjectSlots: slotsOf,
      createCryptoKeyClass(create: (base: typeof NativeCryptoKey) => Foreign) {
        const classes = create(NativeCryptoKey);
        InternalCryptoKey = classes[1];
        // lib gives instances another prototype, that of the public class.
        Object.defineProperty(classes[1].prototype, handleClone, {
          value: NativeCryptoKey.prototype[handleClone],
          configurable: true,
        });
        return classes;
      },
      getCryptoKeySlots: slotsOf,
    },
  };
}
