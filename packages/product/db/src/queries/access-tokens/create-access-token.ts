import { ACCESS_TOKENS_LIMIT, type AccessToken, type TokenScope } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { listAccessTokens } from './list-access-tokens.ts';

/** A missing project is somebody else's, or none. */
export type CreateAccessTokenResult =
  | { outcome: 'created'; accessToken: AccessToken }
  | { outcome: 'project-missing' | 'too-many' };

/**
 * Stores a token's hash with what it is for. The owner's row is locked, so that two
 * requests at once do not both take the last place; expired tokens take none.
 */
export async function createAccessToken(
  db: Db,
  userId: string,
  token: { name: string; tokenHash: string; ending: string; lifetimeUs: number; scopes: readonly TokenScope[] },
): Promise<CreateAccessTokenResult> {
  const projects = [...new Set(token.scopes.flatMap(({ projectId }) => projectId ?? []))];
  return await db.transaction(async (tx): Promise<CreateAccessTokenResult> => {
    await tx.execute(sql`select from users where id = ${userId} for update`);
    await tx.execute(sql`delete from access_tokens where user_id = ${userId} and expires_at <= slipway_now()`);
    const [counted] = await tx.execute<{ tokens: number; projects: number }>(sql`
      select (select count(*)::int from access_tokens where user_id = ${userId}) as tokens,
        (select count(*)::int from projects where owner_id = ${userId} and id in (
          select value::uuid from jsonb_array_elements_text(${JSON.stringify(projects)}::jsonb)
        )) as projects`);
    if (counted!.projects < projects.length) return { outcome: 'project-missing' };
    if (counted!.tokens >= ACCESS_TOKENS_LIMIT) return { outcome: 'too-many' };
    const [made] = await tx.execute<{ id: string }>(sql`
      insert into access_tokens (user_id, name, token_hash, ending, expires_at)
      values (${userId}, ${token.name}, ${token.tokenHash}, ${token.ending},
        slipway_now() + ${token.lifetimeUs}::bigint)
      returning id`);
    await tx.execute(sql`
      insert into access_token_scopes (token_id, verb, project_id)
      select distinct ${made!.id}::uuid, scope ->> 'verb', (scope ->> 'projectId')::uuid
      from jsonb_array_elements(${JSON.stringify(token.scopes)}::jsonb) as scope`);
    const [accessToken] = await listAccessTokens(tx, userId, made!.id);
    return { outcome: 'created', accessToken: accessToken! };
  });
}
