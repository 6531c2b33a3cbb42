import { createHash } from 'node:crypto';
import { countSignInAttempt, type Db, forgetSignInAttempts, type SignInLimit, signInLimits } from '@slipway/db';
import type { Context } from 'hono';
import { fail } from '../http/api-error.ts';
import { clientAddress } from '../http/client-address.ts';
import type { ServerEnv, UserEnv } from '../http/server-env.ts';

/** A password that is to be looked at: counted already. */
export interface CountedAttempt {
  /** It was right: the account's attempts are forgiven. */
  succeeded(): Promise<void>;
  /** Nobody had time to look at it; it was no guess. */
  busy(): Promise<Response>;
}

/**
 * Counts an attempt before anything is done for it (SV-09), or refuses it. Who sits
 * behind one proxy shares an address until the proxy is trusted (SV-10).
 */
export async function countAttempt<E extends ServerEnv | UserEnv>(
  db: Db,
  c: Context<E>,
  email: string,
): Promise<{ outcome: 'counted'; attempt: CountedAttempt } | { outcome: 'refused'; answer: Response }> {
  const keys = { account: hashOf(`account ${email}`), address: hashOf(`address ${clientAddress(c.env)}`) };
  const counted = await countSignInAttempt(db, keys);
  if (counted.outcome === 'refused') return { outcome: 'refused', answer: refuse(c, counted.by) };
  const attempt: CountedAttempt = {
    succeeded: () => forgetSignInAttempts(db, keys, 'all'),
    busy: async () => {
      await forgetSignInAttempts(db, keys, 'one');
      c.header('Retry-After', '5');
      return fail(c, 'SERVICE_UNAVAILABLE', 'Too many sign-ins at once: try again in a moment');
    },
  };
  return { outcome: 'counted', attempt };
}

function refuse(c: Context, by: SignInLimit): Response {
  c.header('Retry-After', String(Math.ceil(signInLimits[by].refillUs / 1_000_000)));
  return fail(c, 'RATE_LIMITED', 'Too many wrong sign-ins: wait a minute and try again');
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
