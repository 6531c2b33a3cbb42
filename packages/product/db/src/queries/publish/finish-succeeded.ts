import type { Build, SiteServing, TreeEntry } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';
import { prepareTree } from '../content/insert-tree.ts';
import { publishEvent } from '../events/publish-event.ts';
import { appendLines } from './append-lines.ts';
import { publishBuildEvent } from './build-row.ts';
import type { ClaimedJob } from './claim-job.ts';
import { fencedWrite } from './fenced-write.ts';
import { mintVersion, moveActive } from './mint-version.ts';

/** `active`: the project's preview moved to this build. */
export type FinishSucceededResult =
  | { outcome: 'succeeded'; build: Build; active: boolean }
  /** Somebody else finished, superseded or took over the job; nothing was written. */
  | { outcome: 'lost-lease' }
  | { outcome: 'cancel-requested' };

/**
 * Artifact, token, URL, status, active preview, last log line and events in one
 * transaction: a build is never succeeded without its link, nor linked without
 * having succeeded (P-12, P-13).
 *
 * The active preview moves only when no build of a newer snapshot was ever asked
 * for (P-21, P-22); a build of an older snapshot gets its link and nothing more.
 */
export async function finishSucceeded(
  db: Db,
  job: ClaimedJob,
  buildId: string,
  result: {
    artifactId: string;
    entries: readonly TreeEntry[];
    /** How the site is served; without it as it was before there were rules. */
    serving?: SiteServing;
    publicBase: string;
    tokenLifetimeUs: number | undefined;
  },
): Promise<FinishSucceededResult> {
  // Before the fence: hashing a large tree takes its time, and locks are held for none of it.
  const { ownerId, projectId } = job;
  const tree = prepareTree(result.entries);
  const before = (tx: DbOrTx) => tx.execute(sql`select from projects where id = ${projectId} for update`);
  const body = async (tx: DbOrTx): Promise<FinishSucceededResult> => {
    const [build] = await tx.execute<{ status: string; cancelRequested: boolean }>(sql`
      select status, cancel_requested_at is not null as "cancelRequested" from preview_builds
        where id = ${buildId} for update`);
    if (build?.status !== 'running') return { outcome: 'lost-lease' };
    if (build.cancelRequested) return { outcome: 'cancel-requested' };

    const { artifactId, serving, publicBase, tokenLifetimeUs } = result;
    const version = { buildId, artifactId, ownerId, projectId, tree, serving, publicBase, tokenLifetimeUs };
    if ((await mintVersion(tx, version)).outcome === 'refused')
      throw new Error(`Cannot store artifact ${artifactId}: its blobs are not the owner's`);
    await tx.execute(sql`
      insert into build_steps (job_id, step, attempt, duration_ms)
      select ${job.lease.jobId}, 'publish', ${job.attempts}, coalesce((slipway_now() - max(finished_at)) / 1000, 0)
      from build_steps where job_id = ${job.lease.jobId}`);
    await tx.execute(sql`
      update runtime_jobs set status = 'succeeded', finished_at = slipway_now(), updated_at = slipway_now()
        where id = ${job.lease.jobId}`);
    const moved = await moveActive(tx, projectId, buildId);
    await appendLines(tx, { buildId, ownerId, projectId }, [
      { stream: 'system', text: 'build complete, preview url generated' },
    ]);
    const finished = await publishBuildEvent(tx, ownerId, buildId);
    if (moved) await publishEvent(tx, ownerId, { type: 'project', payload: { projectId, revision: moved.revision } });
    return { outcome: 'succeeded', build: finished, active: moved !== undefined };
  };
  return await fencedWrite(db, job.lease, { before, body });
}
