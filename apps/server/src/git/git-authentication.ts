import type { Db } from '@slipway/db';
import { getProject } from '@slipway/db';
import { authenticateToken, scopesAllow } from '../auth/index.ts';

/** Who asks for a repository, or why they do not get it. */
export type GitAccess =
  | { outcome: 'allowed'; owner: string; actor: string }
  /** No token, or one that is none any more: git asks the person for another. */
  | { outcome: 'unknown' }
  /** None of the owner's projects, whoever else's it is. */
  | { outcome: 'missing' }
  | { outcome: 'scope'; verb: 'read' | 'write' };

/**
 * Basic, the only way of signing in that every git knows. The password is an access token (SV-14); the name before it
 * is whatever the person typed.
 */
export async function authenticateGit(
  db: Db,
  authorization: string | undefined,
  { project, verb }: { project: string; verb: 'read' | 'write' },
): Promise<GitAccess> {
  const encoded = /^Basic ([A-Za-z0-9+/=]{1,1000})$/i.exec(authorization ?? '')?.[1];
  const [, token] = /^[^:]*:(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? [];
  const found = token === undefined ? undefined : await authenticateToken(db, token);
  if (!found) return { outcome: 'unknown' };
  if (!(await getProject(db, found.owner, project))) return { outcome: 'missing' };
  if (!scopesAllow(found.scopes, verb, project)) return { outcome: 'scope', verb };
  return { outcome: 'allowed', owner: found.owner, actor: `token ${found.tokenId}` };
}
