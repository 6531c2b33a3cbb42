import { isLoopback } from '@slipway/kernel';
import { RealmPart } from '../realm/realm-part.ts';
import type { Realm } from '../realm/realm.ts';

/** 10.64.0.0/10: addresses that stand for names. Nothing else in a container has them. */
const FIRST_ADDRESS = ((10 << 24) | (64 << 16)) + 1;
/** 2^22 addresses less the network's own and its broadcast: as many names as a process can look up. */
const LAST_ADDRESS = FIRST_ADDRESS + (1 << 22) - 3;

/**
 * Names as addresses. A process cannot ask a name server, and it need not: what
 * leaves the container is fetched by name, outside. So a name is given an
 * address of its own, remembered for as long as the process lives, and
 * `connect` turns the address back into the name.
 */
export class HostNames {
  readonly #byName = new Map<string, string>();
  readonly #byAddress = new Map<string, string>();
  readonly #ownName: () => string;
  #next = FIRST_ADDRESS;

  constructor(ownName: () => string) {
    this.#ownName = ownName;
  }

  /** IPv4 address of `name`, or `undefined` where a resolver would say NXDOMAIN. */
  addressOf(name: string): string | undefined {
    // Names are compared without case, and a dot at the end changes nothing.
    const key = name.toLowerCase().replace(/\.$/, '');
    if (isLoopback(key) || key.endsWith('.localhost') || key === this.#ownName().toLowerCase()) return '127.0.0.1';
    // RFC 6761: never resolvable. A single label would need a search list, and there is none.
    if (!key.includes('.') || key.endsWith('.invalid')) return undefined;
    // Labels as host names have them, and the underscore that some services use.
    if (!/^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)+$/.test(key)) return undefined;
    const known = this.#byName.get(key);
    if (known !== undefined) return known;
    // No address is ever given to a second name: a connection might still be open to it.
    if (this.#next > LAST_ADDRESS) return undefined;
    const number = this.#next++;
    const address = [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
    this.#byName.set(key, address);
    this.#byAddress.set(address, key);
    return address;
  }

  /** The name behind an address given out here. */
  nameOf(address: string): string | undefined {
    return this.#byAddress.get(address);
  }
}

/** The binding name under which a realm keeps its one HostNames. */
const hostNames = new RealmPart((realm) => new HostNames(() => realm.internalBinding('os').getHostname()));

/** One table for dns, sockets and datagrams: an address given out for a name must lead back to it everywhere. */
export function hostNamesOf(realm: Realm): HostNames {
  return hostNames.of(realm);
}
