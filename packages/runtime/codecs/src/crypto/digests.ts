import type { Engine } from './engine.ts';
import { EngineDigest, engineKindOf } from './engine-digest.ts';
import { HashEngine, WasmDigest, type Digest, type WasmDigestKind } from './wasm-digest.ts';

/** What is used of a hash object of @noble/hashes; `digest` destroys it. */
export interface NobleHash {
  /** Bytes, as `outputLen`; HMAC pads its key to this. */
  readonly blockLen: number;
  readonly outputLen: number;
  update(bytes: Uint8Array): NobleHash;
  digest(): Uint8Array;
  /** Only of extendable functions: as many bytes as wanted. */
  xof?(length: number): Uint8Array;
  clone(): NobleHash;
}

/**
 * What is used of @noble/hashes, the builtin `internal/slipway/library/hashes`: the algorithms that are not taken
 * from a WebAssembly module.
 */
export interface HashLibrary {
  readonly shake128: { create(): NobleHash };
  readonly shake256: { create(): NobleHash };
  readonly sha512_224: { create(): NobleHash };
  readonly sha512_256: { create(): NobleHash };
  scrypt(
    password: Uint8Array,
    salt: Uint8Array,
    options: { N: number; r: number; p: number; dkLen: number; maxmem: number },
  ): Uint8Array;
}

/** Where the code of the algorithms comes from; each part is fetched when it is first needed. */
export interface DigestSource {
  /** The module of hash-wasm by this name; asked once for each. */
  module(name: string): WebAssembly.Module;
  library(): HashLibrary;
  /** What large inputs in one piece are given to, where there is one. */
  readonly engine?: Engine;
}

/** `module` names a family, the other fields the member of it. */
interface WasmEntry extends WasmDigestKind {
  readonly module: string;
}

/** `bits` picks a variant within a module; sizes in bytes. */
const wasm = (module: string, bits: number, blockSize: number, outputSize: number, padding = 0): WasmEntry => ({
  module,
  bits,
  blockSize,
  outputSize,
  padding,
});

/** FIPS 202, 6.1: the bits that part SHA-3 from SHAKE and from Keccak itself, with the padding's first. */
const SHA3_PADDING = 0x06;
/** The rate: 1600 bits of state less twice the output (FIPS 202, 5.2). */
const sha3 = (bits: number): WasmEntry => wasm('sha3', bits, 200 - bits / 4, bits / 8, SHA3_PADDING);

/** By canonical name. The large SHA-2 pair and the small one are one module each, told apart by `bits`. */
const WASM: Readonly<Record<string, WasmEntry>> = {
  md5: wasm('md5', 0, 64, 16),
  sha1: wasm('sha1', 0, 64, 20),
  sha224: wasm('sha256', 224, 64, 28),
  sha256: wasm('sha256', 256, 64, 32),
  sha384: wasm('sha512', 384, 128, 48),
  sha512: wasm('sha512', 512, 128, 64),
  'sha3-224': sha3(224),
  'sha3-256': sha3(256),
  'sha3-384': sha3(384),
  'sha3-512': sha3(512),
  ripemd160: wasm('ripemd160', 0, 64, 20),
  sm3: wasm('sm3', 0, 64, 32),
  blake2b512: wasm('blake2b', 512, 128, 64),
  blake2s256: wasm('blake2s', 256, 64, 32),
};

/** What `finish()` of an XOF gives without a length: OpenSSL's own default. */
const LIBRARY = {
  // Too short for the full strength (32 and 64 bytes), but what programs that name no length have always got.
  shake128: { key: 'shake128', defaultSize: 16 },
  shake256: { key: 'shake256', defaultSize: 32 },
  'sha512-224': { key: 'sha512_224', defaultSize: 28 },
  'sha512-256': { key: 'sha512_256', defaultSize: 32 },
} as const;

/** After lower case and without a signature scheme's prefix or suffix. */
const ALIASES: Readonly<Record<string, string>> = {
  ripemd: 'ripemd160',
  rmd160: 'ripemd160',
  'ripemd-160': 'ripemd160',
  'ssl3-md5': 'md5',
  'ssl3-sha1': 'sha1',
  'sha1-2': 'sha1',
  'sha-1': 'sha1',
  'sha-224': 'sha224',
  'sha-256': 'sha256',
  'sha-384': 'sha384',
  'sha-512': 'sha512',
  'sha2-224': 'sha224',
  'sha2-256': 'sha256',
  'sha2-384': 'sha384',
  'sha2-512': 'sha512',
  'sha512/224': 'sha512-224',
  'sha512/256': 'sha512-256',
  'sha-512/224': 'sha512-224',
  'sha-512/256': 'sha512-256',
  'sha2-512/224': 'sha512-224',
  'sha2-512/256': 'sha512-256',
  'blake2b-512': 'blake2b512',
  'blake2s-256': 'blake2s256',
  'shake-128': 'shake128',
  'shake-256': 'shake256',
};

