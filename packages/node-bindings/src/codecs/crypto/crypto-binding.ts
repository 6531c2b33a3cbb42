import { codedError } from '../../core/coded-error.ts';
import { compileShippedWasm } from '../../net/wasm-module.ts';
import { handleClone, handleRevive } from '../../processes/message-value.ts';
import type { BindingFactory, Foreign } from '../../realm.ts';
import { createEngine } from '../engine.ts';
import { createAsymmetricMembers, createKeyCodec, type KeyCodec } from './asymmetric/index.ts';
import type { AsymmetricKey } from './asymmetric/key.ts';
import type { CipherLibrary } from './aes-stream.ts';
import { bytesOf } from './byte-source.ts';
import { CIPHER_NAMES, createCipherClasses } from './cipher-class.ts';
import { createDerivationJobs } from './derivation-jobs.ts';
import { Digests, HASH_NAMES, type HashLibrary } from './digests.ts';
import { createHashClasses, equalInConstantTime } from './hash-classes.ts';
import { CryptoJob, JobMode } from './jobs.ts';
import { KeyHandle, type KeyConstants } from './key-handle.ts';
import { createSecureContextClass } from './secure-context.ts';

/** Names `tls.getCiphers()` gives: what the browser negotiates for us. */
const TLS_CIPHERS = ['tls_aes_256_gcm_sha384', 'tls_chacha20_poly1305_sha256', 'tls_aes_128_gcm_sha256'];

/**
 * internalBinding('crypto'). Reference: Node src/crypto/.
 *
 * Hashes are WebAssembly, ciphers @noble/ciphers, curves @noble/curves, randomness
 * the browser's. RSA and the encodings of keys are our own. What is missing (DSA,
 * classic Diffie-Hellman, post-quantum keys) refuses by name.
 */
