import { createHash, randomBytes } from 'node:crypto';
import type { SessionResponse, User } from '@slipway/contracts';
import { createSession, type Db, rotateRefreshToken } from '@slipway/db';
import type { TokenSigner } from './token-signer.ts';

/** So long an access token is good by its signature; its family is looked up with each request all the same. */
export const ACCESS_LIFETIME_SECONDS = 600;
/** A week without a visit ends a sign-in. */
const REFRESH_LIFETIME_US = 7 * 86_400_000_000;
/** How long two tabs may present the same refresh token (AU-09). */
export const REFRESH_GRACE_US = 10_000_000;

/**
 * The two tokens of a sign-in: one in the browser's memory for minutes, and one in its cookie, of which the
 * database has only the hash.
 */
export interface SessionTokens {
  /** Starts a sign-in; the refresh token is the cookie's value. */
  open(
    userId: string,
    from: { userAgent: string | undefined; address: string },
  ): Promise<{ refreshToken: string; familyId: string }>;
  /** Exchanges a refresh token for the next. One that was used before ends its whole family (AU-09). */
  rotate(
    refreshToken: string,
  ): Promise<{ outcome: 'rotated'; refreshToken: string; familyId: string; userId: string } | { outcome: 'invalid' }>;
  hash(refreshToken: string): string;
  /** The body of login, refresh and local sign-in. */
  describe(user: User, familyId: string): SessionResponse;
}

/** The database gets hashes alone: a copy of it signs nobody in. */
export function createSessionTokens(db: Db, signer: TokenSigner): SessionTokens {
  // 256 bits: a hash of it needs no salt and no slow function.
  const makeToken = () => randomBytes(32).toString('base64url');
  const hash = (token: string) => createHash('sha256').update(token).digest('hex');
  return {
    hash,
    open: async (userId, from) => {
      const refreshToken = makeToken();
      const { familyId } = await createSession(db, {
        userId,
        tokenHash: hash(refreshToken),
        lifetimeUs: REFRESH_LIFETIME_US,
        ...from,
      });
      return { refreshToken, familyId };
    },
    rotate: async (refreshToken) => {
      const next = makeToken();
      const result = await rotateRefreshToken(db, {
        tokenHash: hash(refreshToken),
        nextTokenHash: hash(next),
        lifetimeUs: REFRESH_LIFETIME_US,
        graceUs: REFRESH_GRACE_US,
      });
      return result.outcome === 'rotated' ? { ...result, refreshToken: next } : { outcome: 'invalid' };
    },
    describe: (user, family) => ({
      success: true,
      data: {
        user,
        accessToken: signer.sign({
          use: 'access',
          family,
          exp: Math.floor(Date.now() / 1000) + ACCESS_LIFETIME_SECONDS,
        }),
        expiresIn: ACCESS_LIFETIME_SECONDS,
      },
    }),
  };
}
