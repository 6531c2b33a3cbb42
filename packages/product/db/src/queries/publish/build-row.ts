import type { Build } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { publishEvent } from '../events/publish-event.ts';

/** `Build` as SQL, for a query that has `preview_builds b` and `runtime_jobs j`. */
export const buildColumns = sql`
  b.id, b.project_id as "projectId", b.snapshot_id as "snapshotId", j.id as "jobId", b.status,
  b.cancel_requested_at is not null as "cancelRequested", b.artifact_id as "artifactId",
  b.preview_url as "previewUrl", b.error_summary as "errorSummary", b.origin, b.verification, b.log_seq as "logSeq",
  b.created_at as "createdAt", b.started_at as "startedAt", b.finished_at as "finishedAt", b.updated_at as "updatedAt"`;

/** What a query with `buildColumns` answers, in the form Drizzle's `execute` asks for. */
export type BuildRow = Build & Record<string, unknown>;

/** The message of a build event (P-16). */
function eventMessage(build: Build): string {
  if (build.errorSummary !== null) return build.errorSummary;
  switch (build.status) {
    case 'queued':
      return 'build queued';
    case 'running':
      return build.cancelRequested ? 'cancel requested' : 'build started';
    case 'succeeded':
      return build.verification === null ? 'build complete' : verificationMessage(build.verification);
    default:
      return 'build failed';
  }
}

function verificationMessage(verification: NonNullable<Build['verification']>): string {
  switch (verification) {
    case 'pending':
      return 'published, not verified yet';
    case 'verified':
      return 'verified';
    case 'different':
      return 'the server built other files';
    case 'failed':
      return 'the build could not be verified';
  }
}

/** Says on the owner's stream what the row holds now. Last in its transaction, after the row was written. */
export async function publishBuildEvent(tx: DbOrTx, ownerId: string, buildId: string): Promise<Build> {
  const [build] = await tx.execute<BuildRow>(sql`
    select ${buildColumns} from preview_builds b join runtime_jobs j on j.preview_build_id = b.id
      where b.id = ${buildId}`);
  if (!build) throw new Error(`Cannot publish an event of build ${buildId}: it has no row with a job`);
  await publishEvent(tx, ownerId, { type: 'build', payload: { message: eventMessage(build), build } });
  return build;
}
