import { describe, expect, it } from 'vitest';
import { HpackDecoder, HpackError } from './hpack-decoder.ts';
import { HpackEncoder, type HeaderField } from './hpack-encoder.ts';
import { huffmanDecode, huffmanEncode } from './huffman.ts';

const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(hex.replaceAll(' ', '').match(/../g)!, (pair) => Number.parseInt(pair, 16));
const hex = (data: Iterable<number>): string => Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join('');
const fields = (list: Record<string, string>, sensitive = false): HeaderField[] =>
  Object.entries(list).map(([name, value]) => ({ name, value, sensitive }));
const texts = (list: readonly HeaderField[]): string[] => list.map(({ name, value }) => `${name}: ${value}`);

describe('HPACK', () => {
  it('codes texts as the examples of RFC 7541 do, and every byte there and back', () => {
    const coded: number[] = [];
    huffmanEncode('www.example.com', coded);
    expect(hex(coded)).toBe('f1e3c2e5f23a6ba0ab90f4ff');
    const all = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
    const everything: number[] = [];
    huffmanEncode(all, everything);
    expect(huffmanDecode(Uint8Array.from(everything), 0, everything.length)).toBe(all);
  });

  it('refuses padding that is no padding, and the end-of-text symbol', () => {
    expect(huffmanDecode(bytes('f1e3c2e5f23a6ba0ab90f400'), 0, 12)).toBeUndefined();
    expect(huffmanDecode(bytes('ffffffff'), 0, 4)).toBeUndefined();
  });

  it('reads the responses of RFC 7541, C.6, with a table that evicts', () => {
    const decoder = new HpackDecoder();
    decoder.decode(bytes('3fe101'));
    decoder.setTableLimit(256);
    const first = decoder.decode(
      bytes(
        '3fe101 4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3',
      ),
    );
    expect(texts(first)).toEqual([
      ':status: 302',
      'cache-control: private',
      'date: Mon, 21 Oct 2013 20:13:21 GMT',
      'location: https://www.example.com',
    ]);
    expect(decoder.tableSize).toBe(222);
    expect(texts(decoder.decode(bytes('4883 640e ffc1 c0bf')))[0]).toBe(':status: 307');
    expect(decoder.tableSize).toBe(222);
    const third = decoder.decode(
      bytes(
        '88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07',
      ),
    );
    expect(texts(third).at(-1)).toBe('set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1');
    expect(decoder.tableSize).toBe(215);
  });

  it('what the encoder writes the decoder reads, block after block, through changes of the table', () => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder();
    const request = fields({ ':method': 'GET', ':path': '/a', 'user-agent': 'x'.repeat(200), 'x-\u00ff': '\u00e9' });
    const first = encoder.encode(request);
    expect(decoder.decode(first)).toEqual(request);
    const again = encoder.encode(request);
    expect(again.length).toBeLessThan(first.length / 4);
    expect(decoder.decode(again)).toEqual(request);
    decoder.setTableLimit(64);
    encoder.setTableLimit(64);
    expect(decoder.decode(encoder.encode(request))).toEqual(request);
    expect(encoder.tableSize).toBe(decoder.tableSize);
  });

  it('never keeps what is sensitive, and says so to the reader', () => {
    const encoder = new HpackEncoder();
    const secret = fields({ 'x-token': 'abc' }, true);
    const decoded = new HpackDecoder().decode(encoder.encode(secret));
    expect(decoded).toEqual(secret);
    expect(encoder.tableSize).toBe(0);
  });

  it.each([
    ['an index beyond the tables', 'ff00'],
    ['a text longer than the block', '400a61'],
    ['an integer without an end', 'ffffffffffffffff'],
    ['a table larger than allowed', '3fe17f'],
  ])('refuses %s', (_what, block) => {
    expect(() => new HpackDecoder().decode(bytes(block))).toThrow(HpackError);
  });
});
