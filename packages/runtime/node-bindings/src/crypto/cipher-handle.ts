import { codedError } from '@slipway/node-values';
import {
  BadPadding,
  BlockStream,
  CounterStream,
  GcmStream,
  WrongFinalBlock,
  type CipherLibrary,
  type CipherStream,
  type AeadStream,
  CcmStream,
  CfbStream,
  ChaChaPolyStream,
  ChaChaStream,
  OcbStream,
  OfbStream,
  OpensslErrors,
} from '@slipway/codecs';
import type { Foreign, Realm } from '../realm/realm.ts';
import { bytesOf, ownBuffer } from './byte-source.ts';
import { type CipherMode, findCipher, isIvLength } from './cipher-names.ts';
import { equalInConstantTime, inputBytes } from './hash-classes.ts';

const MAX_TAG = 16;
const SHORT_TAG_WARNING =
  'Using AES-GCM authentication tags of less than 128 bits without specifying the authTagLength option ' +
  'when initializing decryption is deprecated.';

/** What lib passes: CipherBase::New. A tag length of -1 was not given. */
export type CipherArguments = [encrypt: boolean, name: string, key: unknown, iv: unknown, tagLength: number];

const bufferOf = (realm: Realm, bytes: Uint8Array): Foreign =>
  realm.requireBuiltin('buffer').Buffer.from(ownBuffer(bytes));

/**
 * One encryption or decryption. Reference: CipherBase in Node src/crypto/crypto_cipher.cc.
 *
 *   open ──update()*──▶ open ──final()──▶ finished
 *
 * A tag is set before the end to decrypt, and asked for after it to encrypt.
 */
export class CipherHandle {
  readonly #realm: Realm;
  readonly #library: () => CipherLibrary;
  readonly #encrypt: boolean;
  readonly #stream: CipherStream;
  readonly #aead: AeadStream | null;
  /** Bytes; -1 where the program gave none and the mode leaves it open. */
  readonly #tagLength: number;
  readonly #mode: CipherMode;
  /** CCM counts the message in the bytes the nonce leaves free. */
  readonly #mostBytes: number;
  #padding = true;
  /** To decrypt: what must come out. To encrypt: what came out. */
  #tag: Uint8Array | null = null;
  #finished = false;

  constructor(realm: Realm, library: () => CipherLibrary, ...[encrypt, name, key, iv, tagLength]: CipherArguments) {
    this.#realm = realm;
    this.#library = library;
    const info = findCipher(name);
    if (info === undefined) throw codedError(Error, 'ERR_CRYPTO_UNKNOWN_CIPHER', 'Unknown cipher');
    // A copy, like the vector: the program may wipe its buffers.
    const keyBytes = Uint8Array.from(bytesOf(key));
    if (keyBytes.length !== info.keyLength)
      throw codedError(RangeError, 'ERR_CRYPTO_INVALID_KEYLEN', 'Invalid key length');
    const vector = iv === null ? null : Uint8Array.from(bytesOf(iv));
    const length = vector?.length ?? 0;
    if (!isIvLength(info.mode, length))
      throw codedError(TypeError, 'ERR_CRYPTO_INVALID_IV', 'Invalid initialization vector');
    if ((info.mode === 'ccm' || info.mode === 'ocb') && tagLength === -1)
      throw codedError(TypeError, 'ERR_CRYPTO_INVALID_AUTH_TAG', `authTagLength required for ${name}`);
    if (tagLength !== -1 && !isTagLength(tagLength, info.mode))
      throw codedError(TypeError, 'ERR_CRYPTO_INVALID_AUTH_TAG', `Invalid authentication tag length: ${tagLength}`);
    this.#encrypt = encrypt;
    this.#mode = info.mode;
    this.#mostBytes = info.mode === 'ccm' ? CcmStream.mostBytes(length) : Infinity;
    // Only GCM takes a tag of any of its lengths.
    this.#tagLength = tagLength === -1 && info.mode === 'stream' ? MAX_TAG : tagLength;
    this.#aead = makeAead(info.mode, library, keyBytes, vector ?? new Uint8Array(0), encrypt, this.#tagLength);
    this.#stream = this.#aead ?? this.#makeStream(info.mode, keyBytes, vector);
  }

