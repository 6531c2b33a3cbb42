import { codedError } from '@slipway/node-values';
import { compileShippedWasm } from '../realm/wasm-module.ts';
import { handleRevive } from '../handles/message-value.ts';
import type { BindingFactory, Foreign } from '../realm/realm.ts';
import { createEngine } from './engine.ts';
import { createAsymmetricMembers, createKeyCodec, type KeyCodec } from './asymmetric/index.ts';
import { type AsymmetricKey, type CipherLibrary, Digests, HASH_NAMES, type HashLibrary } from '@slipway/codecs';
import { bytesOf } from './byte-source.ts';
import { createCipherClasses } from './cipher-classes.ts';
import { CIPHER_NAMES } from './cipher-names.ts';
import { createDerivationJobs } from './derivation-jobs.ts';
import { createHashClasses, equalInConstantTime } from './hash-classes.ts';
import { createHashJobs } from './hash-jobs.ts';
import { KeyHandle, type KeyConstants } from './key-handle.ts';
import { createNativeKeys } from './native-keys.ts';
import { type SecretKeyArguments, SecretKeyJob } from './secret-key-job.ts';
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
  const digests = new Digests({
    module: (name) => compileShippedWasm(realm, name),
    library: hashLibrary,
    engine: createEngine(realm),
  });

  let codec: KeyCodec | undefined;
  // Made with the first asymmetric key.
  const keyCodec = (): KeyCodec => (codec ??= createKeyCodec(realm, constants, digests, cipherLibrary));

  class KeyObjectHandle extends KeyHandle {
    constructor() {
      super(realm, constants as KeyConstants, keyCodec);
    }
  }

  const native = createNativeKeys();

  const secretHandle = (secret: Uint8Array): KeyObjectHandle => {
    const handle = new KeyObjectHandle();
    handle.init(constants.kKeyTypeSecret, secret);
    return handle;
  };

  class SecretKeyGenJob extends SecretKeyJob {
    constructor(...given: SecretKeyArguments) {
      super(realm, { secretHandle, makeCryptoKey: native.makeCryptoKey }, ...given);
    }
  }

  const keyHandle = (key: AsymmetricKey, type: number): KeyObjectHandle => {
    const handle = new KeyObjectHandle();
    KeyHandle.adopt(handle, key, type);
    return handle;
  };
  const asymmetric = createAsymmetricMembers(realm, constants, keyCodec, {
    digests,
    ciphers: cipherLibrary,
    makeHandle: (key, isPrivate) => keyHandle(key, isPrivate ? constants.kKeyTypePrivate : constants.kKeyTypePublic),
    makeCryptoKey: native.makeCryptoKey,
  });

  return {
    ...createHashClasses(realm, digests),
    ...createHashJobs(realm, digests, constants),
    ...createCipherClasses(realm, cipherLibrary, constants),
    ...asymmetric,
    ...createDerivationJobs(realm, digests, hashLibrary),
    KeyObjectHandle,
    SecretKeyGenJob,
    SecureContext: createSecureContextClass(),
    ...native.members,
    /** In the receiving thread: from the data that `[handleClone]` of a handle, KeyObject or CryptoKey gave. */
    [handleRevive](data: Foreign): unknown {
      const handle = data.key === null ? secretHandle(data.secret) : keyHandle(data.key, data.type);
      if (data.what === 'handle') return handle;
      // Loading the builtin creates the classes.
      const keys = realm.requireBuiltin('internal/crypto/keys');
      if (data.what === 'key')
        return new [keys.SecretKeyObject, keys.PublicKeyObject, keys.PrivateKeyObject][data.type](handle);
      return native.makeCryptoKey(handle, data.algorithm, data.usages, data.extractable);
    },
    getHashes: () => [...HASH_NAMES],
    /** The ids only save OpenSSL a search; without one lib passes the name. */
    getCachedAliases: () => ({}),
    getCiphers: () => [...CIPHER_NAMES],
    getSSLCiphers: () => [...TLS_CIPHERS],
    timingSafeEqual,
    ...withoutOpenssl,
  };
};

/** TimingSafeEqual, Node src/crypto/crypto_timing.cc. */
function timingSafeEqual(a: unknown, b: unknown): boolean {
  const [left, right] = [a, b].map((value, index) => {
    if (!ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer)) {
      throw codedError(
        TypeError,
        'ERR_INVALID_ARG_TYPE',
        `The "buf${index + 1}" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.`,
      );
    }
    return bytesOf(value);
  }) as [Uint8Array, Uint8Array];
  // Lengths are no secret, contents are.
  if (left.length !== right.length)
    throw codedError(RangeError, 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH', 'Input buffers must have the same byte length');
  return equalInConstantTime(left, right);
}

/** What OpenSSL and its store of certificates would answer: neither is here. */
const withoutOpenssl = {
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
