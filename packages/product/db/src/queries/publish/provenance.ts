import type { Build, DsseEnvelope } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Where a version comes from, for whoever signs it (P-34). */
export interface Provenance {
  projectId: string;
  snapshotId: string;
  revision: number;
  commit: string | null;
  jobId: string;
  origin: Build['origin'];
  verification: Build['verification'];
  startedAt: number;
  finishedAt: number;
  /** Null before anybody has asked for it: it is signed once, and then stored. */
  attestation: DsseEnvelope | null;
}

/** Of an artifact that the caller found through a site. */
export async function getProvenance(db: DbOrTx, artifactId: string): Promise<Provenance | undefined> {
  const [row] = await db.execute<Provenance & Record<string, unknown>>(sql`
    select b.project_id as "projectId", b.snapshot_id as "snapshotId", b.snapshot_revision as revision,
      s.commit_oid as commit, j.id as "jobId", b.origin, b.verification,
      coalesce(b.started_at, b.created_at) as "startedAt", coalesce(b.verified_at, b.finished_at) as "finishedAt",
      a.attestation
    from artifacts a join preview_builds b on b.id = a.build_id
    join runtime_jobs j on j.preview_build_id = b.id
    left join snapshots s on s.id = b.snapshot_id and s.project_id = b.project_id
    where a.id = ${artifactId}`);
  return row;
}

/** Keeps what was signed of an artifact, unless another server was first: gives what is kept. */
export async function keepAttestation(db: DbOrTx, artifactId: string, envelope: DsseEnvelope): Promise<DsseEnvelope> {
  const [row] = await db.execute<{ attestation: DsseEnvelope }>(sql`
    update artifacts set attestation = coalesce(attestation, ${JSON.stringify(envelope)}::jsonb)
    where id = ${artifactId} returning attestation`);
  return row?.attestation ?? envelope;
}
