import type { AccessToken } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** A person's living tokens, newest first; or the one that is asked for. */
export async function listAccessTokens(db: DbOrTx, userId: string, tokenId?: string): Promise<AccessToken[]> {
  const rows = await db.execute<AccessToken & Record<string, unknown>>(sql`
    select id, name, ending, created_at as "createdAt", expires_at as "expiresAt", last_used_at as "lastUsedAt",
      coalesce((select jsonb_agg(jsonb_build_object('verb', verb, 'projectId', project_id) order by verb, project_id)
        from access_token_scopes where token_id = access_tokens.id), '[]') as scopes
    from access_tokens
    where user_id = ${userId} and expires_at > slipway_now()
      and (${tokenId ?? null}::uuid is null or id = ${tokenId ?? null}::uuid)
    order by created_at desc, id`);
  return [...rows];
}
