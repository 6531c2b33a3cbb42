/**
 * What of the library's name goes into the code. OpenSSL's library name -> prefix of Node's code; libraries that
 * are not here have none ("Provider routines").
 */
const LIBRARIES: Readonly<Record<string, string>> = {
  'digital envelope routines': 'EVP_',
  'rsa routines': 'RSA_',
  'Diffie-Hellman routines': 'DH_',
  'elliptic curve routines': 'EC_',
  'bignum routines': 'BN_',
  'common libcrypto routines': 'CRYPTO_',
};

/** An error as ncrypto makes it from OpenSSL's error stack (ThrowCryptoError, src/crypto/crypto_util.cc). */
export function opensslError(number: string, library: string, reason: string, stack: readonly string[] = []): Error {
  const message = `error:${number}:${library}::${reason}`;
  const code = `ERR_OSSL_${LIBRARIES[library] ?? ''}${reason.toUpperCase().replaceAll(' ', '_')}`;
  return Object.assign(new Error(message), {
    ...(stack.length === 0 ? {} : { opensslErrorStack: stack }),
    library,
    reason,
    code,
  });
}

/** Errors whose text is OpenSSL's own; the numbers are those of the pinned Node. */
export const OpensslErrors = {
  badDecrypt: () =>
    opensslError('1C800064', 'Provider routines', 'bad decrypt', ['error:1C800064:Provider routines::bad decrypt']),
  wrongFinalBlock: () =>
    opensslError('1C80006B', 'Provider routines', 'wrong final block length', [
      'error:1C80006B:Provider routines::wrong final block length',
    ]),
  unsupportedDigest: () =>
    opensslError('0308010C', 'digital envelope routines', 'unsupported', [
      'error:03000086:digital envelope routines::initialization error',
      'error:0308010C:digital envelope routines::unsupported',
    ]),
  missingOid: () => opensslError('1C8000D1', 'Provider routines', 'missing OID'),
  missingOidOfCurve: () => opensslError('080000A7', 'elliptic curve routines', 'missing OID'),
  /** A key on one of Oakley's curves was to sign. */
  unsuitableForSigning: () =>
    opensslError('08080003', 'elliptic curve routines', 'BN lib', [
      'error:030000EA:digital envelope routines::provider signature failure',
      'error:0808002A:elliptic curve routines::ECDSA lib',
      'error:08080003:elliptic curve routines::BN lib',
      'error:0808002A:elliptic curve routines::ECDSA lib',
    ]),
  notExtendable: () => opensslError('030000B2', 'digital envelope routines', 'not XOF or invalid length'),
} as const;
