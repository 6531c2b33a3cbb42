import { type Build, type ManifestDifference, TOLD_DIFFERENCES, type VerificationResponse } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';
import { publishEvent } from '../events/publish-event.ts';
import { appendLines, type NewLogLine } from './append-lines.ts';
import { publishBuildEvent } from './build-row.ts';
import type { ClaimedJob } from './claim-job.ts';
import { JOB_CHANNEL } from './create-build.ts';
import { fencedWrite } from './fenced-write.ts';
import { getBuild } from './get-build.ts';
import { moveActive } from './mint-version.ts';

/** `treeId` is what the tab published, `snapshotId` what it says that it was built from. */
export interface Unverified {
  projectId: string;
  snapshotId: string;
  ownerId: string;
  pending: boolean;
  treeId: string;
}

/** The tab's build that a job is to check, if it is the job owner's (P-07) and a tab's. */
export async function loadUnverified(db: DbOrTx, ownerId: string, buildId: string): Promise<Unverified | undefined> {
  const [row] = await db.execute<Unverified & Record<string, unknown>>(sql`
    select b.project_id as "projectId", b.snapshot_id as "snapshotId", b.owner_id as "ownerId",
      b.verification = 'pending' as pending, a.tree_id as "treeId"
    from preview_builds b join artifacts a on a.build_id = b.id
    where b.id = ${buildId} and b.owner_id = ${ownerId} and b.origin = 'tab' and b.status = 'succeeded'`);
  return row;
}

/** The job runs; the build stays what it is. */
export async function beginVerification(
  db: Db,
  job: ClaimedJob,
  buildId: string,
): Promise<{ outcome: 'begun' | 'lost-lease' }> {
  const body = async (tx: DbOrTx): Promise<{ outcome: 'begun' }> => {
    await tx.execute(sql`
      update runtime_jobs set status = 'running', started_at = coalesce(started_at, slipway_now()),
        updated_at = slipway_now()
      where id = ${job.lease.jobId}`);
    const again: NewLogLine[] = job.attempts > 1 ? [{ stream: 'system', text: `attempt ${job.attempts}` }] : [];
    await appendLines(tx, { buildId, ownerId: job.ownerId, projectId: job.projectId }, [
      ...again,
      { stream: 'system', text: 'checking: the server builds the same save' },
    ]);
    return { outcome: 'begun' };
  };
  return await fencedWrite(db, job.lease, { body });
}

/** What the server's own build of the save came to, beside the tab's. */
export type Verdict =
  | { verification: 'verified' }
  | { verification: 'different'; differences: readonly ManifestDifference[] }
  | { verification: 'failed'; problem: string };

/**
 * Writes down what came of a check (P-33), under the job's lease. It moves that column, and by the project's choice
 * what is shown: a version that was held is shown once it is verified, one that is not goes back where that was
 * chosen. No status changes, and what somebody has chosen to show meanwhile stays.
 */
export async function finishVerification(
  db: Db,
  job: ClaimedJob,
  buildId: string,
  verdict: Verdict,
): Promise<{ outcome: 'finished'; build: Build } | { outcome: 'lost-lease' }> {
  const { ownerId, projectId } = job;
  const before = (tx: DbOrTx) => tx.execute(sql`select from projects where id = ${projectId} for update`);
  const body = async (tx: DbOrTx): Promise<{ outcome: 'finished'; build: Build } | { outcome: 'lost-lease' }> => {
    const { verification } = verdict;
    const differences = verdict.verification === 'different' ? verdict.differences : [];
    const problem = verdict.verification === 'failed' ? verdict.problem : null;
    const told =
      differences.length === 0
        ? null
        : JSON.stringify({ total: differences.length, told: differences.slice(0, TOLD_DIFFERENCES) });
    const [checked] = await tx.execute<{ publishing: string; activeBefore: string | null }>(sql`
      update preview_builds set verification = ${verification}, verification_problem = ${problem},
        differences = ${told}::jsonb, verified_at = at.us, updated_at = at.us
      from (select slipway_now() as us) at
      where id = ${buildId} and owner_id = ${ownerId} and verification = 'pending'
      returning publishing, active_before as "activeBefore"`);
    if (!checked) return { outcome: 'lost-lease' };
    await tx.execute(sql`
      update runtime_jobs set status = ${verdict.verification === 'failed' ? 'failed' : 'succeeded'},
        error_summary = ${problem}, finished_at = slipway_now(), updated_at = slipway_now()
      where id = ${job.lease.jobId}`);
    await appendLines(tx, { buildId, ownerId, projectId }, [{ stream: 'system', text: lineOf(verdict) }]);
    let moved: { revision: number } | undefined;
    if (verification === 'verified' && checked.publishing === 'hold') moved = await moveActive(tx, projectId, buildId);
    if (verification !== 'verified' && checked.publishing === 'rollback')
      moved = await showBefore(tx, projectId, { buildId, before: checked.activeBefore });
    const build = await publishBuildEvent(tx, ownerId, buildId);
    if (moved) await publishEvent(tx, ownerId, { type: 'project', payload: { projectId, revision: moved.revision } });
    return { outcome: 'finished', build };
  };
  return await fencedWrite(db, job.lease, { before, body });
}

