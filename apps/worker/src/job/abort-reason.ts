/** Why a run was stopped from outside. It decides what, if anything, is written afterwards. */
export type AbortReason = 'timeout' | 'stalled' | 'cancel' | 'lease-lost' | 'shutdown';

/** `AbortSignal.reason` carries it, so whoever listens learns why. */
export class JobAbort extends Error {
  readonly reason: AbortReason;
  constructor(reason: AbortReason) {
    super(`Cannot go on with the job: ${reason}`);
    this.reason = reason;
  }
}

/**
 * Undefined while the run may go on. An abort without a reason
 * of ours is taken for a shutdown: it writes the least.
 */
export function abortReason(signal: AbortSignal): AbortReason | undefined {
  if (!signal.aborted) return undefined;
  return signal.reason instanceof JobAbort ? signal.reason.reason : 'shutdown';
}
