import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { LockedProject } from './lock-project.ts';

/** `from` null: it must not be there yet. `to` null: it goes. */
export interface RefMove {
  name: string;
  from: string | null;
  to: string | null;
}

/** `raced` names those that were elsewhere; where there is one, none was moved. */
export type MoveRefsResult = { outcome: 'moved' } | { outcome: 'raced'; names: string[] };

/** A project may have so many refs. */
export const REFS_LIMIT = 10_000;

/**
 * Moves refs from where the caller saw them, all or none, and writes each move down.
 * The caller holds the project's lock, and has put the objects.
 */
export async function moveRefs(
  tx: DbOrTx,
  project: LockedProject,
  moves: readonly RefMove[],
  actor: string,
): Promise<MoveRefsResult | { outcome: 'too-many' }> {
  const asked = JSON.stringify(moves);
  const raced = await tx.execute<{ name: string }>(sql`
    select m.name from jsonb_to_recordset(${asked}::jsonb) as m(name text, "from" text)
    left join refs r on r.project_id = ${project.id} and r.name = m.name
    where r.oid is distinct from m."from" or r.target is not null`);
  if (raced.length > 0) return { outcome: 'raced', names: raced.map((row) => row.name) };
  if (moves.some((move) => move.from === null)) {
    const [row] = await tx.execute<{ count: number }>(
      sql`select count(*)::int as count from refs where project_id = ${project.id}`,
    );
    const grown = moves.filter((move) => move.from === null).length - moves.filter((move) => move.to === null).length;
    if (row!.count + grown > REFS_LIMIT) return { outcome: 'too-many' };
  }
  await tx.execute(sql`
    with moves as (select * from jsonb_to_recordset(${asked}::jsonb) as m(name text, "from" text, "to" text)),
    gone as (
      delete from refs r using moves m where r.project_id = ${project.id} and r.name = m.name and m."to" is null
    ),
    put as (
      insert into refs (project_id, name, oid)
      select ${project.id}, m.name, m."to" from moves m where m."to" is not null
      on conflict (project_id, name) do update set oid = excluded.oid, updated_at = slipway_now()
    )
    insert into ref_log (project_id, name, old_oid, new_oid, actor)
    select ${project.id}, m.name, m."from", m."to", ${actor} from moves m where m."from" is distinct from m."to"`);
  return { outcome: 'moved' };
}
