import { UvErrno } from '../handles/uv-errno.ts';
import type { BindingFactory, Foreign, Realm } from '../realm/realm.ts';
import { CallbackContext, providerOf } from '../handles/async-wrap.ts';
import { hostNamesOf } from './host-names.ts';
import { canonicalIp, ipv6Bytes, isIpv4 } from './ip-address.ts';

/**
 * What c-ares calls an answer: "DNS server returned answer with no data" (the name exists, records of that type do
 * not), no such name, and what stands for a query nobody can answer here.
 */
const NO_DATA = 'ENODATA';
const NOT_FOUND = 'ENOTFOUND';
const NOT_IMPLEMENTED = 'ENOTIMP';

/** internalBinding('cares_wrap'). Reference: Node src/cares_wrap.cc. */
export const createCaresWrapBinding: BindingFactory = (realm) => {
  const names = hostNamesOf(realm);

  class GetAddrInfoReqWrap {}
  class GetNameInfoReqWrap {}
  class QueryReqWrap {}

  /** GetAddrInfo: `family` 0, 4 or 6; there is one address per name. */
  function getaddrinfo(request: Foreign, name: string, family: number): number {
    // One address for a name, always IPv4, except that the loopback has both.
    const address = names.addressOf(name);
    const found = address === '127.0.0.1' && family === 6 ? '::1' : family === 6 ? undefined : address;
    /**
     * The result never comes before the call has returned: lib sets `oncomplete` on the request first, but programs
     * rely on the order.
     */
    later(realm, request, found === undefined ? [UvErrno.EAI_NONAME] : [null, [found]]);
    return 0;
  }

  /** GetNameInfo: the name an address was given out for, else the address itself; never fails. */
  function getnameinfo(request: Foreign, address: string, port: number): number {
    const name = names.nameOf(address) ?? (address === '127.0.0.1' || address === '::1' ? 'localhost' : address);
    later(realm, request, [null, name, String(port)]);
    return 0;
  }

  /** A resolver over UDP. Only address queries have an answer: the one getaddrinfo gives. */
  class ChannelWrap {
    #servers: readonly (readonly [string, number])[] = [['127.0.0.1', 53]];

    queryA(request: Foreign, name: string): number {
      const address = names.addressOf(name);
      /**
       * The third entry is the record's time to live in seconds; 0,
       * as an address means nothing outside this process.
       */
      later(realm, request, address === undefined ? [NOT_FOUND] : [null, [address], [0]]);
      return 0;
    }

    queryAaaa(request: Foreign, name: string): number {
      /** Names here have no IPv6 address: NODATA for one that is known, NOTFOUND for others. */
      later(realm, request, [names.addressOf(name) === undefined ? NOT_FOUND : NO_DATA]);
      return 0;
    }

    getHostByAddr(request: Foreign, address: string): number {
      const name = names.nameOf(address);
      later(realm, request, name === undefined ? [NOT_FOUND] : [null, [name]]);
      return 0;
    }

    getServers(): (readonly [string, number])[] {
      return this.#servers.map(([address, port]) => [address, port]);
    }

    /** Remembered, so that getServers answers what was set; no server is ever asked. */
    setServers(servers: readonly (readonly [number, string, number])[]): number {
      this.#servers = servers.map(([, address, port]) => [address, port]);
      return 0;
    }

    setLocalAddress(): void {
      // There is one loopback interface, whatever is asked for.
    }

    cancel(): void {
      // Every query is answered in the next task already.
    }
  }
  for (const kind of ['Any', 'Caa', 'Cname', 'Mx', 'Naptr', 'Ns', 'Ptr', 'Srv', 'Soa', 'Tlsa', 'Txt']) {
    Object.defineProperty(ChannelWrap.prototype, `query${kind}`, {
      value: (request: Foreign): number => {
        later(realm, request, [NOT_IMPLEMENTED]);
        return 0;
      },
    });
  }

  return {
    GetAddrInfoReqWrap,
    GetNameInfoReqWrap,
    QueryReqWrap,
    ChannelWrap,
    getaddrinfo,
    getnameinfo,
    canonicalizeIP: canonicalIp,
    // lib wants `undefined` for IPv4.
    convertIpv6StringToBuffer: (text: string) => (isIpv4(text) ? undefined : asBuffer(realm, ipv6Bytes(text))),
    strerror: (code: number | string) => `DNS error ${code}`,
    AF_INET: 2,
    AF_INET6: 10,
    AF_UNSPEC: 0,
    AI_ADDRCONFIG: 32,
    AI_ALL: 16,
    AI_V4MAPPED: 8,
    DNS_ORDER_VERBATIM: 0,
    DNS_ORDER_IPV4_FIRST: 1,
    DNS_ORDER_IPV6_FIRST: 2,
  };
};

function asBuffer(realm: Realm, bytes: Uint8Array | undefined): Foreign {
  return bytes === undefined ? undefined : realm.requireBuiltin('buffer').Buffer.from(bytes);
}

/** Settles a request in a task of its own, which keeps the loop alive. */
function later(realm: Realm, request: Foreign, args: readonly unknown[]): void {
  const context = new CallbackContext(realm, { object: request, provider: providerOf(request) });
  realm.loop.enqueue(() => {
    context.callMethod(request, 'oncomplete', ...args);
    context.end();
  });
}
