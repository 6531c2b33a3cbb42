import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';

/** A person's provider as it is stored; only the server that calls it opens the key. */
export interface StoredProvider {
  id: string;
  name: string;
  kind: string;
  baseUrl: string | null;
  /** JSON text of what the person has said of each model; parsed by the server, never by SQL. */
  models: string;
  apiKey: string | null;
}

/** Keys as they are stored, sealed; the operator's providers are in a file, and not here. */
export async function listAgentProviders(db: DbOrTx, ownerId: string): Promise<StoredProvider[]> {
  return await db.execute<StoredProvider & Record<string, unknown>>(sql`
    select id, name, kind, base_url as "baseUrl", models, api_key as "apiKey" from agent_providers
    where owner_id = ${ownerId} order by name`);
}

/**
 * Sets one provider, key and all: what was sealed for another address is never sent to this one. The owner's row is
 * locked, so that of many at once no more get through than there is room for.
 */
export async function setAgentProvider(
  db: Db,
  ownerId: string,
  provider: StoredProvider & { limit: number },
): Promise<{ outcome: 'set' | 'too-many' }> {
  return await db.transaction(async (tx) => {
    const [owner] = await tx.execute<{ full: boolean }>(sql`
      select (select count(*) from agent_providers p where p.owner_id = u.id and p.name <> ${provider.name})
        >= ${provider.limit} as full
      from users u where u.id = ${ownerId} for update of u`);
    if (!owner || owner.full) return { outcome: 'too-many' as const };
    await tx.execute(sql`
      insert into agent_providers (id, owner_id, name, kind, base_url, models, api_key)
      values (${provider.id}, ${ownerId}, ${provider.name}, ${provider.kind}, ${provider.baseUrl}, ${provider.models},
        ${provider.apiKey})
      on conflict (owner_id, name) do update set id = excluded.id, kind = excluded.kind, base_url = excluded.base_url,
        models = excluded.models, api_key = excluded.api_key, updated_at = slipway_now()`);
    return { outcome: 'set' as const };
  });
}

/** Takes a provider away with its key. */
export async function deleteAgentProvider(
  db: DbOrTx,
  ownerId: string,
  name: string,
): Promise<{ outcome: 'deleted' | 'missing' }> {
  const rows = await db.execute(sql`
    delete from agent_providers where owner_id = ${ownerId} and name = ${name} returning name`);
  return { outcome: rows.length > 0 ? 'deleted' : 'missing' };
}
