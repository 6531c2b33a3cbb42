/** What tells whether `node_modules` is what package.json and the lockfile say. */
export interface InstallFacts {
  /** `ProjectManifest.dependencies`. */
  readonly dependencies: string;
  readonly installs: boolean;
  readonly lockfile: string | undefined;
  /** Text of what an install writes last, such as node_modules/.package-lock.json: one that broke off has none. */
  readonly installed: string | undefined;
}

/** Facts as they are written down beside a folder that outlives its tab: equal where they are equal. */
export async function digestFacts({ dependencies, lockfile, installed }: InstallFacts): Promise<string> {
  const text = JSON.stringify([KEPT_VERSION, dependencies, lockfile ?? null, installed ?? null]);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Another one makes every kept node_modules be installed again: what stands in for native packages has changed. */
const KEPT_VERSION = 1;

/** `missing`: there is no whole `node_modules`; `changed`: there is one, of other dependencies. */
export type InstallNeed = 'none' | 'missing' | 'changed';

/**
 * Whether an install is needed (RN-05). `last` is how everything stood after the last install that ended
 * with 0. `doubted` is what `installed` was in a folder that an install may have left half-done.
 * Somebody may have installed by hand since: then that file was written anew, and all is well.
 */
export function installNeed(now: InstallFacts, last: InstallFacts | undefined, doubted?: string): InstallNeed {
  if (!now.installs) return 'none';
  if (now.installed === undefined || now.installed === doubted) return 'missing';
  if (last === undefined || last.installed !== now.installed) return 'none';
  return now.dependencies === last.dependencies && now.lockfile === last.lockfile ? 'none' : 'changed';
}
