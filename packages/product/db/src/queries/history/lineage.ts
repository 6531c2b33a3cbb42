import { type SQL, sql } from 'drizzle-orm';

/** A fork of a fork of … reads through so many origins; `forkProject` settles the rest first. */
export const LINEAGE_LIMIT = 8;

/**
 * For `with recursive`: the project and those its objects may be read from, nearest
 * first by `step`. A fork is only ever asked for what its own trees and refs name.
 */
export const lineage = (projectId: string): SQL => sql`
  lineage(project_id, step) as (
    select ${projectId}::uuid, 0
    union all
    select o.origin_id, l.step + 1 from lineage l join project_origins o on o.project_id = l.project_id
    where l.step < ${LINEAGE_LIMIT}
  )`;
