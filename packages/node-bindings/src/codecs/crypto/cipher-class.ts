import { codedError } from '../../core/coded-error.ts';
import type { Foreign, Realm } from '../../realm.ts';
import { BadPadding, BlockStream, CounterStream, GcmStream, WrongFinalBlock, type CipherLibrary, type CipherStream } from './aes-stream.ts';
import { type AeadStream, CcmStream, ChaChaPolyStream } from './aead-streams.ts';
import { bytesOf, ownBuffer } from './byte-source.ts';
import { equalInConstantTime, inputBytes, type Members } from './hash-classes.ts';
import { CryptoJob } from './jobs.ts';
import { OpensslErrors } from './openssl-error.ts';

type Mode = 'ecb' | 'cbc' | 'ctr' | 'gcm' | 'ccm' | 'stream';

export interface CipherInfo {
  readonly name: string;
  readonly nid: number;
  readonly mode: Mode;
  readonly keyLength: number;
}

const IV_LENGTH = { ecb: 0, cbc: 16, ctr: 16, gcm: 12, ccm: 12, stream: 12 } as const;
/** OpenSSL's numbers (obj_mac.h), by key length. */
const NIDS = { ecb: [418, 422, 426], cbc: [419, 423, 427], ctr: [904, 905, 906], gcm: [895, 898, 901], ccm: [896, 899, 902] } as const;
const KEY_LENGTHS = [16, 24, 32] as const;
const MAX_TAG = 16;
const SHORT_TAG_WARNING =
  'Using AES-GCM authentication tags of less than 128 bits without specifying the authTagLength option when initializing decryption is deprecated.';

const CIPHERS: readonly CipherInfo[] = [
  ...(['cbc', 'ccm', 'ctr', 'ecb', 'gcm'] as const).flatMap((mode) =>
    KEY_LENGTHS.map((keyLength, index) => ({ name: `aes-${keyLength * 8}-${mode}`, nid: NIDS[mode][index] ?? 0, mode, keyLength }))),
  { name: 'chacha20-poly1305', nid: 1018, mode: 'stream', keyLength: 32 },
];

export const CIPHER_NAMES: readonly string[] = [...CIPHERS.map(({ name }) => name), ...KEY_LENGTHS.map((length) => `aes${length * 8}`), ...KEY_LENGTHS.flatMap((length) => [`id-aes${length * 8}-GCM`, `id-aes${length * 8}-CCM`])];

function findCipher(nameOrNid: string | number): CipherInfo | undefined {
  if (typeof nameOrNid === 'number') return CIPHERS.find(({ nid }) => nid === nameOrNid);
  const name = nameOrNid.toLowerCase().replace(/^aes(128|192|256)$/, 'aes-$1-cbc').replace(/^id-aes(128|192|256)-(gcm|ccm)$/, 'aes-$1-$2');
  return CIPHERS.find((cipher) => cipher.name === name);
}