/** Back to what was shown before, if it is still there and nobody has shown another one since. */
async function showBefore(
  tx: DbOrTx,
  projectId: string,
  { buildId, before }: { buildId: string; before: string | null },
): Promise<{ revision: number } | undefined> {
  const [moved] = await tx.execute<{ revision: number }>(sql`
    update projects p set updated_at = slipway_now(),
      active_build_id = (select b.id from preview_builds b where b.id = ${before} and b.project_id = p.id
        and b.status = 'succeeded')
    where p.id = ${projectId} and p.active_build_id = ${buildId}
    returning p.revision`);
  return moved;
}

function lineOf(verdict: Verdict): string {
  switch (verdict.verification) {
    case 'verified':
      return 'verified: the server built the very same files';
    case 'different':
      return `different: the server built other bytes for ${verdict.differences.length} files`;
    case 'failed':
      return `not verified: ${verdict.problem}`;
  }
}

/** What came of the check of a tab's build; undefined for another's, and for what the server built. */
export async function getVerification(
  db: DbOrTx,
  ownerId: string,
  buildId: string,
): Promise<VerificationResponse | undefined> {
  const [row] = await db.execute<{
    verification: VerificationResponse['verification'];
    problem: string | null;
    differences: { total: number; told: ManifestDifference[] } | null;
  }>(sql`
    select verification, verification_problem as problem, differences from preview_builds
    where id = ${buildId} and owner_id = ${ownerId} and verification is not null`);
  if (!row) return undefined;
  const { verification, problem, differences } = row;
  return { verification, problem, total: differences?.total ?? 0, differences: differences?.told ?? [] };
}

/** Queues another check; `settled`: it is verified, or being checked. */
export async function repeatVerification(
  db: Db,
  ownerId: string,
  buildId: string,
  deadlineUs: number,
): Promise<{ outcome: 'queued'; build: Build } | { outcome: 'missing' | 'settled' }> {
  return await db.transaction(async (tx) => {
    // The job before the build, as everywhere.
    const [job] = await tx.execute<{ id: string }>(sql`
      select id from runtime_jobs where preview_build_id = ${buildId} and owner_id = ${ownerId} for update`);
    const build = job && (await getBuild(tx, ownerId, buildId));
    if (!job || !build) return { outcome: 'missing' };
    if (build.verification !== 'failed' && build.verification !== 'different') return { outcome: 'settled' };
    // Another job in its place: one that has ended stays ended.
    await tx.execute(sql`delete from runtime_jobs where id = ${job.id}`);
    const [next] = await tx.execute<{ id: string }>(sql`
      insert into runtime_jobs (kind, project_id, snapshot_id, owner_id, preview_build_id, deadline_at)
      select 'verify_build', project_id, snapshot_id, owner_id, id, slipway_now() + ${deadlineUs}::bigint
      from preview_builds where id = ${buildId} returning id`);
    await tx.execute(sql`
      update preview_builds set verification = 'pending', verification_problem = null, differences = null,
        verified_at = null, updated_at = slipway_now()
      where id = ${buildId}`);
    await tx.execute(sql`select pg_notify(${JOB_CHANNEL}, ${next!.id})`);
    return { outcome: 'queued', build: await publishBuildEvent(tx, ownerId, buildId) };
  });
}
