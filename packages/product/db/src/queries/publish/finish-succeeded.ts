import { randomBytes } from 'node:crypto';
import type { Build, SiteServing, TreeEntry } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';
import { confirmBlobRights } from '../content/confirm-blob-rights.ts';
import { insertTree, prepareTree } from '../content/insert-tree.ts';
import { publishEvent } from '../events/publish-event.ts';
import { appendLines } from './append-lines.ts';
import { giveStableAddress } from '../sites/give-stable-address.ts';
import { publishBuildEvent } from './build-row.ts';
import type { ClaimedJob } from './claim-job.ts';
import { fencedWrite } from './fenced-write.ts';

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

    const rights = await confirmBlobRights(tx, ownerId, tree);
    if (rights.outcome !== 'confirmed')
      throw new Error(`Cannot store artifact ${result.artifactId}: its blobs are ${rights.outcome}`);
    await insertTree(tx, tree);
    await tx.execute(sql`
      insert into artifacts (id, build_id, project_id, owner_id, tree_id, serving)
      values (${result.artifactId}, ${buildId}, ${projectId}, ${ownerId}, ${tree.id},
        ${result.serving === undefined ? null : JSON.stringify(result.serving)}::jsonb)`);
    await tx.execute(sql`
      insert into build_steps (job_id, step, attempt, duration_ms)
      select ${job.lease.jobId}, 'publish', ${job.attempts}, coalesce((slipway_now() - max(finished_at)) / 1000, 0)
      from build_steps where job_id = ${job.lease.jobId}`);
    await giveStableAddress(tx, projectId);
    const [minted] = await tx.execute<{ token: string }>(sql`
      insert into preview_tokens (token, site_label, build_id, artifact_id, owner_id, project_id, created_at,
        expires_at)
      select 'wpt_' || at.us || '_' || replace(gen_random_uuid()::text, '-', ''), ${randomBytes(16).toString('hex')},
        ${buildId}, ${result.artifactId}, ${ownerId}, ${projectId}, at.us,
          at.us + ${result.tokenLifetimeUs ?? null}::bigint
      from (select slipway_now() as us) at
      returning token`);
    const token = minted!.token;
    await tx.execute(sql`
      update preview_builds set status = 'succeeded', artifact_id = ${result.artifactId}, preview_token = ${token},
        preview_url = ${previewUrl(result.publicBase, token)}, error_summary = null, finished_at = at.us,
          updated_at = at.us
      from (select slipway_now() as us) at where id = ${buildId}`);
    await tx.execute(sql`
      update runtime_jobs set status = 'succeeded', finished_at = slipway_now(), updated_at = slipway_now()
        where id = ${job.lease.jobId}`);
    const moved = await tx.execute<{ revision: number }>(sql`
      update projects p set active_build_id = ${buildId}, updated_at = slipway_now()
      where p.id = ${projectId} and not exists (
        select from preview_builds newer, preview_builds this
        where this.id = ${buildId} and newer.project_id = p.id and newer.snapshot_revision > this.snapshot_revision)
      returning p.revision`);
    await appendLines(tx, { buildId, ownerId, projectId }, [
      { stream: 'system', text: 'build complete, preview url generated' },
    ]);
    const finished = await publishBuildEvent(tx, ownerId, buildId);
    if (moved[0])
      await publishEvent(tx, ownerId, { type: 'project', payload: { projectId, revision: moved[0].revision } });
    return { outcome: 'succeeded', build: finished, active: moved.length > 0 };
  };
  return await fencedWrite(db, job.lease, { before, body });
}

/** `<public base without trailing slashes>/p/<token>/` (P-13). */
export function previewUrl(publicBase: string, token: string): string {
  let end = publicBase.length;
  while (publicBase.endsWith('/', end)) end--;
  return `${publicBase.slice(0, end)}/p/${token}/`;
}
