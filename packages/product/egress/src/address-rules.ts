import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';

/** All addresses that are assigned to hosts on the public Internet (IANA); nothing else of IPv6 is called. */
const GLOBAL_UNICAST: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];
/** By which networks without IPv4 reach it: the last four bytes are an IPv4 address (RFC 6052). */
const NAT64: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('64:ff9b::'), 96];

/**
 * Whether an address belongs to the public Internet. Private, loopback, link-local, shared, reserved and multicast ones
 * do not, nor do tunnels that carry an address within an address. One that is no address does not either.
 */
export function isPublicAddress(text: string): boolean {
  const address = parseAddress(text);
  if (address === undefined) return false;
  if (address instanceof ipaddr.IPv4) return address.range() === 'unicast';
  if (address.match(NAT64)) {
    const bytes = address.toByteArray().slice(12);
    return isPublicAddress(bytes.join('.'));
  }
  return address.match(GLOBAL_UNICAST) && address.range() === 'unicast';
}

/** By value, since IPv6 has many spellings of one address; what is no address equals nothing. */
export function isSameAddress(one: string, other: string): boolean {
  const [a, b] = [parseAddress(one), parseAddress(other)];
  return a !== undefined && b !== undefined && a.toNormalizedString() === b.toNormalizedString();
}

/**
 * An IPv4 address within IPv6 is that address; undefined for what is none. Zones (`%eth0`) name links, which are never
 * public.
 */
export function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  // Only the four decimal numbers: other spellings are for `new URL` to understand, so that all agree on them.
  if (!bare.includes(':') && !ipaddr.IPv4.isValidFourPartDecimal(bare)) return undefined;
  if (!ipaddr.isValid(bare)) return undefined;
  return ipaddr.process(bare);
}

/** A network, `10.0.0.0/8`, or one address. */
export interface AddressRange {
  contains(address: string): boolean;
}

/** Throws for what is neither an address nor a network. */
export function parseRange(text: string): AddressRange {
  const [network, bits] = text.includes('/') ? ipaddr.parseCIDR(text) : [ipaddr.process(text), undefined];
  return {
    contains: (other) => {
      const address = parseAddress(other);
      if (address === undefined || address.kind() !== network.kind()) return false;
      return address.match(network, bits ?? (network.kind() === 'ipv4' ? 32 : 128));
    },
  };
}

/** None may be called: a public one leads back here, too. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
}
