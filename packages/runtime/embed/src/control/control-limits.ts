/** What one client keeps for a container that it does not trust. */
export interface ControlLimits {
  /** Requests that wait for their reply; one more fails with EAGAIN. */
  readonly pendingRequests: number;
  /** Bytes of output kept for all pids that no reply has named yet; beyond them the run fails with ENOBUFS. */
  readonly earlyBytes: number;
  /** The same in messages: an empty chunk has a price too. */
  readonly earlyMessages: number;
  /** Bytes of one output stream of a process that the container may send before the page is done with them. */
  readonly creditBytes: number;
}

/** Those of a client that is given none. */
export const controlLimits: ControlLimits = {
  pendingRequests: 1_024,
  earlyBytes: 16 * 1024 * 1024,
  earlyMessages: 16_384,
  creditBytes: 1024 * 1024,
};
