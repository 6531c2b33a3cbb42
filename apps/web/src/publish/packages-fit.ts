/** An entry of `packages` in a lockfile; what is not looked at is left out. */
interface Locked {
  version?: unknown;
  integrity?: unknown;
  link?: unknown;
  optional?: unknown;
  devOptional?: unknown;
  peer?: unknown;
}

/**
 * Why what is installed is not what the lockfile says, or undefined where it is. `installed` is npm's own list of it,
 * `node_modules/.package-lock.json`. A project without npm's lockfile has nothing that they could be held against.
 */
export function packagesUnfit(lockfile: string | undefined, installed: string | undefined): string | undefined {
  if (lockfile === undefined) return undefined;
  const locked = packagesOf(lockfile);
  // Nor has one whose lockfile npm itself will complain of.
  if (locked === undefined) return undefined;
  const found = installed === undefined ? undefined : packagesOf(installed);
  if (found === undefined) return 'its packages were not installed by its lockfile in this tab';
  for (const [path, { version, integrity, link, optional, devOptional, peer }] of locked) {
    if (path === '') continue;
    const there = found.get(path);
    // Of other platforms, and what only some would want, may be left out.
    if (there === undefined && (optional === true || devOptional === true || peer === true || link === true)) continue;
    if (there === undefined) return `"${nameOf(path)}" of its lockfile is not installed in this tab`;
    if (there.version !== version || (there.integrity ?? integrity) !== integrity)
      return `"${nameOf(path)}" is installed in this tab in another version than its lockfile says`;
  }
  for (const path of found.keys())
    if (!locked.has(path)) return `"${nameOf(path)}" is installed in this tab, and its lockfile does not say so`;
  return undefined;
}

const nameOf = (path: string): string => path.replace(/^.*node_modules\//, '');

/** `packages` of a lockfile of version 2 or 3; undefined for any other text. */
function packagesOf(text: string): Map<string, Locked> | undefined {
  try {
    const { packages } = JSON.parse(text) as { packages?: unknown };
    if (typeof packages !== 'object' || packages === null) return undefined;
    return new Map(
      Object.entries(packages).map(([path, entry]) => [
        path,
        (typeof entry === 'object' && entry ? entry : {}) as Locked,
      ]),
    );
  } catch (error) {
    // No JSON, or none that has members.
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
