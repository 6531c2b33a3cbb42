import { createHash, randomBytes } from 'node:crypto';

/** What stands in a link that lets one person do one thing; the database has its hash alone. */
export function makeLinkToken(): { token: string; tokenHash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, tokenHash: hashLinkToken(token) };
}

/** Random enough that no salt is needed. */
export function hashLinkToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The page of a link. The token is behind `#`: no server, no log and no `Referer` ever sees it. */
export function linkTo(appOrigin: string, page: 'invitation' | 'reset', token: string): string {
  return `${appOrigin}/${page}#${token}`;
}
