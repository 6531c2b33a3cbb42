import type { Foreign, Realm } from '../../../realm.ts';
import type { CipherLibrary } from '../aes-stream.ts';
import type { Digests } from '../digests.ts';
import type { Members } from '../hash-classes.ts';
import { pbkdf2 } from '../key-derivation.ts';
import { createAgreementClasses } from './agreement.ts';
import type { CurveLibrary } from './curves.ts';
import { AsymmetricKeys } from './key.ts';
import { KeyCodec } from './key-codec.ts';
import { createDiffieHellmanClasses } from './diffie-hellman.ts';
import { createKeyPairJobs, type KeyFactory } from './key-pair-jobs.ts';
import { createRsaCiphers } from './rsa-cipher.ts';
import type { Hash } from './rsa-padding.ts';
import { createSignatureClasses } from './signatures.ts';

export type { KeyCodec } from './key-codec.ts';

export interface AsymmetricParts extends Pick<KeyFactory, 'makeHandle' | 'makeCryptoKey'> {
  readonly digests: Digests;
  readonly ciphers: () => CipherLibrary;
}

/** What needs asymmetric keys: pairs, signatures, RSA encryption, key agreement. */
export function createAsymmetricMembers(realm: Realm, constants: Foreign, codec: () => KeyCodec, parts: AsymmetricParts): Members {
  const { digests } = parts;
  const shared = { codec, curves: curvesOf(realm), digests, hash: hashOf(digests), random: randomOf(realm) };
  return {
    ...createKeyPairJobs(realm, constants, { ...shared, makeHandle: parts.makeHandle, makeCryptoKey: parts.makeCryptoKey }),
    ...createSignatureClasses(realm, constants, shared),
    ...createRsaCiphers(realm, constants, shared),
    ...createAgreementClasses(realm, shared),
    ...createDiffieHellmanClasses(realm, shared.random),
  };
}

export function createKeyCodec(realm: Realm, constants: Foreign, digests: Digests, ciphers: () => CipherLibrary): KeyCodec {
  return new KeyCodec(realm, constants, new AsymmetricKeys(curvesOf(realm)), {
    ciphers,
    hash: hashOf(digests),
    random: randomOf(realm),
    pbkdf2: (name, password, salt, iterations, length) => pbkdf2(() => digests.create(name)!, password, salt, iterations, length),
  });
}

function curvesOf(realm: Realm): () => CurveLibrary {
  return () => realm.requireBuiltin('internal/slipway/library/curves');
}

function randomOf(realm: Realm): (length: number) => Uint8Array {
  return (length) => realm.host.crypto.getRandomValues(new Uint8Array(length));
}

function hashOf(digests: Digests): Hash {
  return (name, ...parts) => {
    const digest = digests.create(name);
    if (digest === undefined) throw new Error(`Cannot hash: no digest "${name}"`);
    for (const part of parts) digest.update(part);
    return digest.finish();
  };
}
