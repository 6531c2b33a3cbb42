/** ASN.1 in DER (ITU-T X.690): what keys and signatures need of it. */
export const Tag = { integer: 0x02, bitString: 0x03, octetString: 0x04, null: 0x05, oid: 0x06, sequence: 0x30 } as const;

export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`);
}

/** Big endian, of this length; shortest without one. */
export function fromBigInt(value: bigint, length?: number): Uint8Array<ArrayBuffer> {
  const text = value.toString(16);
  const digits = length === undefined ? text.padStart(text.length + (text.length % 2), '0') : text.padStart(length * 2, '0');
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function encode(tag: number, ...content: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = concat(...content);
  const size = body.length < 0x80 ? Uint8Array.of(body.length) : concat(Uint8Array.of(0x80 | fromBigInt(BigInt(body.length)).length), fromBigInt(BigInt(body.length)));
  return concat(Uint8Array.of(tag), size, body);
}

export const sequence = (...items: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => encode(Tag.sequence, ...items);
export const octets = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => encode(Tag.octetString, bytes);
export const bits = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => encode(Tag.bitString, Uint8Array.of(0), bytes);
export const nothing = (): Uint8Array<ArrayBuffer> => encode(Tag.null);
/** `[number]` around something. */
export const tagged = (number: number, ...content: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => encode(0xa0 | number, ...content);

export function integer(value: bigint | number): Uint8Array<ArrayBuffer> {
  const bytes = fromBigInt(BigInt(value));
  return encode(Tag.integer, (bytes[0] ?? 0) >= 0x80 ? concat(Uint8Array.of(0), bytes) : bytes);
}

export function oid(dotted: string): Uint8Array<ArrayBuffer> {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return encode(Tag.oid, Uint8Array.from(bytes));
}

export class DerError extends Error {}

/** One value, read where it stands. */
export class DerValue {
  readonly tag: number;
  readonly body: Uint8Array;
  /** The whole value with its head. */
  readonly whole: Uint8Array;

  constructor(bytes: Uint8Array, at = 0) {
    const [tag, size] = [bytes[at], bytes[at + 1]];
    if (tag === undefined || size === undefined) throw new DerError('too short');
    const long = size >= 0x80 ? size & 0x7f : 0;
    const length = long === 0 ? size : Number(toBigInt(bytes.subarray(at + 2, at + 2 + long)));
    const begin = at + 2 + long;
    if (size === 0x80 || begin + length > bytes.length) throw new DerError('too short');
    this.tag = tag;
    this.body = bytes.subarray(begin, begin + length);
    this.whole = bytes.subarray(at, begin + length);
  }

  /** The values in a sequence, or in a tag around one. */
  items(): DerValue[] {
    if ((this.tag & 0x20) === 0) throw new DerError('not constructed');
    const items: DerValue[] = [];
    for (let at = 0; at < this.body.length; at += items.at(-1)!.whole.length) items.push(new DerValue(this.body, at));
    return items;
  }

  #must(tag: number): Uint8Array {
    if (this.tag !== tag) throw new DerError(`tag ${this.tag}`);
    return this.body;
  }

  integer(): bigint {
    return toBigInt(this.#must(Tag.integer));
  }

  octets(): Uint8Array {
    return this.#must(Tag.octetString);
  }

  bits(): Uint8Array {
    return this.#must(Tag.bitString).subarray(1);
  }

  oid(): string {
    const arcs: number[] = [];
    let arc = 0;
    for (const byte of this.#must(Tag.oid)) {
      arc = arc * 128 + (byte & 0x7f);
      if (byte >= 0x80) continue;
      arcs.push(arc);
      arc = 0;
    }
    const [head = 0, ...rest] = arcs;
    const first = Math.min(2, Math.floor(head / 40));
    return [first, head - first * 40, ...rest].join('.');
  }
}
