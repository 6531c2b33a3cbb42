import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Who stands in the commits of a person's projects, and the database's clock for them. */
export async function getAuthor(
  db: DbOrTx,
  ownerId: string,
): Promise<{ name: string; email: string; timeSeconds: number }> {
  const [row] = await db.execute<{ name: string; email: string; timeSeconds: number }>(sql`
    select name, email, slipway_now() / 1000000 as "timeSeconds" from users where id = ${ownerId}`);
  // Gone in this moment: what is made for them is refused a step later.
  return row ?? { name: '', email: '', timeSeconds: 0 };
}
