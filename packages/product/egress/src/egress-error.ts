/** Why a call did not come about, or was broken off. */
export type EgressProblem =
  /** The address is private, the server's own, or no address of http. */
  'refused' | 'unresolved' | 'unreachable' | 'too-slow' | 'too-large' | 'too-many-redirects';

/**
 * A call that the guard refused or gave up. The text names the host that was asked for and never the address it led to:
 * who chose the host must not learn what is inside of the network.
 */
export class EgressError extends Error {
  readonly problem: EgressProblem;

  constructor(problem: EgressProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
