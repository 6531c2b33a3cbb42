import type { Person } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** A page of all people, by their address. For admins alone. */
export async function listPeople(db: DbOrTx, after: string, limit: number): Promise<Person[]> {
  const rows = await db.execute<Person & Record<string, unknown>>(sql`
    select id, email, name, role, created_at as "createdAt", provider,
      exists (select from credentials where user_id = users.id) as "hasPassword",
      (select count(*)::int from projects where owner_id = users.id) as projects,
      (select max(coalesce(last_used_at, created_at)) from refresh_families where user_id = users.id) as "lastSeenAt"
    from users where email > ${after} order by email limit ${limit}`);
  return [...rows];
}
