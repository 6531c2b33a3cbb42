/**
 * Why a run did not begin; nothing was changed for it.
 *
 *   NO_SCRIPT       package.json names no such script
 *   NO_MANIFEST     there is no package.json, or it is not JSON
 *   RUN_ELSEWHERE   another project's run is going, and was not to be stopped
 *   HOLDER_LOST     another tab has the project
 *   SUPERSEDED      something else was asked for before this could begin
 *   TOO_MANY        too many scripts run at once
 */
export class RunRefused extends Error {
  override readonly name = 'RunRefused';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
