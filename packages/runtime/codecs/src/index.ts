// Compression: RFC 1950-1952 (zlib), 7932 (brotli), 8878 (zstd).
export { BrotliDecoder, BrotliEncoder, type BrotliLibrary } from './compression/brotli-codec.ts';
export type { Codec, CodecError } from './compression/codec.ts';
export { createCrc32 } from './compression/crc32.ts';
export { DeflateLibrary, WasmDeflate } from './compression/wasm-deflate.ts';
export { InflateLibrary, WasmInflate } from './compression/wasm-inflate.ts';
export { Mode } from './compression/zlib-format.ts';
export { ZlibInflate } from './compression/zlib-inflate.ts';
export { Zstd, ZstdDecoder, ZstdEncoder } from './compression/zstd-codec.ts';

// Ciphers in pieces, as EVP_CipherUpdate takes them; one-shot ciphers are the library's own.
export { type AeadStream, CcmStream, ChaChaPolyStream } from './crypto/aead-streams.ts';
export { OcbStream } from './crypto/ocb-stream.ts';
export { CfbStream, ChaChaStream, OfbStream } from './crypto/feedback-streams.ts';
export {
  BadPadding,
  BlockStream,
  type CipherLibrary,
  type CipherStream,
  CounterStream,
  GcmStream,
  WrongFinalBlock,
} from './crypto/aes-stream.ts';

// Keys of two halves: curves, RSA, their text and DER.
export {
  type CurveLibrary,
  type EcCurve,
  type EcdsaOptions,
  OKP_KINDS,
  okpKind,
  type OkpName,
  orderSize,
} from './crypto/asymmetric/curves.ts';
export { EcCurves, type NamedCurvesLibrary } from './crypto/asymmetric/ec-curves.ts';
export { concat, DerError, DerValue, fromBigInt, toBigInt } from './crypto/asymmetric/der.ts';
export {
  decryptPkcs8,
  decryptTraditional,
  encryptPkcs8,
  type PemBlock,
  type Protection,
  readPem,
  writePem,
  writeTraditionalPem,
} from './crypto/asymmetric/key-text.ts';
export {
  type AsymmetricKey,
  AsymmetricKeys,
  type EcKey,
  isEc,
  OffCurve,
  isOkp,
  isRsa,
  type PssRestriction,
  type RsaKey,
  withoutSecret,
} from './crypto/asymmetric/key.ts';
export { knownSafePrime, MODP_GENERATOR, modpGroup } from './crypto/asymmetric/modp-groups.ts';
export {
  bitLength,
  generateRsa,
  inverse,
  isProbablePrime,
  power,
  privatePower,
  type RandomBytes,
  randomPrime,
} from './crypto/asymmetric/rsa-math.ts';
export {
  encryptionPadding,
  type Hash,
  isPss,
  oaepPadding,
  PaddingError,
  pssPadding,
  signaturePadding,
  withoutBlockType,
  withoutOaep,
} from './crypto/asymmetric/rsa-padding.ts';

// Digests, MACs and key derivation, all on the same digests.
export { canonicalDigestName, Digests, HASH_NAMES, type HashLibrary } from './crypto/digests.ts';
export type { Engine } from './crypto/engine.ts';
export { hkdf, hkdfLimit, HmacDigest, pbkdf2 } from './crypto/key-derivation.ts';
export { opensslError, OpensslErrors } from './crypto/openssl-error.ts';
export type { Digest } from './crypto/wasm-digest.ts';
