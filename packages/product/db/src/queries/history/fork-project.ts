import { randomBytes } from 'node:crypto';
import type { Project } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';
import { getProject } from '../projects/get-project.ts';
import { LINEAGE_LIMIT } from './lineage.ts';
import { SAVES_REF } from './record-snapshot.ts';
import { settleFork } from './settle-fork.ts';

/** `missing`: no such snapshot, of a project that the owner has. */
export type ForkResult = { outcome: 'forked'; project: Project } | { outcome: 'missing' };

/**
 * A new project that begins with a snapshot of another (HI-09), in as many rows whatever
 * its size: it reads the snapshot's objects from its origin. Its own history begins there.
 */
export async function forkProject(
  db: Db,
  ownerId: string,
  projectId: string,
  { snapshotId, name }: { snapshotId: string; name: string },
): Promise<ForkResult> {
  if ((await lineageLength(db, projectId)) >= LINEAGE_LIMIT) await settleFork(db, projectId);
  const forkId = await db.transaction(async (tx) => {
    // Shared, so that the origin's objects are not collected in between.
    const [origin] = await tx.execute<{ commit: string; aside: string | null; template: string | null }>(sql`
      select s.commit_oid as commit, s.aside_oid as aside, p.template from projects p
      join snapshots s on s.project_id = p.id
      where p.id = ${projectId} and p.owner_id = ${ownerId} and s.id = ${snapshotId} for share of p`);
    if (!origin) return undefined;
    const [fork] = await tx.execute<{ id: string }>(sql`
      insert into projects (owner_id, name, template, container_id, revision)
      values (${ownerId}, ${name}, ${origin.template}, ${`c${randomBytes(10).toString('hex')}`}, 1) returning id`);
    const id = fork!.id;
    await tx.execute(sql`
      insert into project_origins (project_id, origin_id, commit_oid, aside_oid)
      values (${id}, ${projectId}, ${origin.commit}, ${origin.aside})`);
    await tx.execute(sql`
      with made as (
        insert into snapshots (project_id, owner_id, commit_oid, aside_oid, kind, message, files, bytes, revision)
        select ${id}, ${ownerId}, commit_oid, aside_oid, 'fork', 'Fork', files, bytes, 1
        from snapshots where id = ${snapshotId} returning id
      )
      update projects set latest_snapshot_id = made.id from made where projects.id = ${id}`);
    await tx.execute(sql`insert into refs (project_id, name, oid) values (${id}, ${SAVES_REF}, ${origin.commit})`);
    await tx.execute(sql`
      insert into ref_log (project_id, name, new_oid, actor) values (${id}, ${SAVES_REF}, ${origin.commit}, 'fork')`);
    return id;
  });
  const project = forkId === undefined ? undefined : await getProject(db, ownerId, forkId);
  return project ? { outcome: 'forked', project } : { outcome: 'missing' };
}

async function lineageLength(db: DbOrTx, projectId: string): Promise<number> {
  const [row] = await db.execute<{ length: number }>(sql`
    with recursive line(project_id, step) as (
      select ${projectId}::uuid, 0
      union all
      select o.origin_id, l.step + 1
      from line l join project_origins o on o.project_id = l.project_id
      where l.step < 100
    ) select max(step)::int as length from line`);
  return row!.length;
}
