/**
 * The published version that comes nearest to one that is missing: of the same major, the newest that is not newer;
 * else the oldest that is. Prereleases only where the wanted version is one. `undefined` where the major has none.
 */
export function nearestVersion(wanted: string, published: readonly string[]): string | undefined {
  const target = parse(wanted);
  if (target === undefined) return undefined;
  const isPrerelease = wanted.includes('-');
  const candidates = published
    .flatMap((text) => {
      const version = !isPrerelease && text.includes('-') ? undefined : parse(text);
      return version === undefined || version[0] !== target[0] ? [] : [{ text, version }];
    })
    .sort((left, right) => compare(left.version, right.version));
  return (candidates.findLast(({ version }) => compare(version, target) <= 0) ?? candidates[0])?.text;
}

type Version = readonly [major: number, minor: number, patch: number];

/** Undefined for what is no semantic version; what follows the three numbers is left out of comparisons. */
function parse(text: string): Version | undefined {
  const match = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+]|$)/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}

function compare(left: Version, right: Version): number {
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}
