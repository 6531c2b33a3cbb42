import type { Foreign, Realm } from '../realm/realm.ts';
import { canonicalIp, ipv6Bytes, isIpv4 } from './ip-address.ts';

/** As Linux numbers them; lib compares with what the binding exports. */
const AF_INET = 2;
const AF_INET6 = 10;
/** RFC 4291, 2.5.5.2: the IPv6 addresses that carry an IPv4 address in their last 32 bits. */
const MAPPED_PREFIX = 0xffffn << 32n;

/** Comparable form: IPv4 addresses are compared as the IPv6 addresses that map them. */
interface Address {
  readonly family: number;
  readonly text: string;
  readonly value: bigint;
}

/** `describe` is also the identity of a rule: what getRules() shows is what remove looks for. */
interface Rule {
  readonly describe: string;
  matches(value: bigint): boolean;
}

/** `undefined` for text that is no address, or one of the other family. */
function parseAddress(text: string, family: number): Address | undefined {
  const canonical = canonicalIp(text);
  if (canonical === undefined || isIpv4(canonical) !== (family === AF_INET)) return undefined;
  const bytes = family === AF_INET ? canonical.split('.').map(Number) : [...(ipv6Bytes(canonical) ?? [])];
  const number = bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  return { family, text: canonical, value: family === AF_INET ? MAPPED_PREFIX | number : number };
}

const familyName = (family: number): string => (family === AF_INET ? 'IPv4' : 'IPv6');

/** SocketAddressBase of src/node_sockaddr.cc; throws ERR_INVALID_ADDRESS, which lib passes on. */
class SocketAddress {
  readonly address: Address;
  readonly port: number;
  readonly #flowlabel: number;

  constructor(text: string, port: number, family: number, flowlabel: number) {
    const address = parseAddress(text, family);
    if (address === undefined)
      throw Object.assign(new Error('Invalid socket address'), { code: 'ERR_INVALID_ADDRESS' });
    this.address = address;
    this.port = port;
    // 20 bits of an IPv6 header; IPv4 has no flow label.
    this.#flowlabel = family === AF_INET6 ? flowlabel : 0;
  }

  detail(into: Foreign): Foreign {
    return Object.assign(into, {
      address: this.address.text,
      port: this.port,
      family: this.address.family,
      flowlabel: this.#flowlabel,
    });
  }

  /** As `socket.address()` gives it. */
  legacyDetail(): Foreign {
    return { address: this.address.text, port: this.port, family: familyName(this.address.family) };
  }

  flowlabel(): number {
    return this.#flowlabel;
  }
}

class BlockList {
  // Newest first, in the order in which Node lists the three kinds.
  #addresses: Rule[] = [];
  #subnets: Rule[] = [];
  #ranges: Rule[] = [];

  addAddress({ address }: SocketAddress): void {
    // The set of C++ keeps an address once; ranges and subnets may be repeated there, and so here.
    const describe = describeAddress(address);
    if (this.#addresses.some((rule) => rule.describe === describe)) return;
    this.#addresses.unshift({ describe, matches: (value) => value === address.value });
  }

  addAddresses(addresses: readonly SocketAddress[]): void {
    for (const address of addresses) this.addAddress(address);
  }

  /** False when `start` comes after `end`. */
  addRange({ address: start }: SocketAddress, { address: end }: SocketAddress): boolean {
    if (start.family !== end.family || start.value > end.value) return false;
    this.#ranges.unshift({
      describe: describeRange(start, end),
      matches: (value) => value >= start.value && value <= end.value,
    });
    return true;
  }

  addSubnet({ address }: SocketAddress, prefix: number): void {
    // The 96 bits in front of a mapped IPv4 address are part of its prefix.
    const fixedBits = address.family === AF_INET ? 96 + prefix : prefix;
    const shift = BigInt(128 - fixedBits);
    this.#subnets.unshift({
      describe: describeSubnet(address, prefix),
      matches: (value) => value >> shift === address.value >> shift,
    });
  }

  removeAddress({ address }: SocketAddress): void {
    this.#addresses = without(this.#addresses, describeAddress(address));
  }

  removeRange({ address: start }: SocketAddress, { address: end }: SocketAddress): void {
    this.#ranges = without(this.#ranges, describeRange(start, end));
  }

  removeSubnet({ address }: SocketAddress, prefix: number): void {
    this.#subnets = without(this.#subnets, describeSubnet(address, prefix));
  }

  check({ address }: SocketAddress): boolean {
    // Few rules at a time: a linear search, as in C++.
    return this.#rules().some((rule) => rule.matches(address.value));
  }

  /** An address that does not parse is not blocked. */
  checkString(text: string, family: number): boolean {
    const address = parseAddress(text, family);
    return address !== undefined && this.#rules().some((rule) => rule.matches(address.value));
  }

  getRules(): string[] {
    return this.#rules().map((rule) => rule.describe);
  }

  getSize(): number {
    return this.#rules().length;
  }

  clear(): void {
    this.#addresses = [];
    this.#subnets = [];
    this.#ranges = [];
  }

  #rules(): Rule[] {
    return [...this.#addresses, ...this.#subnets, ...this.#ranges];
  }
}

function without(rules: readonly Rule[], describe: string): Rule[] {
  const index = rules.findIndex((rule) => rule.describe === describe);
  return rules.filter((_rule, position) => position !== index);
}

const describeAddress = (address: Address): string => `Address: ${familyName(address.family)} ${address.text}`;
const describeRange = (start: Address, end: Address): string =>
  `Range: ${familyName(start.family)} ${start.text}-${end.text}`;
const describeSubnet = (address: Address, prefix: number): string =>
  `Subnet: ${familyName(address.family)} ${address.text}/${prefix}`;

/**
 * internalBinding('block_list'): addresses and rules over them.
 * Reference: SocketAddress and SocketAddressBlockList, src/node_sockaddr.cc.
 */
export function createBlockListBinding(_realm: Realm): Foreign {
  return { BlockList, SocketAddress, AF_INET, AF_INET6 };
}