/** CipherBase, AESCipherJob, getCipherInfo. Reference: Node src/crypto/crypto_cipher.cc, crypto_aes.cc. */
export function createCipherClasses(realm: Realm, library: () => CipherLibrary, constants: Readonly<Record<string, number>>): Members {
  const bufferOf = (bytes: Uint8Array): Foreign => realm.requireBuiltin('buffer').Buffer.from(ownBuffer(bytes));

  class CipherBase {
    readonly #encrypt: boolean;
    readonly #stream: CipherStream;
    readonly #aead: AeadStream | null;
    readonly #tagLength: number;
    readonly #mode: Mode;
    readonly #mostBytes: number;
    #padding = true;
    #tag: Uint8Array | null = null;
    #finished = false;

    constructor(encrypt: boolean, name: string, key: unknown, iv: unknown, tagLength: number) {
      const info = findCipher(name);
      if (info === undefined) throw codedError(Error, 'ERR_CRYPTO_UNKNOWN_CIPHER', 'Unknown cipher');
      const keyBytes = Uint8Array.from(bytesOf(key));
      if (keyBytes.length !== info.keyLength) throw codedError(RangeError, 'ERR_CRYPTO_INVALID_KEYLEN', 'Invalid key length');
      const vector = iv === null ? null : Uint8Array.from(bytesOf(iv));
      const length = vector?.length ?? 0;
      if (!isIvLength(info.mode, length)) throw codedError(TypeError, 'ERR_CRYPTO_INVALID_IV', 'Invalid initialization vector');
      if (info.mode === 'ccm' && tagLength === -1) throw codedError(TypeError, 'ERR_CRYPTO_INVALID_AUTH_TAG', `authTagLength required for ${name}`);
      if (tagLength !== -1 && !isTagLength(tagLength, info.mode)) throw codedError(TypeError, 'ERR_CRYPTO_INVALID_AUTH_TAG', `Invalid authentication tag length: ${tagLength}`);
      this.#encrypt = encrypt;
      this.#mode = info.mode;
      this.#mostBytes = info.mode === 'ccm' ? CcmStream.mostBytes(length) : Infinity;
      // Only GCM takes a tag of any of its lengths.
      this.#tagLength = tagLength === -1 && info.mode === 'stream' ? MAX_TAG : tagLength;
      this.#aead = makeAead(info.mode, library, keyBytes, vector ?? new Uint8Array(0), encrypt, this.#tagLength);
      this.#stream = this.#aead ?? this.#makeStream(info.mode, keyBytes, vector);
    }

    update(data: unknown, encoding: unknown): Foreign {
      this.#mustBeOpen();
      const bytes = inputBytes(realm, data, encoding);
      if (bytes.length > this.#mostBytes) throw codedError(RangeError, 'ERR_CRYPTO_INVALID_MESSAGELEN', 'Invalid message length');
      if (this.#stream instanceof CcmStream) return bufferOf(this.#updateOnce(this.#stream, bytes));
      return bufferOf(this.#stream.update(bytes));
    }

    final(): Foreign {
      this.#mustBeOpen();
      this.#finished = true;
      try {
        const rest = this.#stream.finish();
        if (this.#aead !== null) this.#settleTag(this.#aead);
        return bufferOf(rest);
      } catch (error) {
        if (error instanceof WrongFinalBlock) throw OpensslErrors.wrongFinalBlock();
        throw error instanceof BadPadding ? OpensslErrors.badDecrypt() : error;
      }
    }

    setAutoPadding(padding: boolean): boolean {
      if (this.#finished) return false;
      this.#padding = padding;
      return true;
    }

    getAuthTag(): Foreign {
      return this.#finished && this.#encrypt && this.#tag !== null ? bufferOf(this.#tag) : undefined;
    }

    setAuthTag(tag: unknown): boolean {
      if (this.#aead === null || this.#encrypt || this.#finished || this.#tag !== null) return false;
      const bytes = Uint8Array.from(bytesOf(tag));
      if (!isTagLength(bytes.length, this.#mode) || (this.#tagLength !== -1 && this.#tagLength !== bytes.length)) {
        throw codedError(TypeError, 'ERR_CRYPTO_INVALID_AUTH_TAG', `Invalid authentication tag length: ${bytes.length}`);
      }
      if (this.#mode === 'gcm' && this.#tagLength === -1 && bytes.length < MAX_TAG) realm.process.emitWarning(SHORT_TAG_WARNING, 'DeprecationWarning', 'DEP0182');
      this.#tag = bytes;
      return true;
    }

    setAAD(data: unknown, plaintextLength = -1): boolean {
      if (this.#mode === 'ccm' && plaintextLength < 0) throw codedError(TypeError, 'ERR_MISSING_ARGS', 'options.plaintextLength required for CCM mode with AAD');
      if (plaintextLength > this.#mostBytes) throw codedError(RangeError, 'ERR_CRYPTO_INVALID_MESSAGELEN', 'Invalid message length');
      if (this.#aead === null || this.#finished) return false;
      this.#aead.authenticate(bytesOf(data));
      return true;
    }

    /** Nothing of a message is given out before its tag was found right. */
    #updateOnce(ccm: CcmStream, bytes: Uint8Array): Uint8Array {
      if (ccm.isDone) throw new Error('Trying to add data in unsupported state');
      const result = ccm.update(bytes);
      const isWrong = !this.#encrypt && (this.#tag === null || !equalInConstantTime(ccm.tag().slice(0, this.#tag.length), this.#tag));
      return isWrong ? new Uint8Array(0) : result;
    }

    #makeStream(mode: Mode, key: Uint8Array, iv: Uint8Array | null): CipherStream {
      if (mode === 'ctr') return new CounterStream(library(), key, iv ?? new Uint8Array(16), 128);
      return new BlockStream(library(), key, iv?.length ? iv : null, { encrypt: this.#encrypt, padding: () => this.#padding });
    }

    #settleTag(aead: AeadStream): void {
      const tag = aead.tag();
      if (this.#encrypt) this.#tag = tag.slice(0, this.#tagLength === -1 ? MAX_TAG : this.#tagLength);
      else if (this.#tag === null || !equalInConstantTime(tag.slice(0, this.#tag.length), this.#tag)) throw new Error('Unsupported state or unable to authenticate data');
    }

    #mustBeOpen(): void {
      if (this.#finished) throw codedError(Error, 'ERR_CRYPTO_INVALID_STATE', 'Invalid state');
    }
  }

  /** subtle.encrypt and decrypt: (mode, cipher mode, key, data, variant, iv or counter, tag or counter length, additional data). */
  class AESCipherJob extends CryptoJob {
    readonly #encrypt: boolean;
    readonly #run: () => Uint8Array;

    constructor(mode: number, cipherMode: number, key: unknown, data: unknown, variant: number, vector: unknown, length: number, additional: unknown) {
      super(realm, mode);
      this.#encrypt = cipherMode === constants['kWebCryptoCipherEncrypt'];
      const [secret, input, iv, aad] = [Uint8Array.from(bytesOf(key)), Uint8Array.from(bytesOf(data)), Uint8Array.from(bytesOf(vector)), Uint8Array.from(bytesOf(additional))];
      switch (variantMode(constants, variant)) {
        case 'CBC':
          this.#run = () => whole(new BlockStream(library(), secret, iv, { encrypt: this.#encrypt, padding: () => true }), input);
          break;
        case 'CTR':
          this.#run = () => new CounterStream(library(), secret, iv, length).update(input);
          break;
        case 'GCM':
          this.#run = () => gcmOneShot(new GcmStream(library(), secret, iv, this.#encrypt), this.#encrypt, input, aad, length);
          break;
        case 'KW':
          this.#run = () => (this.#encrypt ? library().aeskw(secret).encrypt(input) : library().aeskw(secret).decrypt(input));
          break;
        default:
          throw new Error('Cannot run the AES job: AES-OCB is not provided');
      }
    }

    protected override compute(): ArrayBuffer {
      return ownBuffer(this.#run());
    }
  }

  function getCipherInfo(target: object, nameOrNid: string | number, keyLength: number | undefined, ivLength: number | undefined): Foreign {
    const info = findCipher(nameOrNid);
    if (info === undefined || (keyLength !== undefined && keyLength !== info.keyLength)) return undefined;
    const standard = IV_LENGTH[info.mode];
    if (ivLength !== undefined && !isIvLength(info.mode, ivLength)) return undefined;
    const streams = info.mode === 'gcm' || info.mode === 'ctr' || info.mode === 'ccm';
    return Object.assign(target, {
      mode: info.mode,
      name: info.mode === 'gcm' || info.mode === 'ccm' ? `id-aes${info.keyLength * 8}-${info.mode === 'gcm' ? 'GCM' : 'ccm'}` : info.name,
      nid: info.nid,
      ...(info.mode === 'stream' ? {} : { blockSize: streams ? 1 : 16 }),
      ...(standard === 0 ? {} : { ivLength: ivLength ?? standard }),
      keyLength: info.keyLength,
    });
  }

  return { CipherBase, AESCipherJob, getCipherInfo };
}

function variantMode(constants: Readonly<Record<string, number>>, variant: number): string | undefined {
  const name = Object.keys(constants).find((key) => key.startsWith('kKeyVariantAES_') && constants[key] === variant);
  return name?.split('_')[1];
}

function whole(stream: CipherStream, input: Uint8Array): Uint8Array {
  const first = stream.update(input);
  const rest = stream.finish();
  const joined = new Uint8Array(first.length + rest.length);
  joined.set(first);
  joined.set(rest, first.length);
  return joined;
}

/** Web Crypto puts the tag behind the text. */
function gcmOneShot(stream: GcmStream, encrypt: boolean, input: Uint8Array, aad: Uint8Array, tagLength: number): Uint8Array {
  stream.authenticate(aad);
  if (!encrypt && input.length < tagLength) throw new Error('Cannot decrypt: the input is shorter than its tag');
  const text = encrypt ? input : input.subarray(0, input.length - tagLength);
  const result = stream.update(text);
  const tag = stream.tag().slice(0, tagLength);
  if (!encrypt) {
    if (!equalInConstantTime(tag, input.subarray(text.length))) throw new Error('Cannot decrypt: the tag does not match');
    return result;
  }
  const joined = new Uint8Array(result.length + tag.length);
  joined.set(result);
  joined.set(tag, result.length);
  return joined;
}

function isIvLength(mode: Mode, length: number): boolean {
  if (mode === 'gcm') return length > 0;
  return mode === 'ccm' ? length >= 7 && length <= 13 : length === IV_LENGTH[mode];
}

function makeAead(mode: Mode, library: () => CipherLibrary, key: Uint8Array, iv: Uint8Array, encrypt: boolean, tagLength: number): AeadStream | null {
  if (mode === 'gcm') return new GcmStream(library(), key, iv, encrypt);
  if (mode === 'ccm') return new CcmStream(library(), key, iv, encrypt, tagLength);
  return mode === 'stream' ? new ChaChaPolyStream(library(), key, iv, encrypt) : null;
}

/** NIST SP 800-38D, 5.2.1.2 and appendix C; SP 800-38C, A.1; what OpenSSL takes of Poly1305. */
function isTagLength(length: number, mode: Mode): boolean {
  if (mode === 'stream') return length >= 1 && length <= MAX_TAG;
  if (mode === 'ccm') return length >= 4 && length <= MAX_TAG && length % 2 === 0;
  return mode !== 'gcm' || length === 4 || length === 8 || (length >= 12 && length <= MAX_TAG);
}
