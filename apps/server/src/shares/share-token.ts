import { createHash, randomBytes } from 'node:crypto';

/** What stands in a share's link, and what of it is kept. */
export function makeShareToken(): { token: string; tokenHash: string; ending: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, tokenHash: hashShareToken(token), ending: token.slice(-4) };
}

/** Random enough that no salt is needed. */
export function hashShareToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
