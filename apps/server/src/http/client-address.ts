import { parseAddress, parseRange } from '@slipway/egress';
import type { ServerEnv } from './server-env.ts';

/**
 * Whom a limit by address means. Of IPv6 the network, since a single machine has
 * 2^64 addresses of it.
 */
export function clientAddress(bindings: ServerEnv['Bindings'] | undefined): string {
  return networkOf(bindings?.clientAddress ?? bindings?.incoming?.socket.remoteAddress ?? '');
}

/** The operator's own proxies, whose word about a client's address counts (SV-10). */
export interface TrustedProxies {
  /** The client's address as the nearest proxies have it; `peer` where no trusted one sits between. */
  clientOf(peer: string, forwardedFor: string | undefined): string;
}

/** Addresses and networks of the proxies; throws where one is neither. */
export function trustProxies(entries: readonly string[]): TrustedProxies {
  const ranges = entries.map(parseRange);
  const isProxy = (address: string) => ranges.some((range) => range.contains(address));
  return {
    clientOf: (peer, forwardedFor) => {
      let client = peer;
      // Each proxy adds whom it talked to at the end; what stands before that, the client may have written itself.
      for (const hop of (forwardedFor ?? '').split(',').reverse()) {
        if (!isProxy(client)) break;
        const address = addressOf(hop.trim());
        if (address === undefined) break;
        client = address;
      }
      return client;
    },
  };
}

/** Without the port that some proxies add; undefined for what is no address. */
function addressOf(hop: string): string | undefined {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(hop)?.[1] ?? hop;
  return parseAddress(bare) === undefined ? undefined : bare;
}

/** The /64 of an IPv6 address; any other address as it is. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().split('%')[0]!.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest.length;
  const all = [...groups, ...Array.from({ length: Math.max(zeros, 0) }, () => '0'), ...rest];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
