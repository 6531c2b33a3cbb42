import { BlockStream, type CipherLibrary, type CipherStream, CounterStream, GcmStream } from '@slipway/codecs';
import { joinBytes } from '@slipway/posix';
import type { Realm } from '../realm/realm.ts';
import { bytesOf, ownBuffer } from './byte-source.ts';
import { equalInConstantTime } from './hash-classes.ts';
import { CryptoJob } from './jobs.ts';

type AesArguments = [
  mode: number,
  cipherMode: number,
  key: unknown,
  data: unknown,
  variant: number,
  vector: unknown,
  length: number,
  additional: unknown,
];

/** The realm and two things that are made late: the library with the first cipher, the constants from the dump. */
export interface AesParts {
  readonly realm: Realm;
  readonly library: () => CipherLibrary;
  readonly constants: Readonly<Record<string, number>>;
}

/**
 * subtle.encrypt and decrypt. Reference: AESCipherTraits in Node src/crypto/crypto_aes.cc.
 * `vector` is an iv or a counter, `length` that of the tag or of the counter.
 */
export class AesCipherJob extends CryptoJob {
  readonly #encrypt: boolean;
  readonly #run: () => Uint8Array;

  constructor(
    { realm, library, constants }: AesParts,
    ...[mode, cipherMode, key, data, variant, vector, length, additional]: AesArguments
  ) {
    super(realm, mode);
    this.#encrypt = cipherMode === constants['kWebCryptoCipherEncrypt'];
    // Copies: an asynchronous job runs after the call, when the program may have written over its buffers.
    const [secret, input, iv, aad] = [
      Uint8Array.from(bytesOf(key)),
      Uint8Array.from(bytesOf(data)),
      Uint8Array.from(bytesOf(vector)),
      Uint8Array.from(bytesOf(additional)),
    ];
    switch (variantMode(constants, variant)) {
      case 'CBC':
        this.#run = () =>
          whole(new BlockStream(library(), secret, iv, { encrypt: this.#encrypt, padding: () => true }), input);
        break;
      case 'CTR':
        this.#run = () => new CounterStream(library(), secret, iv, length).update(input);
        break;
      // Here `length` is that of the tag, in bytes; for CTR it is that of the counter, in bits.
      case 'GCM':
        this.#run = () =>
          gcmOneShot(new GcmStream(library(), secret, iv, this.#encrypt), this.#encrypt, input, aad, length);
        break;
      // RFC 3394: wraps a key, needs no vector.
      case 'KW':
        this.#run = () =>
          this.#encrypt ? library().aeskw(secret).encrypt(input) : library().aeskw(secret).decrypt(input);
        break;
      default:
        // The one variant that is left is OCB.
        throw new Error('Cannot run the AES job: AES-OCB is not provided');
    }
  }

  protected override compute(): ArrayBuffer {
    return ownBuffer(this.#run());
  }
}

/** From the number of `kKeyVariantAES_<mode>_<bits>` to the mode; bits are told by the key itself. */
function variantMode(constants: Readonly<Record<string, number>>, variant: number): string | undefined {
  const name = Object.keys(constants).find((key) => key.startsWith('kKeyVariantAES_') && constants[key] === variant);
  return name?.split('_')[1];
}

function whole(stream: CipherStream, input: Uint8Array): Uint8Array {
  const first = stream.update(input);
  return joinBytes([first, stream.finish()]);
}

/** Web Crypto puts the tag behind the text. */
function gcmOneShot(
  stream: GcmStream,
  encrypt: boolean,
  input: Uint8Array,
  aad: Uint8Array,
  tagLength: number,
): Uint8Array {
  stream.authenticate(aad);
  // Web Crypto turns either failure into the same OperationError.
  if (!encrypt && input.length < tagLength) throw new Error('Cannot decrypt: the input is shorter than its tag');
  const text = encrypt ? input : input.subarray(0, input.length - tagLength);
  const result = stream.update(text);
  const tag = stream.tag().slice(0, tagLength);
  if (!encrypt) {
    if (!equalInConstantTime(tag, input.subarray(text.length)))
      throw new Error('Cannot decrypt: the tag does not match');
    return result;
  }
  return joinBytes([result, tag]);
}