  /** CipherBase::Update; a Buffer, perhaps empty, as block ciphers hold back what is no whole block. */
  update(data: unknown, encoding: unknown): Foreign {
    this.#mustBeOpen();
    const bytes = inputBytes(this.#realm, data, encoding);
    if (bytes.length > this.#mostBytes)
      throw codedError(RangeError, 'ERR_CRYPTO_INVALID_MESSAGELEN', 'Invalid message length');
    if (this.#stream instanceof CcmStream) return bufferOf(this.#realm, this.#updateOnce(this.#stream, bytes));
    return bufferOf(this.#realm, this.#stream.update(bytes));
  }

  /** CipherBase::Final; throws OpenSSL's "bad decrypt" and Node's "unable to authenticate". Once only. */
  final(): Foreign {
    this.#mustBeOpen();
    // Also when it fails: there is no second attempt with another tag.
    this.#finished = true;
    try {
      const rest = this.#stream.finish();
      if (this.#aead !== null) this.#settleTag(this.#aead);
      return bufferOf(this.#realm, rest);
    } catch (error) {
      if (error instanceof WrongFinalBlock) throw OpensslErrors.wrongFinalBlock();
      throw error instanceof BadPadding ? OpensslErrors.badDecrypt() : error;
    }
  }

  /** These four answer false where they come at the wrong time; lib throws ERR_CRYPTO_INVALID_STATE. */
  setAutoPadding(padding: boolean): boolean {
    if (this.#finished) return false;
    this.#padding = padding;
    return true;
  }

  getAuthTag(): Foreign {
    // `undefined` is lib's word for "not yet".
    return this.#finished && this.#encrypt && this.#tag !== null ? bufferOf(this.#realm, this.#tag) : undefined;
  }

  setAuthTag(tag: unknown): boolean {
    if (this.#aead === null || this.#encrypt || this.#finished || this.#tag !== null) return false;
    const bytes = Uint8Array.from(bytesOf(tag));
    if (!isTagLength(bytes.length, this.#mode) || (this.#tagLength !== -1 && this.#tagLength !== bytes.length)) {
      throw codedError(TypeError, 'ERR_CRYPTO_INVALID_AUTH_TAG', `Invalid authentication tag length: ${bytes.length}`);
    }
    if (this.#mode === 'gcm' && this.#tagLength === -1 && bytes.length < MAX_TAG)
      this.#realm.process.emitWarning(SHORT_TAG_WARNING, 'DeprecationWarning', 'DEP0182');
    this.#tag = bytes;
    return true;
  }

  /** CCM begins with the length of the message (SP 800-38C, A.2): it has to be known now. */
  setAAD(data: unknown, plaintextLength = -1): boolean {
    if (this.#mode === 'ccm' && plaintextLength < 0)
      throw codedError(TypeError, 'ERR_MISSING_ARGS', 'options.plaintextLength required for CCM mode with AAD');
    if (plaintextLength > this.#mostBytes)
      throw codedError(RangeError, 'ERR_CRYPTO_INVALID_MESSAGELEN', 'Invalid message length');
    if (this.#aead === null || this.#finished) return false;
    this.#aead.authenticate(bytesOf(data));
    return true;
  }

  /** Nothing of a message is given out before its tag was found right. */
  #updateOnce(ccm: CcmStream, bytes: Uint8Array): Uint8Array {
    // One `update` only: length and tag are part of what is computed.
    if (ccm.isDone) throw new Error('Trying to add data in unsupported state');
    const result = ccm.update(bytes);
    const isWrong =
      !this.#encrypt && (this.#tag === null || !equalInConstantTime(ccm.tag().slice(0, this.#tag.length), this.#tag));
    return isWrong ? new Uint8Array(0) : result;
  }

  #makeStream(mode: CipherMode, key: Uint8Array, iv: Uint8Array | null): CipherStream {
    const vector = iv ?? new Uint8Array(16);
    switch (mode) {
      case 'ctr':
        return new CounterStream(this.#library(), key, vector, 128);
      case 'cfb':
        return new CfbStream(this.#library(), key, vector, this.#encrypt, 128);
      case 'cfb8':
        return new CfbStream(this.#library(), key, vector, this.#encrypt, 8);
      case 'cfb1':
        return new CfbStream(this.#library(), key, vector, this.#encrypt, 1);
      case 'ofb':
        return new OfbStream(this.#library(), key, vector);
      case 'chacha20':
        return new ChaChaStream(this.#library(), key, vector);
    }
    return new BlockStream(this.#library(), key, iv?.length ? iv : null, {
      encrypt: this.#encrypt,
      padding: () => this.#padding,
    });
  }

  #settleTag(aead: AeadStream): void {
    const tag = aead.tag();
    if (this.#encrypt) this.#tag = tag.slice(0, this.#tagLength === -1 ? MAX_TAG : this.#tagLength);
    // Compared as far as the given tag reaches: GCM allows shorter ones.
    else if (this.#tag === null || !equalInConstantTime(tag.slice(0, this.#tag.length), this.#tag))
      throw new Error('Unsupported state or unable to authenticate data');
  }

  #mustBeOpen(): void {
    if (this.#finished) throw codedError(Error, 'ERR_CRYPTO_INVALID_STATE', 'Invalid state');
  }
}

function makeAead(
  mode: CipherMode,
  library: () => CipherLibrary,
  key: Uint8Array,
  iv: Uint8Array,
  encrypt: boolean,
  tagLength: number,
): AeadStream | null {
  if (mode === 'gcm') return new GcmStream(library(), key, iv, encrypt);
  if (mode === 'ccm') return new CcmStream(library(), key, iv, encrypt, tagLength);
  if (mode === 'ocb') return new OcbStream(library(), key, iv, encrypt, tagLength);
  return mode === 'stream' ? new ChaChaPolyStream(library(), key, iv, encrypt) : null;
}

/** NIST SP 800-38D, 5.2.1.2 and appendix C; SP 800-38C, A.1; what OpenSSL takes of Poly1305. */
function isTagLength(length: number, mode: CipherMode): boolean {
  if (mode === 'stream' || mode === 'ocb') return length >= 1 && length <= MAX_TAG;
  if (mode === 'ccm') return length >= 4 && length <= MAX_TAG && length % 2 === 0;
  return mode !== 'gcm' || length === 4 || length === 8 || (length >= 12 && length <= MAX_TAG);
}
