import { type SQL, sql } from 'drizzle-orm';

/**
 * How many bytes an owner takes, as SQL: every blob that he has a right to, or that an
 * object of his projects has, once; and what his objects hold themselves.
 */
export function storedBytes(ownerId: string): SQL {
  return sql`(
    coalesce((
      select sum(b.size) from (
        select sha256 from owner_blobs where owner_id = ${ownerId}
        union
        select o.sha256 from objects o join projects p on p.id = o.project_id
        where p.owner_id = ${ownerId} and o.sha256 is not null
      ) held join blobs b on b.sha256 = held.sha256
    ), 0) + coalesce((
      select sum(octet_length(o.z)) from objects o join projects p on p.id = o.project_id where p.owner_id = ${ownerId}
    ), 0)
  )::bigint`;
}
