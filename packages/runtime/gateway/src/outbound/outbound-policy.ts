/** Where a request of a program to the outside really goes. */
export interface OutboundPolicy {
  /** Public registry origins whose requests our mirror answers. */
  readonly registryOrigins: readonly string[];
  /** Absolute address of the mirror, ending in a slash; the rest of the registry's path is appended. */
  readonly mirrorUrl: string;
  /** Capability for the mirror, or `null`. */
  readonly capability: string | null;
}

export interface OutboundTarget {
  readonly url: string;
  /** True when the request stays with our own server. */
  readonly mirror: boolean;
}

export function outboundTarget(policy: OutboundPolicy, origin: string, target: string): OutboundTarget {
  if (!policy.registryOrigins.includes(origin)) return { url: origin + target, mirror: false };
  return { url: policy.mirrorUrl + target.replace(/^\/+/, ''), mirror: true };
}

/** The origin a program means; `secure` when it believes it speaks TLS. */
export function requestOrigin(host: string, port: number, secure: boolean): string {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `${secure ? 'https' : 'http'}://${name}${port === (secure ? 443 : 80) ? '' : `:${port}`}`.toLowerCase();
}
