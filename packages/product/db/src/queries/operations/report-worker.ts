import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** One that was not heard of for so long is forgotten: it ended without a word. */
const FORGOTTEN_AFTER_US = 3_600_000_000;

/** A worker says that it is there; whoever has been silent for an hour goes from the list. */
export async function reportWorker(db: DbOrTx, name: string): Promise<void> {
  await db.execute(sql`
    with forgotten as (delete from workers where seen_at < slipway_now() - ${FORGOTTEN_AFTER_US}::bigint)
    insert into workers (name, started_at, seen_at) values (${name}, slipway_now(), slipway_now())
    on conflict (name) do update set seen_at = slipway_now()`);
}

/** A worker that ends in order leaves the list at once. */
export async function dismissWorker(db: DbOrTx, name: string): Promise<void> {
  await db.execute(sql`delete from workers where name = ${name}`);
}
