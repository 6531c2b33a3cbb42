/** ASN.1 in DER (ITU-T X.690): what keys and signatures need of it. */
import { joinBytes } from '@slipway/posix';
/**
 * Whole first bytes of a value: number, class and, for sequences,
 * the bit 0x20 of constructed values (X.690, 8.1.2).
 */
export const Tag = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
} as const;

/** `joinBytes` with its parts as arguments, for the many calls that list them. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return joinBytes(parts);
}

/** Big-endian and never negative; nothing at all is 0. */
export function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0
    ? 0n
    : BigInt(`0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`);
}

/** Big endian, of this length; shortest without one. */
export function fromBigInt(value: bigint, length?: number): Uint8Array<ArrayBuffer> {
  const text = value.toString(16);
  const digits =
    length === undefined ? text.padStart(text.length + (text.length % 2), '0') : text.padStart(length * 2, '0');
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Tag, length and content, the length in the shortest form, as DER demands (X.690, 10.1). */
export function encode(tag: number, ...content: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = concat(...content);
  const size =
    // Short form, or the number of length bytes and those (8.1.3).
    body.length < 0x80
      ? Uint8Array.of(body.length)
      : concat(Uint8Array.of(0x80 | fromBigInt(BigInt(body.length)).length), fromBigInt(BigInt(body.length)));
  return concat(Uint8Array.of(tag), size, body);
}

/** SEQUENCE of values that are encoded already. */
export const sequence = (...items: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => encode(Tag.sequence, ...items);
/** OCTET STRING; in PKCS #8 its content is DER once more. */
export const octets = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => encode(Tag.octetString, bytes);
/** BIT STRING of whole bytes: the zero in front counts the unused bits of the last (X.690, 8.6.2). */
export const bits = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => encode(Tag.bitString, Uint8Array.of(0), bytes);
/** NULL, which RSA's algorithm identifiers must have as parameters (RFC 8017, A.1). */
export const nothing = (): Uint8Array<ArrayBuffer> => encode(Tag.null);
/** `[number] EXPLICIT`: a constructed, context-specific tag around something that keeps its own. */
export const tagged = (number: number, ...content: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  encode(0xa0 | number, ...content);

/** INTEGER, not negative: a zero byte goes before a set top bit (X.690, 8.3). */
export function integer(value: bigint | number): Uint8Array<ArrayBuffer> {
  const bytes = fromBigInt(BigInt(value));
  return encode(Tag.integer, (bytes[0] ?? 0) >= 0x80 ? concat(Uint8Array.of(0), bytes) : bytes);
}

/** OBJECT IDENTIFIER from its dotted form (X.690, 8.19); one that is no OID is encoded as nonsense, unchecked. */
export function oid(dotted: string): Uint8Array<ArrayBuffer> {
  // X.690, 8.19.4: the first two arcs share one number, 40 a + b.
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    // Base 128, most significant first, the top bit on all but the last.
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return encode(Tag.oid, Uint8Array.from(bytes));
}

/** The bytes are no DER, or not what was to be read. */
export class DerError extends Error {}

/** A view, nothing is copied: `body` and `whole` lie in the caller's bytes. Throws DerError for what is no DER. */
export class DerValue {
  readonly tag: number;
  readonly body: Uint8Array;
  /** With tag and length: what a nested structure is parsed from again. */
  readonly whole: Uint8Array;

  constructor(bytes: Uint8Array, at = 0) {
    const [tag, size] = [bytes[at], bytes[at + 1]];
    if (tag === undefined || size === undefined) throw new DerError('too short');
    const long = size >= 0x80 ? size & 0x7f : 0;
    const length = long === 0 ? size : Number(toBigInt(bytes.subarray(at + 2, at + 2 + long)));
    const begin = at + 2 + long;
    // The indefinite form is BER's, DER forbids it (10.1).
    if (size === 0x80 || begin + length > bytes.length) throw new DerError('too short');
    this.tag = tag;
    this.body = bytes.subarray(begin, begin + length);
    this.whole = bytes.subarray(at, begin + length);
  }

  /** The values in a sequence, or in a tag around one. */
  items(): DerValue[] {
    // The tag's bit 0x20 says that the content is values (X.690, 8.1.2.5).
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
    // The first byte counts unused bits, which keys do not have.
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
    // 0 and 1 have 40 seconds each, all higher numbers belong to 2.
    const first = Math.min(2, Math.floor(head / 40));
    return [first, head - first * 40, ...rest].join('.');
  }
}
