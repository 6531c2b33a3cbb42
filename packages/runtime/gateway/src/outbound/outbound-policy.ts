import type { MirrorPass } from './mirror-pass.ts';

/** Where a request of a program to the outside really goes. */
export interface OutboundPolicy {
  /** Public registry origins whose requests our mirror answers. */
  readonly registryOrigins: readonly string[];
  /** Absolute address of the mirror, ending in a slash; the rest of the registry's path is appended. */
  readonly mirrorUrl: string;
  /** What opens the mirror; undefined where nobody asks for it. */
  readonly pass?: MirrorPass;
}

/** Where it is sent after the policy: a registry's address may have become the mirror's. */
export interface OutboundTarget {
  readonly url: string;
  /** True when the request stays with our own server. */
  readonly mirror: boolean;
}

/**
 * The registry's requests go to our mirror, whatever the
 * program thinks it speaks to; all others where they want.
 */
export function outboundTarget(policy: OutboundPolicy, origin: string, target: string): OutboundTarget {
  if (!policy.registryOrigins.includes(origin)) return { url: origin + target, mirror: false };
  return { url: policy.mirrorUrl + target.replace(/^\/+/, ''), mirror: true };
}

/**
 * The origin a program means, in lower case, without the port that goes without saying;
 * `secure` when it believes it speaks TLS (there is none: what it writes is plain).
 */
export function requestOrigin(host: string, port: number, secure: boolean): string {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `${secure ? 'https' : 'http'}://${name}${port === (secure ? 443 : 80) ? '' : `:${port}`}`.toLowerCase();
}
