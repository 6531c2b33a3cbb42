import type { Upstream } from './upstream.ts';

/** Only these fields are looked at; all others go through as they came. */
export interface Packument {
  name?: unknown;
  'dist-tags'?: Record<string, string>;
  versions?: Record<string, { dist?: { tarball?: string; integrity?: string; shasum?: string } }>;
}

/**
 * Makes every tarball URL the public registry's own, whatever registry the bytes
 * came from: a lockfile written in the tab then equals native npm's, byte by
 * byte. Returns undefined when nothing had to change, so that the original text
 * can be kept.
 */
export function rewriteTarballs(packument: Packument, name: string, upstream: Upstream): Packument | undefined {
  let changed = false;
  for (const version of Object.values(packument.versions ?? {})) {
    const tarball = version.dist?.tarball;
    if (version.dist === undefined || tarball === undefined || tarball.startsWith(upstream.defaultUrl)) continue;
    const rest = tarball.startsWith(upstream.configuredUrl)
      ? tarball.slice(upstream.configuredUrl.length)
      : restAfterName(tarball, name);
    if (rest === undefined) continue;
    version.dist.tarball = upstream.defaultUrl + rest;
    changed = true;
  }
  return changed ? packument : undefined;
}

/** `<name>/-/<file>` out of a URL below some other address of the same registry. */
function restAfterName(tarball: string, name: string): string | undefined {
  const at = tarball.lastIndexOf(`/${name}/-/`);
  return at === -1 ? undefined : tarball.slice(at + 1);
}

/** The checksum that the packument gives for a tarball, found by the end of its URL. */
export function findChecksum(
  packument: Packument,
  name: string,
  file: string,
): { algorithm: string; digest: Buffer } | undefined {
  for (const version of Object.values(packument.versions ?? {})) {
    const { tarball, integrity, shasum } = version.dist ?? {};
    if (tarball === undefined || !decodeURIComponent(tarball).endsWith(`/${name}/-/${file}`)) continue;
    const best = /(?:^|\s)(sha512|sha384|sha256)-([A-Za-z0-9+/=]+)/.exec(integrity ?? '');
    if (best?.[1] && best[2]) return { algorithm: best[1], digest: Buffer.from(best[2], 'base64') };
    // Packages of before 2017 have no more than this.
    if (shasum !== undefined) return { algorithm: 'sha1', digest: Buffer.from(shasum, 'hex') };
  }
  return undefined;
}
