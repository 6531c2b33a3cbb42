import type { Foreign, Realm } from '../../realm/realm.ts';
import {
  type CipherLibrary,
  type Digests,
  pbkdf2,
  type CurveLibrary,
  AsymmetricKeys,
  EcCurves,
  type Hash,
} from '@slipway/codecs';
import type { Members } from '../hash-classes.ts';
import { createAgreementClasses } from './agreement.ts';
import { KeyCodec } from './key-codec.ts';
import { createDiffieHellmanClasses } from './diffie-hellman.ts';
import { createKeyPairJobs, type KeyFactory } from './key-pair-jobs.ts';
import { createPrimeJobs } from './prime-jobs.ts';
import { createRsaCiphers } from './rsa-cipher.ts';
import { createSignJob } from './sign-job.ts';
import { createSignatureClasses } from './signatures.ts';

export type { KeyCodec } from './key-codec.ts';

/** `ciphers` is a function, as its library is only compiled for keys that are encrypted. */
export interface AsymmetricParts extends Pick<KeyFactory, 'makeHandle' | 'makeCryptoKey'> {
  readonly digests: Digests;
  readonly ciphers: () => CipherLibrary;
}

/** What needs asymmetric keys: pairs, signatures, RSA encryption, key agreement. */
export function createAsymmetricMembers(
  realm: Realm,
  constants: Foreign,
  codec: () => KeyCodec,
  parts: AsymmetricParts,
): Members {
  const { digests } = parts;
  const shared = { codec, curves: curvesOf(realm), digests, hash: hashOf(digests), random: randomOf(realm) };
  return {
    ...createKeyPairJobs(realm, constants, {
      ...shared,
      makeHandle: parts.makeHandle,
      makeCryptoKey: parts.makeCryptoKey,
    }),
    ...createSignatureClasses(realm, constants, shared),
    ...createSignJob(realm, constants, shared),
    ...createRsaCiphers(realm, constants, shared),
    ...createAgreementClasses(realm, shared),
    ...createDiffieHellmanClasses(realm, shared.random),
    ...createPrimeJobs(realm, shared.random),
  };
}

/** The one codec of a realm; made late, since it needs the digests and, for protected keys, the ciphers. */
export function createKeyCodec(
  realm: Realm,
  constants: Foreign,
  digests: Digests,
  ciphers: () => CipherLibrary,
): KeyCodec {
  return new KeyCodec(realm, constants, new AsymmetricKeys(curvesOf(realm), namedCurvesOf(realm)), {
    ciphers,
    hash: hashOf(digests),
    random: randomOf(realm),
    pbkdf2: (name, password, salt, iterations, length) =>
      pbkdf2(() => digests.create(name)!, password, salt, iterations, length),
  });
}

function curvesOf(realm: Realm): () => CurveLibrary {
  // Loaded by the first key, not with the binding: most programs never use a curve.
  return () => realm.requireBuiltin('internal/slipway/library/curves');
}

/** As late: the table and what is made of it come with the first curve that is not among the common ones. */
function namedCurvesOf(realm: Realm): EcCurves {
  return new EcCurves(
    curvesOf(realm),
    () => realm.requireBuiltin('internal/slipway/library/named-curves'),
    randomOf(realm),
  );
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
