/**
 * What a job can be. The queue, its leases and its fencing know none of these: the
 * worker has one handler for each (`apps/worker/src/job-handlers.ts`).
 */
export const jobKinds = ['preview_build', 'verify_build'] as const;

/** Stored as text: a kind of a newer server's is left in the queue. */
export type JobKind = (typeof jobKinds)[number];

/** Whether a stored kind is one of this version's: a newer server may have queued another. */
export function isJobKind(kind: string): kind is JobKind {
  return jobKinds.some((known) => known === kind);
}
