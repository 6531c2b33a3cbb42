import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { AttestationKeys } from '@slipway/contracts';
import { type DbOrTx, listServerSecrets, placeOf, sealedColumns } from '@slipway/db';
import type { SecretBox } from '@slipway/secrets';
import { getServerSecret } from '../auth/server-secret.ts';

const PREFIX = 'attestation-key-';

/** The keys that a server signs attestations with: one for each quarter of a year, each kept for who looks later. */
export interface AttestationSigner {
  /** The key of now, made when there is none: its public part is published from then on. */
  current(): Promise<{ keyid: string; pkcs8: Buffer }>;
  published(): Promise<AttestationKeys>;
}

/** Keys of this database, sealed at rest; all servers share them. `now` in milliseconds. */
export function createAttestationSigner(db: DbOrTx, box: SecretBox, now: () => number): AttestationSigner {
  return {
    current: async () => {
      const name = `${PREFIX}${quarterOf(now())}`;
      const stored = await getServerSecret(db, box, name, makeKey);
      const pkcs8 = Buffer.from(stored, 'base64');
      return { keyid: keyidOf(publicOf(pkcs8)), pkcs8 };
    },
    published: async () => ({
      keys: (await listServerSecrets(db, PREFIX)).map(({ name, value }) => {
        const spki = publicOf(Buffer.from(box.open(value, placeOf(sealedColumns.serverSecret, name)), 'base64'));
        return { keyid: keyidOf(spki), algorithm: 'ed25519' as const, publicKey: spki.toString('base64') };
      }),
    }),
  };
}

const makeKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');

const publicOf = (pkcs8: Buffer): Buffer =>
  createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })).export({
    format: 'der',
    type: 'spki',
  });

/** From the public key itself, so that no table has to tell which key a name is of. */
const keyidOf = (spki: Buffer): string => createHash('sha256').update(spki).digest('hex').slice(0, 32);

/** Such as `2026-4`: a key that gets out is of use for three months. */
function quarterOf(ms: number): string {
  const date = new Date(ms);
  return `${date.getUTCFullYear()}-${Math.floor(date.getUTCMonth() / 3) + 1}`;
}
