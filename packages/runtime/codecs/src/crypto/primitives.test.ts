import * as native from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { aeskw, cbc, ecb } from '@noble/ciphers/aes.js';
import { ghash } from '@noble/ciphers/_polyval.js';
import { scrypt } from '@noble/hashes/scrypt.js';
import { sha512_224, sha512_256 } from '@noble/hashes/sha2.js';
import { shake128, shake256 } from '@noble/hashes/sha3.js';
import { expect, it } from 'vitest';
import {
  BadPadding,
  BlockStream,
  CounterStream,
  GcmStream,
  WrongFinalBlock,
  type CipherLibrary,
  type CipherStream,
} from './aes-stream.ts';
import { canonicalDigestName, Digests, HASH_NAMES } from './digests.ts';
import { hkdf, HmacDigest, pbkdf2 } from './key-derivation.ts';

// The oracle is OpenSSL in the Node that runs the tests.

const { resolve } = createRequire(import.meta.url);
const digests = new Digests({
  module: (name) => {
    const text = readFileSync(resolve(`hash-wasm/dist/${name}.umd.min.js`), 'utf8');
    return new WebAssembly.Module(Buffer.from(/"(AGFzb[^"]+)"/.exec(text)![1]!, 'base64'));
  },
  library: () => ({ scrypt, sha512_224, sha512_256, shake128, shake256 }) as never,
});
const ciphers = { aeskw, cbc, ecb, ghash } as unknown as CipherLibrary;

const bytes = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, index) => (index * 7 + length) & 0xff));
const lengths = [0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 1000, 16_384, 16_385, 50_000];
const algorithms = [...new Set(HASH_NAMES.map(canonicalDigestName))];

it.each(algorithms)('%s equals OpenSSL for every length around a block', (name) => {
  for (const length of lengths) {
    const digest = digests.create(name)!;
    digest.update(bytes(length));
    expect(Buffer.from(digest.finish()).toString('hex')).toBe(
      native.createHash(name).update(bytes(length)).digest('hex'),
    );
  }
});

it('every name that is listed is known to OpenSSL and here', () => {
  for (const name of HASH_NAMES) {
    const digest = digests.create(name)!;
    digest.update(bytes(10));
    expect(Buffer.from(digest.finish()).toString('hex')).toBe(native.createHash(name).update(bytes(10)).digest('hex'));
  }
  expect(digests.create('nope')).toBeUndefined();
  expect(digests.create('constructor')).toBeUndefined();
});

it('digests of one algorithm in progress do not disturb each other, and copies go their own way', () => {
  const [a, b] = [digests.create('sha256')!, digests.create('sha224')!];
  a.update(bytes(10));
  b.update(bytes(70));
  const copy = a.copy();
  a.update(bytes(5));
  copy.update(bytes(99));
  b.update(bytes(1));
  const hex = (algorithm: string, ...parts: Buffer[]): string =>
    native.createHash(algorithm).update(Buffer.concat(parts)).digest('hex');
  expect(Buffer.from(copy.finish()).toString('hex')).toBe(hex('sha256', bytes(10), bytes(99)));
  expect(Buffer.from(b.finish()).toString('hex')).toBe(hex('sha224', bytes(70), bytes(1)));
  expect(Buffer.from(a.finish()).toString('hex')).toBe(hex('sha256', bytes(10), bytes(5)));
});

it('shake gives as many bytes as are asked for', () => {
  const digest = digests.create('shake256')!;
  digest.update(bytes(10));
  expect(Buffer.from(digest.finish(100)).toString('hex')).toBe(
    native.createHash('shake256', { outputLength: 100 }).update(bytes(10)).digest('hex'),
  );
});

it.each(algorithms.filter((name) => !name.startsWith('shake')))(
  'HMAC-%s equals OpenSSL for short and long keys',
  (name) => {
    for (const keyLength of [0, 1, 64, 65, 128, 129, 200]) {
      const hmac = new HmacDigest(() => digests.create(name)!, bytes(keyLength));
      expect(Buffer.from(hmac.of(bytes(100))).toString('hex')).toBe(
        native.createHmac(name, bytes(keyLength)).update(bytes(100)).digest('hex'),
      );
    }
  },
);

