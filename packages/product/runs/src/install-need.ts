/** What tells whether `node_modules` is what package.json and the lockfile say. */
export interface InstallFacts {
  /** `ProjectManifest.dependencies`. */
  readonly dependencies: string;
  readonly installs: boolean;
  /** Text of the lockfile. */
  readonly lockfile: string | undefined;
  /** Text of what an install writes last, such as node_modules/.package-lock.json: one that broke off has none. */
  readonly installed: string | undefined;
}

export type InstallNeed = 'none' | 'missing' | 'changed';

/**
 * Whether an install is needed (RN-05). `last` is how everything stood after the last install that ended
 * with 0. Somebody may have installed by hand since: then that file was written anew, and all is well.
 */
export function installNeed(now: InstallFacts, last: InstallFacts | undefined): InstallNeed {
  if (!now.installs) return 'none';
  if (now.installed === undefined) return 'missing';
  if (last === undefined || last.installed !== now.installed) return 'none';
  return now.dependencies === last.dependencies && now.lockfile === last.lockfile ? 'none' : 'changed';
}
