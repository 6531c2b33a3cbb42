import { isIP } from 'node:net';
import { lookup } from 'node:dns/promises';
import {
  type AddressRange,
  isPublicAddress,
  isSameAddress,
  ownAddresses,
  parseAddress,
  parseRange,
} from './address-rules.ts';
import { EgressError } from './egress-error.ts';

/** All addresses of a host: each is checked, since any of them may be connected to. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** What may be called besides the public Internet, and what never. */
export interface EgressOptions {
  /**
   * What the operator allows although it is private: addresses and networks (`10.0.0.0/8`), hosts (`idp.internal`),
   * hosts with a port (`idp.internal:8443`).
   */
  allow?: readonly string[];
  /** Names of this server's own hosts, which lead to itself wherever they resolve to. */
  isOwnHost?: (hostname: string) => boolean;
  /** Default: the system's resolver. */
  resolve?: Resolve;
}

/** Asked for each connection: a host's addresses may change between two (DNS rebinding). */
export interface EgressRules {
  /** The checked addresses of a host, of which one is to be connected to; rejects with an `EgressError`. */
  addressesOf(hostname: string, port: number): Promise<string[]>;
}

/** More addresses than a host needs; the rest is not looked at. */
const ADDRESSES_LIMIT = 16;

/** Rules made of the operator's settings; throws where one has no meaning. */
export function createEgressRules({
  allow = [],
  isOwnHost = () => false,
  resolve = resolveBySystem,
}: EgressOptions): EgressRules {
  const ranges: AddressRange[] = [];
  const hosts = new Set<string>();
  for (const entry of allow) {
    if (/^[0-9.]+(\/\d+)?$|^[0-9a-f:.]*:[0-9a-f:.]*(\/\d+)?$/i.test(entry) && entry.split(':').length !== 2)
      ranges.push(parseAllowed(entry));
    else hosts.add(parseHost(entry));
  }

  const isAllowed = (hostname: string, port: number, address: string): boolean => {
    if (hosts.has(hostname) || hosts.has(`${hostname}:${port}`)) return true;
    if (ranges.some((range) => range.contains(address))) return true;
    return isPublicAddress(address) && !ownAddresses().some((own) => isSameAddress(own, address));
  };

  return {
    addressesOf: async (hostname, port) => {
      const refuse = () => new EgressError('refused', `Cannot call "${hostname}": it is not on the public Internet`);
      const bare = parseAddress(hostname)?.toString();
      if (bare === undefined && isOwnHost(hostname) && !hosts.has(hostname) && !hosts.has(`${hostname}:${port}`))
        throw refuse();
      const found = bare === undefined ? await find(resolve, hostname) : [bare];
      const addresses = found.slice(0, ADDRESSES_LIMIT);
      // One bad address spoils them all: who mixes them means to be lucky.
      if (!addresses.every((address) => isAllowed(hostname, port, address))) throw refuse();
      return addresses;
    },
  };
}

async function find(resolve: Resolve, hostname: string): Promise<readonly string[]> {
  const addresses = await resolve(hostname).catch((error: unknown) => {
    throw new EgressError('unresolved', `Cannot call "${hostname}": no such host`, { cause: error });
  });
  if (addresses.length === 0) throw new EgressError('unresolved', `Cannot call "${hostname}": no such host`);
  // A resolver that answers a name has no business here, and what is no address is not checked.
  if (addresses.some((address) => isIP(address) === 0))
    throw new EgressError('refused', `Cannot call "${hostname}": it is not on the public Internet`);
  return addresses;
}

async function resolveBySystem(hostname: string): Promise<string[]> {
  const found = await lookup(hostname, { all: true });
  return found.map(({ address }) => address);
}

function parseAllowed(entry: string): AddressRange {
  try {
    return parseRange(entry);
  } catch (error) {
    throw new Error(`Cannot allow "${entry}": it is neither an address nor a network`, { cause: error });
  }
}

function parseHost(entry: string): string {
  const lower = entry.toLowerCase();
  if (!/^[a-z0-9._-]+(:\d{1,5})?$/.test(lower))
    throw new Error(`Cannot allow "${entry}": neither a host nor a host with a port`);
  return lower;
}
