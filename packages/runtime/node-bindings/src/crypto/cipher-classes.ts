import type { CipherLibrary } from '@slipway/codecs';
import type { Realm } from '../realm/realm.ts';
import { AesCipherJob } from './aes-cipher-job.ts';
import { type CipherArguments, CipherHandle } from './cipher-handle.ts';
import { getCipherInfo } from './cipher-names.ts';
import type { Members } from './hash-classes.ts';

/** CipherBase, AESCipherJob, getCipherInfo. Reference: Node src/crypto/crypto_cipher.cc, crypto_aes.cc. */
export function createCipherClasses(
  realm: Realm,
  library: () => CipherLibrary,
  constants: Readonly<Record<string, number>>,
): Members {
  const parts = { realm, library, constants };

  class CipherBase extends CipherHandle {
    constructor(...given: CipherArguments) {
      super(realm, library, ...given);
    }
  }
  class AESCipherJob extends AesCipherJob {
    constructor(...given: ConstructorParameters<typeof AesCipherJob> extends [unknown, ...infer Rest] ? Rest : never) {
      super(parts, ...given);
    }
  }

  return { CipherBase, AESCipherJob, getCipherInfo };
}
