import type { TokenScope, User } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Whose a living token is, and what for. */
export interface UsedAccessToken {
  tokenId: string;
  user: User;
  scopes: TokenScope[];
}

/** Finds a living token by its hash and notes that it was used, once a minute at most. */
export async function useAccessToken(db: DbOrTx, tokenHash: string): Promise<UsedAccessToken | undefined> {
  const [row] = await db.execute<UsedAccessToken & Record<string, unknown>>(sql`
    with found as (
      select id, user_id from access_tokens where token_hash = ${tokenHash} and expires_at > slipway_now()
    ), noted as (
      update access_tokens set last_used_at = slipway_now()
      where id = (select id from found) and coalesce(last_used_at, 0) < slipway_now() - 60000000
    )
    select found.id as "tokenId",
      jsonb_build_object('id', users.id, 'email', users.email, 'name', users.name, 'role', users.role,
        'createdAt', users.created_at) as user,
      coalesce((select jsonb_agg(jsonb_build_object('verb', verb, 'projectId', project_id))
        from access_token_scopes where token_id = found.id), '[]') as scopes
    from found join users on users.id = found.user_id`);
  return row;
}