/** `crypto.getHashes()` of the pinned Node . */
export const HASH_NAMES: readonly string[] = [
  'RSA-MD5',
  'RSA-RIPEMD160',
  'RSA-SHA1',
  'RSA-SHA1-2',
  'RSA-SHA224',
  'RSA-SHA256',
  'RSA-SHA3-224',
  'RSA-SHA3-256',
  'RSA-SHA3-384',
  'RSA-SHA3-512',
  'RSA-SHA384',
  'RSA-SHA512',
  'RSA-SHA512/224',
  'RSA-SHA512/256',
  'RSA-SM3',
  'blake2b512',
  'blake2s256',
  'id-rsassa-pkcs1-v1_5-with-sha3-224',
  'id-rsassa-pkcs1-v1_5-with-sha3-256',
  'id-rsassa-pkcs1-v1_5-with-sha3-384',
  'id-rsassa-pkcs1-v1_5-with-sha3-512',
  'md5',
  'md5-sha1',
  'md5WithRSAEncryption',
  'ripemd',
  'ripemd160',
  'ripemd160WithRSA',
  'rmd160',
  'sha1',
  'sha1WithRSAEncryption',
  'sha224',
  'sha224WithRSAEncryption',
  'sha256',
  'sha256WithRSAEncryption',
  'sha3-224',
  'sha3-256',
  'sha3-384',
  'sha3-512',
  'sha384',
  'sha384WithRSAEncryption',
  'sha512',
  'sha512-224',
  'sha512-224WithRSAEncryption',
  'sha512-256',
  'sha512-256WithRSAEncryption',
  'sha512WithRSAEncryption',
  'shake128',
  'shake256',
  'sm3',
  'sm3WithRSAEncryption',
  'ssl3-md5',
  'ssl3-sha1',
];

/** What TLS 1.0 signed: both, one behind the other. */
const COMBINED = 'md5-sha1';
/** Known by name, so that the error is OpenSSL's "unsupported" and not "invalid digest". */
const LEGACY: ReadonlySet<string> = new Set(['md4', 'mdc2', 'whirlpool']);

/** OpenSSL's names are case-insensitive and name signature schemes as well. */
export function canonicalDigestName(name: string): string {
  const bare = name
    .toLowerCase()
    .replace(/^rsa-|^id-rsassa-pkcs1-v1_5-with-/, '')
    .replace(/withrsa(encryption)?$/, '');
  return ALIASES[bare] ?? bare;
}

/** All hash algorithms of a realm. Modules are instantiated with the first digest that needs them, then shared. */
export class Digests {
  readonly #source: DigestSource;
  readonly #engines = new Map<string, HashEngine>();

  constructor(source: DigestSource) {
    this.#source = source;
  }

  /** Also for the names of signature schemes, as `createHash('RSA-SHA256')` works. */
  has(name: string): boolean {
    const canonical = canonicalDigestName(name);
    return Object.hasOwn(WASM, canonical) || Object.hasOwn(LIBRARY, canonical) || canonical === COMBINED;
  }

  /** Known, and in OpenSSL's legacy provider, which Node does not load. */
  isLegacy(name: string): boolean {
    return LEGACY.has(canonicalDigestName(name));
  }

  isExtendable(name: string): boolean {
    return canonicalDigestName(name).startsWith('shake');
  }

  /** A new digest, or `undefined` where the algorithm is not known. */
  create(name: string): Digest | undefined {
    const canonical = canonicalDigestName(name);
    const entry = Object.hasOwn(WASM, canonical) ? WASM[canonical] : undefined;
    if (entry !== undefined) {
      const digest = new WasmDigest(this.#engine(entry.module), entry);
      const kind = engineKindOf(canonical);
      // Large inputs in one piece go to the browser's own code, all else stays here.
      return kind === undefined || this.#source.engine === undefined
        ? digest
        : new EngineDigest(digest, this.#source.engine, kind);
    }
    if (canonical === COMBINED) return new CombinedDigest(mustCreate(this, 'md5'), mustCreate(this, 'sha1'));
    if (!Object.hasOwn(LIBRARY, canonical)) return undefined;
    const { key, defaultSize } = LIBRARY[canonical as keyof typeof LIBRARY];
    return new LibraryDigest(this.#source.library()[key].create(), defaultSize);
  }

  #engine(module: string): HashEngine {
    const known = this.#engines.get(module);
    if (known !== undefined) return known;
    const engine = new HashEngine(this.#source.module(module));
    this.#engines.set(module, engine);
    return engine;
  }
}

/** For names of our own tables. */
function mustCreate(digests: Digests, name: string): Digest {
  const digest = digests.create(name);
  if (digest === undefined) throw new Error(`Cannot create digest "${name}": it is not in the table`);
  return digest;
}

/** Two digests of the same bytes. */
class CombinedDigest implements Digest {
  readonly #first: Digest;
  readonly #second: Digest;

  constructor(first: Digest, second: Digest) {
    this.#first = first;
    this.#second = second;
  }

  get blockSize(): number {
    return this.#first.blockSize;
  }

  get outputSize(): number {
    return this.#first.outputSize + this.#second.outputSize;
  }

  update(bytes: Uint8Array): void {
    this.#first.update(bytes);
    this.#second.update(bytes);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from([...this.#first.finish(), ...this.#second.finish()]);
  }

  copy(): Digest {
    return new CombinedDigest(this.#first.copy(), this.#second.copy());
  }
}

/** A hash of @noble/hashes; an extendable one gives as many bytes as `finish` is asked for. */
class LibraryDigest implements Digest {
  readonly #hash: NobleHash;
  readonly outputSize: number;

  constructor(hash: NobleHash, outputSize: number) {
    this.#hash = hash;
    this.outputSize = outputSize;
  }

  get blockSize(): number {
    return this.#hash.blockLen;
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  finish(length: number = this.outputSize): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#hash.xof === undefined ? this.#hash.digest() : this.#hash.xof(length));
  }

  copy(): Digest {
    return new LibraryDigest(this.#hash.clone(), this.outputSize);
  }
}
