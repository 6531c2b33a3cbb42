import { describe, expect, it } from 'vitest';
import {
  bits,
  DerError,
  DerValue,
  encode,
  fromBigInt,
  integer,
  nothing,
  octets,
  oid,
  sequence,
  Tag,
  tagged,
  toBigInt,
} from './der.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const of = (text: string): DerValue => new DerValue(Buffer.from(text, 'hex'));

describe('what is written (X.690)', () => {
  it.each<[string, Uint8Array, string]>([
    ['0', integer(0), '020100'],
    ['127', integer(127), '02017f'],
    ['128, which needs a zero before its sign bit', integer(128), '02020080'],
    ['256', integer(256), '02020100'],
    ['65537', integer(65_537), '0203010001'],
    ['2^64', integer(2n ** 64n), '0209010000000000000000'],
    ['NULL', nothing(), '0500'],
    ['an octet string', octets(Uint8Array.of(1, 2)), '04020102'],
    ['a bit string', bits(Uint8Array.of(0xff)), '030200ff'],
    ['a sequence', sequence(integer(1), nothing()), '30050201010500'],
    ['a tag around a number', tagged(1, integer(5)), 'a103020105'],
    ['rsaEncryption', oid('1.2.840.113549.1.1.1'), '06092a864886f70d010101'],
    ['prime256v1', oid('1.2.840.10045.3.1.7'), '06082a8648ce3d030107'],
    ['Ed25519', oid('1.3.101.112'), '06032b6570'],
    // X.690, 8.19.5 has this one.
    ['an arc beyond 39 under 2', oid('2.999.3'), '0603883703'],
  ])('%s', (_title, bytes, expected) => expect(hex(bytes)).toBe(expected));

  it.each([
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [65_536, '0483010000'],
  ])('a length of %i takes the shortest form', (length, head) => {
    const bytes = octets(new Uint8Array(length));
    expect(hex(bytes.subarray(0, head.length / 2))).toBe(head);
    expect(new DerValue(bytes).octets()).toHaveLength(length);
  });
});

describe('what is read', () => {
  it.each([
    '0.0',
    '0.39',
    '1.2.840.113549.1.1.11',
    '2.0',
    '2.999.3',
    '2.16.840.1.101.3.4.2.1',
    '1.3.6.1.4.1.4294967295',
  ])('%s goes there and back', (dotted) => expect(new DerValue(oid(dotted)).oid()).toBe(dotted));

  it('numbers of every length go there and back', () => {
    for (let shift = 0n; shift < 300n; shift += 7n)
      for (const value of [1n << shift, (1n << shift) - 1n, (1n << shift) + 1n]) {
        expect(new DerValue(integer(value)).integer()).toBe(value);
        expect(toBigInt(fromBigInt(value, 40))).toBe(value);
        expect(fromBigInt(value, 40)).toHaveLength(40);
      }
    expect(toBigInt(new Uint8Array())).toBe(0n);
  });

  it('values inside values, with what is behind them left alone', () => {
    const value = new DerValue(Uint8Array.from([...sequence(sequence(integer(7)), octets(Uint8Array.of(9))), 1, 2, 3]));
    const [inner, text, none] = value.items();
    expect(inner!.items()[0]!.integer()).toBe(7n);
    expect([...text!.octets()]).toEqual([9]);
    expect(none).toBeUndefined();
    expect(hex(inner!.whole)).toBe('3003020107');
  });
});

describe('what is no DER', () => {
  it.each([
    ['nothing', ''],
    ['a tag alone', '30'],
    ['a body that is cut off', '300502'],
    ['a length that is cut off', '3082ff'],
    ['a length beyond all memory', '3084ffffffff00'],
    ['a length of 127 bytes', `30ff${'ff'.repeat(20)}`],
    ['the indefinite form of BER', '3080020100'.concat('0000')],
  ])('%s', (_title, text) => expect(() => of(text)).toThrow(DerError));

  it('an item that reaches beyond its sequence', () => expect(() => of('300302050100').items()).toThrow(DerError));

  it('a simple value has no items, and a value no other type than its own', () => {
    expect(() => of('020101').items()).toThrow('not constructed');
    expect(() => of('020101').octets()).toThrow('tag 2');
    expect(() => of('0500').integer()).toThrow('tag 5');
    expect(() => of('0500').oid()).toThrow(DerError);
    expect(() => new DerValue(encode(Tag.octetString)).bits()).toThrow(DerError);
  });
});