export const createCryptoBinding: BindingFactory = (realm) => {
  const constants: Foreign = realm.data.bindings['crypto'];
  const hashLibrary = (): HashLibrary => realm.requireBuiltin('internal/slipway/library/hashes');
  const cipherLibrary = (): CipherLibrary => realm.requireBuiltin('internal/slipway/library/ciphers');
  const digests = new Digests({ module: (name) => compileShippedWasm(realm, name), library: hashLibrary, engine: createEngine(realm) });

  let codec: KeyCodec | undefined;
  const keyCodec = (): KeyCodec => (codec ??= createKeyCodec(realm, constants, digests, cipherLibrary));

  class KeyObjectHandle extends KeyHandle {
    constructor() {
      super(realm, constants as KeyConstants, keyCodec);
    }
  }

  const keySlots = new WeakMap<object, readonly unknown[]>();
  let InternalCryptoKey: (new (handle: KeyHandle, algorithm: unknown, usages: number, extractable: boolean) => object) | undefined;

  class NativeKeyObject {
    constructor(handle: KeyObjectHandle) {
      keySlots.set(this, [handle.getKeyType(), handle]);
    }

    [handleClone](): { binding: string; data: unknown } {
      const handle = keySlots.get(this)?.[1] as KeyObjectHandle;
      return { binding: 'crypto', data: { what: 'key', ...handle.cloneData() } };
    }
  }

  class NativeCryptoKey {
    constructor(handle: KeyObjectHandle, algorithm: unknown, usages: number, extractable: boolean) {
      keySlots.set(this, [handle.getKeyType(), extractable, algorithm, usages, handle]);
    }

    [handleClone](): { binding: string; data: unknown } {
      const [, extractable, algorithm, usages, handle] = keySlots.get(this) ?? [];
      return { binding: 'crypto', data: { what: 'cryptoKey', ...(handle as KeyHandle).cloneData(), extractable, algorithm, usages } };
    }
  }

  const slotsOf = (key: object): unknown[] => {
    const slots = keySlots.get(key);
    if (slots === undefined) throw codedError(TypeError, 'ERR_INVALID_THIS', 'Value of "this" must be of type KeyObject');
    return [...slots];
  };

  const secretHandle = (secret: Uint8Array): KeyObjectHandle => {
    const handle = new KeyObjectHandle();
    handle.init(constants.kKeyTypeSecret, secret);
    return handle;
  };

  /** generateKey and subtle.generateKey: (mode, bits[, algorithm, usages, extractable]). */
  class SecretKeyGenJob extends CryptoJob {
    readonly #bits: number;
    readonly #cryptoKey: readonly [algorithm: unknown, usages: number, extractable: boolean] | null;

    constructor(mode: number, bits: number, algorithm: unknown, usages: number, extractable: boolean) {
      super(realm, mode);
      this.#bits = bits;
      this.#cryptoKey = mode === JobMode.webCrypto ? [algorithm, usages, extractable] : null;
    }

    protected override compute(): unknown {
      const secret = new Uint8Array(Math.floor(this.#bits / 8));
      for (let at = 0; at < secret.length; at += 65_536) realm.host.crypto.getRandomValues(secret.subarray(at, at + 65_536));
      const handle = secretHandle(secret);
      if (this.#cryptoKey === null) return handle;
      if (InternalCryptoKey === undefined) throw new Error('Cannot make a CryptoKey: its class was not created');
      return new InternalCryptoKey(handle, ...this.#cryptoKey);
    }
  }

  const hashes = createHashClasses(realm, digests, constants);
  const ciphers = createCipherClasses(realm, cipherLibrary, constants);

  const keyHandle = (key: AsymmetricKey, type: number): KeyObjectHandle => {
    const handle = new KeyObjectHandle();
    KeyHandle.adopt(handle, key, type);
    return handle;
  };
  const asymmetric = createAsymmetricMembers(realm, constants, keyCodec, {
    digests,
    ciphers: cipherLibrary,
    makeHandle: (key, isPrivate) => keyHandle(key, isPrivate ? constants.kKeyTypePrivate : constants.kKeyTypePublic),
    makeCryptoKey(handle, algorithm, usages, extractable) {
      if (InternalCryptoKey === undefined) throw new Error('Cannot make a CryptoKey: its class was not created');
      return new InternalCryptoKey(handle, algorithm, usages, extractable);
    },
  });

  return {
    ...hashes,
    ...ciphers,
    ...asymmetric,
    ...createDerivationJobs(realm, digests, hashLibrary),
    KeyObjectHandle,
    SecretKeyGenJob,
    SecureContext: createSecureContextClass(),
    createNativeKeyObjectClass: (create: (base: typeof NativeKeyObject) => Foreign) => create(NativeKeyObject),
    getKeyObjectSlots: slotsOf,
    createCryptoKeyClass(create: (base: typeof NativeCryptoKey) => Foreign) {
      const classes = create(NativeCryptoKey);
      InternalCryptoKey = classes[1];
      // lib gives instances another prototype, that of the public class.
      Object.defineProperty(classes[1].prototype, handleClone, { value: NativeCryptoKey.prototype[handleClone], configurable: true });
      return classes;
    },
    getCryptoKeySlots: slotsOf,
    [handleRevive](data: Foreign): unknown {
      const handle = data.key === null ? secretHandle(data.secret) : keyHandle(data.key, data.type);
      if (data.what === 'handle') return handle;
      // Loading the builtin creates the classes.
      const keys = realm.requireBuiltin('internal/crypto/keys');
      if (data.what === 'key') return new [keys.SecretKeyObject, keys.PublicKeyObject, keys.PrivateKeyObject][data.type](handle);
      return new (InternalCryptoKey as Foreign)(handle, data.algorithm, data.usages, data.extractable);
    },
    getHashes: () => [...HASH_NAMES],
    /** The ids only save OpenSSL a search; without one lib passes the name. */
    getCachedAliases: () => ({}),
    getCiphers: () => [...CIPHER_NAMES],
    getSSLCiphers: () => [...TLS_CIPHERS],
    timingSafeEqual(a: unknown, b: unknown): boolean {
      const [left, right] = [a, b].map((value, index) => {
        if (!ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer)) {
          throw codedError(TypeError, 'ERR_INVALID_ARG_TYPE', `The "buf${index + 1}" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.`);
        }
        return bytesOf(value);
      }) as [Uint8Array, Uint8Array];
      if (left.length !== right.length) throw codedError(RangeError, 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH', 'Input buffers must have the same byte length');
      return equalInConstantTime(left, right);
    },
    getFipsCrypto: () => 0,
    setFipsCrypto(enable: boolean) {
      if (enable) throw new Error('Cannot enable FIPS mode: there is no FIPS module');
    },
    testFipsCrypto: () => false,
    getOpenSSLSecLevelCrypto: () => 1,
    secureHeapUsed: () => undefined,
    secureBuffer: (size: number) => new Uint8Array(size),
    // Certificates are the browser's business: the outbound layer checks them.
    getBundledRootCertificates: () => [],
    getSystemCACertificates: () => [],
    getExtraCACertificates: () => [],
    getUserRootCertificates: () => [],
    resetRootCertStore: () => undefined,
    startLoadingCertificatesOffThread: () => undefined,
    getCertificateCompressionAlgorithms: () => [],
  };
};
