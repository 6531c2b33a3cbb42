import { defineLease, type HeldRow } from '@slipway/leases';

/** What a worker holds while it runs a job: every write it makes names this epoch (P-18). */
export interface Lease {
  jobId: string;
  workerId: string;
  epoch: number;
}

/** Where jobs have their leases. One that has ended cannot be leased. */
export const jobLeases = defineLease({
  table: 'runtime_jobs',
  key: 'id',
  owner: 'owner_id',
  holder: 'lease_worker',
  epoch: 'lease_epoch',
  lapsesAt: 'lease_expires_at',
  live: { column: 'status', values: ['queued', 'running'] },
});

/** The fence of a job: a write under it is refused once another worker has leased the job. */
export const heldJob = ({ jobId, workerId, epoch }: Lease): HeldRow => ({
  kind: jobLeases,
  key: jobId,
  term: { holder: workerId, epoch },
});
