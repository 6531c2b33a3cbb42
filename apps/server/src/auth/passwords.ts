import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createLane, LaneFullError } from '../http/lanes.ts';
import { createHashThread, type ScryptCost } from './hash-thread.ts';

/** OWASP's recommendation for scrypt: 128 MiB for each attempt (N × r × 128). */
const cost = { N: 2 ** 17, r: 8, p: 1 } as const;
const KEY_LENGTH = 32;

/** Thrown instead of waiting, so that a flood of sign-ins stays bounded. */
export class PasswordsBusyError extends LaneFullError {
  override message = 'Cannot hash a password: too many are waiting';
}

/** Hashes passwords, one after the other. Throws a `PasswordsBusyError` where the queue is full. */
export interface Passwords {
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
  /** Of no password, and as slow to verify as any. */
  decoy: string;
}

/**
 * A queue and a thread of its own for what takes a processor and 128 MiB each time (SV-09).
 */
export function createPasswords(limits = { atOnce: 1, waiting: 32 }): Passwords {
  const lane = createLane(limits);
  const thread = createHashThread();
  const derive = (password: string, salt: Buffer, parameters: ScryptCost) => {
    const derived = lane.run(() =>
      // The same characters typed on another keyboard may be composed differently: NFKC makes them one.
      thread.derive({ password: password.normalize('NFKC'), salt, keyLength: KEY_LENGTH, cost: parameters }),
    );
    if (!derived) throw new PasswordsBusyError();
    return derived;
  };
  return {
    hash: async (password) => {
      const salt = randomBytes(16);
      return format(salt, await derive(password, salt, cost));
    },
    verify: async (password, hash) => {
      const [scheme, N, r, p, salt, key] = hash.split('$');
      if (scheme !== 'scrypt' || !N || !r || !p || !salt || !key)
        throw new Error(`Cannot verify a password: unknown scheme "${scheme}"`);
      const expected = Buffer.from(key, 'base64url');
      const actual = await derive(password, Buffer.from(salt, 'base64url'), {
        N: Number(N),
        r: Number(r),
        p: Number(p),
      });
      return timingSafeEqual(actual, expected);
    },
    decoy: format(randomBytes(16), randomBytes(KEY_LENGTH)),
  };
}

/** Parameters stand in the hash, so that they can be raised without breaking older ones. */
function format(salt: Buffer, key: Buffer): string {
  return `scrypt$${cost.N}$${cost.r}$${cost.p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}