it('PBKDF2 and HKDF equal OpenSSL', () => {
  for (const name of ['sha1', 'sha256', 'sha512']) {
    const make = (): never => digests.create(name) as never;
    for (const length of [1, 20, 64, 100]) {
      expect(
        Buffer.from(pbkdf2(make, bytes(9), bytes(8), 13, length)).equals(
          native.pbkdf2Sync(bytes(9), bytes(8), 13, length, name),
        ),
      ).toBe(true);
      expect(
        Buffer.from(hkdf(make, bytes(9), bytes(8), bytes(3), length)).equals(
          Buffer.from(native.hkdfSync(name, bytes(9), bytes(8), bytes(3), length)),
        ),
      ).toBe(true);
    }
  }
});

/** In pieces of uneven size. */
function through(stream: CipherStream, input: Uint8Array): Buffer {
  const parts: Uint8Array[] = [];
  for (let at = 0, size = 1; at < input.length; at += size, size = (size * 3) % 61 || 1)
    parts.push(stream.update(input.subarray(at, at + size)));
  parts.push(stream.finish());
  return Buffer.concat(parts);
}

function oracle(cipher: native.Cipher | native.Decipher, input: Uint8Array): Buffer {
  return Buffer.concat([cipher.update(input), cipher.final()]);
}

it.each([16, 24, 32])('CBC, ECB and CTR with a key of %i bytes equal OpenSSL in both directions', (size) => {
  const [key, iv] = [bytes(size), bytes(16)];
  for (const length of [0, 1, 15, 16, 17, 32, 1000]) {
    for (const [mode, vector] of [
      ['cbc', iv],
      ['ecb', null],
    ] as const) {
      const name = `aes-${size * 8}-${mode}`;
      const written = through(
        new BlockStream(ciphers, key, vector, { encrypt: true, padding: () => true }),
        bytes(length),
      );
      expect(written.equals(oracle(native.createCipheriv(name, key, vector), bytes(length)))).toBe(true);
      expect(
        through(new BlockStream(ciphers, key, vector, { encrypt: false, padding: () => true }), written).equals(
          bytes(length),
        ),
      ).toBe(true);
    }
    const wrapping = Buffer.alloc(16, 0xff);
    for (const vector of [iv, wrapping]) {
      expect(
        through(new CounterStream(ciphers, key, vector, 128), bytes(length)).equals(
          oracle(native.createCipheriv(`aes-${size * 8}-ctr`, key, vector), bytes(length)),
        ),
      ).toBe(true);
    }
  }
});

it.each([1, 8, 12, 13, 16, 40])('GCM with an IV of %i bytes equals OpenSSL, tag included', (ivLength) => {
  for (const [length, aadLength] of [
    [0, 0],
    [1, 5],
    [16, 16],
    [100, 33],
    [1000, 0],
  ] as const) {
    const [key, iv] = [bytes(32), bytes(ivLength)];
    const cipher = native.createCipheriv('aes-256-gcm', key, iv);
    cipher.setAAD(bytes(aadLength));
    const expected = oracle(cipher, bytes(length));
    const ours = new GcmStream(ciphers, key, iv, true);
    ours.authenticate(bytes(aadLength));
    expect(through(ours, bytes(length)).equals(expected)).toBe(true);
    expect(Buffer.from(ours.tag()).equals(cipher.getAuthTag())).toBe(true);
    const back = new GcmStream(ciphers, key, iv, false);
    back.authenticate(bytes(aadLength));
    expect(through(back, expected).equals(bytes(length))).toBe(true);
    expect(Buffer.from(back.tag()).equals(cipher.getAuthTag())).toBe(true);
  }
});

it('wrong padding and torn blocks are told apart', () => {
  const decrypt = (): BlockStream =>
    new BlockStream(ciphers, bytes(16), bytes(16), { encrypt: false, padding: () => true });
  expect(() => through(decrypt(), bytes(32))).toThrow(BadPadding);
  expect(() => through(decrypt(), bytes(17))).toThrow(WrongFinalBlock);
  expect(() =>
    through(new BlockStream(ciphers, bytes(16), bytes(16), { encrypt: true, padding: () => false }), bytes(17)),
  ).toThrow(WrongFinalBlock);
});
