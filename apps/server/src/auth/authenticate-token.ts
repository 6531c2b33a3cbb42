import { createHash, randomBytes } from 'node:crypto';
import type { TokenScope, User } from '@slipway/contracts';
import { type Db, useAccessToken } from '@slipway/db';

const PREFIX = 'slipway_pat_';
/** Anything else is no token, and is not looked for. */
const TOKEN_PATTERN = /^slipway_pat_[\w-]{43}$/;

/** A token with 256 random bits; searchers of leaked secrets know it by its beginning. */
export function makeAccessToken(): { token: string; tokenHash: string; ending: string } {
  const token = `${PREFIX}${randomBytes(32).toString('base64url')}`;
  return { token, tokenHash: hashAccessToken(token), ending: token.slice(-4) };
}

/** Whether this is meant for an access token; sessions' tokens have another shape. */
export function isAccessToken(token: string): boolean {
  return token.startsWith(PREFIX);
}

/** Whose a living access token is and what for (SV-14), noting that it was used; undefined for any other text. */
export async function authenticateToken(
  db: Db,
  token: string,
): Promise<{ owner: string; user: User; tokenId: string; scopes: TokenScope[] } | undefined> {
  if (!TOKEN_PATTERN.test(token)) return undefined;
  const used = await useAccessToken(db, hashAccessToken(token));
  return used && { owner: used.user.id, ...used };
}

/** Random enough that no salt is needed. */
function hashAccessToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
