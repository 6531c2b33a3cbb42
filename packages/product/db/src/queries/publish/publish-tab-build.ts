import { randomUUID } from 'node:crypto';
import type { Build, FileEntry, Publishing, SiteServing } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';
import { prepareTree } from '../content/insert-tree.ts';
import { publishEvent } from '../events/publish-event.ts';
import { appendLines, type NewLogLine } from './append-lines.ts';
import { publishBuildEvent } from './build-row.ts';
import { fullQueue, JOB_CHANNEL } from './create-build.ts';
import { mintVersion, moveActive } from './mint-version.ts';
import { supersedeOlder } from './supersede-older.ts';

/** Checked by whoever calls: nothing in it is believed here. */
export interface TabBuild {
  snapshotId: string;
  entries: readonly FileEntry[];
  serving: SiteServing;
  log: readonly NewLogLine[];
  durationMs: number;
  publishing: Exclude<Publishing, 'server'>;
  publicBase: string;
  tokenLifetimeUs: number | undefined;
  /** From now on; a check that has not ended by then has expired. */
  deadlineUs: number;
  /** How many builds and checks of an owner may wait or run. */
  ownerLimit?: number;
}

/** `missing-blobs`: the owner has not put all bytes, or they have other sizes. */
export type PublishTabBuildResult =
  | { outcome: 'published'; build: Build }
  | { outcome: 'too-many'; limit: number }
  | { outcome: 'project-missing' | 'snapshot-missing' | 'missing-blobs' };

/**
 * A tab's build becomes a version (P-33): a row that has succeeded and is to be verified, its link, and the job that
 * builds the same save on the server. All in one transaction, in the lock order of `createBuild`.
 */
export async function publishTabBuild(
  db: Db,
  ownerId: string,
  projectId: string,
  asked: TabBuild,
): Promise<PublishTabBuildResult> {
  const tree = prepareTree(asked.entries);
  const { snapshotId, serving, publicBase, tokenLifetimeUs, publishing } = asked;
  const refused = new Refused();
  const work = async (tx: DbOrTx): Promise<PublishTabBuildResult> => {
    await tx.execute(sql`select from users where id = ${ownerId} for no key update`);
    const [project] = await tx.execute<{ active: string | null }>(sql`
      select active_build_id as active from projects where id = ${projectId} and owner_id = ${ownerId} for update`);
    if (!project) return { outcome: 'project-missing' };
    const limit = await fullQueue(tx, { ownerId, projectId }, asked.ownerLimit);
    if (limit !== undefined) return { outcome: 'too-many', limit };
    const [row] = await tx.execute<{ id: string; revision: number }>(sql`
      insert into preview_builds (project_id, snapshot_id, snapshot_revision, owner_id, status, origin, verification,
        publishing, active_before, started_at)
      select project_id, id, revision, owner_id, 'running', 'tab', 'pending', ${publishing}, ${project.active},
        slipway_now() - ${asked.durationMs * 1000}::bigint
      from snapshots where id = ${snapshotId} and project_id = ${projectId} and owner_id = ${ownerId}
      returning id, snapshot_revision as revision`);
    if (!row) return { outcome: 'snapshot-missing' };
    const buildId = row.id;
    const [job] = await tx.execute<{ id: string }>(sql`
      insert into runtime_jobs (kind, project_id, snapshot_id, owner_id, preview_build_id, deadline_at)
      values ('verify_build', ${projectId}, ${snapshotId}, ${ownerId}, ${buildId},
        slipway_now() + ${asked.deadlineUs}::bigint)
      returning id`);
    await supersedeOlder(tx, { ownerId, projectId, revision: row.revision });
    const version = { buildId, artifactId: randomUUID(), ownerId, projectId, tree, serving, publicBase };
    if ((await mintVersion(tx, { ...version, tokenLifetimeUs })).outcome === 'refused') throw refused;
    const moved = publishing === 'hold' ? undefined : await moveActive(tx, projectId, buildId);
    await appendLines(tx, { buildId, ownerId, projectId }, [
      { stream: 'system', text: `built in the tab in ${(asked.durationMs / 1000).toFixed(1)} s` },
      ...asked.log,
      { stream: 'system', text: 'build complete, preview url generated' },
      { stream: 'system', text: 'not verified yet: the server will build the same save and compare' },
    ]);
    const build = await publishBuildEvent(tx, ownerId, buildId);
    if (moved) await publishEvent(tx, ownerId, { type: 'project', payload: { projectId, revision: moved.revision } });
    await tx.execute(sql`select pg_notify(${JOB_CHANNEL}, ${job!.id})`);
    return { outcome: 'published', build };
  };
  try {
    return await db.transaction(work);
  } catch (error) {
    // Thrown, so that nothing of it stays.
    if (error === refused) return { outcome: 'missing-blobs' };
    throw error;
  }
}

class Refused extends Error {}
