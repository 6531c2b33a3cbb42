/**
 * Addresses of the container's own host. Which of them a socket stands on
 * decides whether two may have one port, and whom a connection reaches.
 */

/** The addresses a bound socket stands on: `*` is all of a family. */
export interface AddressSet {
  readonly v4: string | null;
  readonly v6: string | null;
}

const ALL = '*';
const MAPPED = '::ffff:';

/** Names and addresses that mean this container itself. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    host === '::' ||
    host === '0.0.0.0' ||
    /^(?:::ffff:)?127(\.\d{1,3}){3}$/.test(host)
  );
}

/** Where a socket bound to `host` listens; `::` is both families unless `ipv6Only` (ipv6(7), IPV6_V6ONLY). */
export function addressSet(host: string, ipv6Only: boolean): AddressSet {
  if (host === '::') return { v4: ipv6Only ? null : ALL, v6: ALL };
  if (host === '0.0.0.0') return { v4: ALL, v6: null };
  if (host.startsWith(MAPPED)) return { v4: host.slice(MAPPED.length), v6: null };
  return host.includes(':') ? { v4: null, v6: host } : { v4: host, v6: null };
}

/** Two sockets on one port stand in each other's way. */
export function overlaps(a: AddressSet, b: AddressSet): boolean {
  return meet(a.v4, b.v4) || meet(a.v6, b.v6);
}

function meet(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && (a === ALL || b === ALL || a === b);
}

/** The address a connection to `host` goes to; `undefined` where a name leaves it open. */
export function targetAddress(host: string): string | undefined {
  if (host === 'localhost' || host.endsWith('.localhost')) return undefined;
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '::1';
  return host.startsWith(MAPPED) ? host.slice(MAPPED.length) : host;
}

/** How well a listener fits an address: 2 for that very one, 1 for all of its family, 0 not at all. */
export function fit(set: AddressSet, address: string): 0 | 1 | 2 {
  const own = address.includes(':') ? set.v6 : set.v4;
  if (own === null) return 0;
  if (own === address) return 2;
  return own === ALL ? 1 : 0;
}

/**
 * How a socket bound to `listenHost` names the other end: IPv4 peers of an IPv6
 * socket are mapped (RFC 4291, 2.5.5.2).
 */
export function seenAddress(listenHost: string, address: string): string {
  return listenHost.includes(':') && !address.includes(':') ? `${MAPPED}${address}` : address;
}
