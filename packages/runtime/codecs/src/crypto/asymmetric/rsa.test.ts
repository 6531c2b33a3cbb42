import * as native from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { toBigInt, fromBigInt, DerValue } from './der.ts';
import {
  bitLength,
  generateRsa,
  inverse,
  isProbablePrime,
  power,
  privatePower,
  randomPrime,
  type RsaPrivateNumbers,
} from './rsa-math.ts';
import {
  encryptionPadding,
  HASH_OIDS,
  isPss,
  oaepPadding,
  PaddingError,
  pssPadding,
  signaturePadding,
  withoutBlockType,
  withoutOaep,
  type Hash,
} from './rsa-padding.ts';

// The oracle is OpenSSL in the Node that runs the tests: what is padded here it must take off, and the other way round.

const random = (length: number): Uint8Array => native.randomBytes(length);
const hash: Hash = (name, ...parts) => {
  const digest = native.createHash(name);
  for (const part of parts) digest.update(part);
  return Uint8Array.from(digest.digest());
};

describe('arithmetic', () => {
  it('powers are those of repeated multiplication', () => {
    for (const modulus of [1n, 2n, 97n, 1000n])
      for (const base of [0n, 1n, 2n, 96n, 12_345n])
        for (let exponent = 0n; exponent < 40n; exponent++)
          expect(power(base, exponent, modulus)).toBe(base ** exponent % modulus);
  });

  it('an inverse times its number is one, and what has none is refused', () => {
    for (const modulus of [2n, 3n, 8n, 97n, 360n])
      for (let value = -modulus; value <= 2n * modulus; value++) {
        const reduced = ((value % modulus) + modulus) % modulus;
        let [a, b] = [reduced, modulus];
        while (b !== 0n) [a, b] = [b, a % b];
        if (a === 1n) expect((inverse(value, modulus) * reduced) % modulus).toBe(1n);
        else expect(() => inverse(value, modulus), `${value} mod ${modulus}`).toThrow(RangeError);
      }
  });

  it.each([
    [0n, 0],
    [1n, 1],
    [255n, 8],
    [256n, 9],
    [(1n << 2048n) - 1n, 2048],
  ])('%i has so many bits', (value, bits) => expect(bitLength(value)).toBe(bits));

  it('primes below 10000 are the sieve’s', () => {
    const sieve = new Uint8Array(10_000);
    for (let value = 2; value < sieve.length; value++) {
      if (sieve[value] === 0)
        for (let multiple = value * value; multiple < sieve.length; multiple += value) sieve[multiple] = 1;
      expect(isProbablePrime(BigInt(value), random), `${value}`).toBe(sieve[value] === 0);
    }
    for (const none of [-7n, 0n, 1n]) expect(isProbablePrime(none, random)).toBe(false);
  });

  it.each([
    ['a Mersenne prime', 2n ** 521n - 1n, true],
    ['the prime of curve 25519', 2n ** 255n - 19n, true],
    ['a Fermat number that is none', 2n ** 128n + 1n, false],
    ['a square of a prime', (2n ** 127n - 1n) ** 2n, false],
    // All of whose bases below 37 lie (Arnault, 1995: strong pseudoprimes).
    ['a Carmichael number without small factors', 3_825_123_056_546_413_051n, false],
  ])('%s', (_title, value, prime) => expect(isProbablePrime(value, random)).toBe(prime));

  it.each([8, 17, 64, 256])('a random prime of %i bits has its two highest set, and is one to OpenSSL', (size) => {
    const prime = randomPrime(size, random);
    expect(prime >> BigInt(size - 2)).toBe(3n);
    expect(native.checkPrimeSync(prime)).toBe(true);
  });
});

describe('a generated key', () => {
  let key: RsaPrivateNumbers;
  beforeAll(() => {
    key = generateRsa(1024, 65_537n, random);
  });

  it('is one to OpenSSL: what it signs and decrypts is what is computed here', () => {
    const part = (value: bigint): string => Buffer.from(fromBigInt(value)).toString('base64url');
    const jwk = {
      kty: 'RSA',
      n: part(key.n),
      e: part(key.e),
      d: part(key.d),
      p: part(key.p),
      q: part(key.q),
      dp: part(key.dp),
      dq: part(key.dq),
      qi: part(key.qi),
    };
    const nativeKey = native.createPrivateKey({ key: jwk, format: 'jwk' });
    const message = Buffer.concat([Buffer.of(0), native.randomBytes(127)]);
    const ours = fromBigInt(privatePower(toBigInt(message), key), 128);
    const theirs = native.privateDecrypt({ key: nativeKey, padding: native.constants.RSA_NO_PADDING }, message);
    expect(Buffer.from(ours).equals(theirs)).toBe(true);
    expect(power(toBigInt(ours), key.e, key.n)).toBe(toBigInt(message));
  });

  it('has a modulus of exactly its size, and works without its primes, slower', () => {
    expect(bitLength(key.n)).toBe(1024);
    const message = toBigInt(native.randomBytes(100));
    expect(privatePower(message, { ...key, p: 0n, q: 0n })).toBe(privatePower(message, key));
  });
});

describe('paddings (RFC 8017)', () => {
  const pair = native.generateKeyPairSync('rsa', { modulusLength: 1024 });
  const raw = { key: pair.privateKey, padding: native.constants.RSA_NO_PADDING };
  const rawPublic = { key: pair.publicKey, padding: native.constants.RSA_NO_PADDING };
  const message = Buffer.from('attack at dawn');

  it.each(
    Object.keys(HASH_OIDS).filter(
      (name) =>
        native
          .getHashes()
          .map((known) => known.toLowerCase())
          .includes(name.toLowerCase()) || name.startsWith('sha'),
    ),
  )('a signature over %s is OpenSSL’s, byte by byte', (name) => {
    const digest = hash(name, message);
    const block = signaturePadding(digest, name, 128);
    const signature = native.sign(name, message, { key: pair.privateKey, padding: native.constants.RSA_PKCS1_PADDING });
    expect(Buffer.from(block).toString('hex')).toBe(native.publicDecrypt(rawPublic, signature).toString('hex'));
  });

  it('what is encrypted on one side is read on the other', () => {
    const block = encryptionPadding(message, 128, random);
    const cipher = native.publicEncrypt(rawPublic, block);
    expect([...withoutBlockType(native.privateDecrypt(raw, cipher), 2)]).toEqual([...message]);
    const theirs = native.publicEncrypt({ key: pair.publicKey, padding: native.constants.RSA_PKCS1_PADDING }, message);
    expect([...withoutBlockType(native.privateDecrypt(raw, theirs), 2)]).toEqual([...message]);
  });

  it('the fill holds no zero, whatever the source of chance gives first', () => {
    let call = 0;
    const zeros = (length: number): Uint8Array => new Uint8Array(length).fill(call++ % 3 === 0 ? 0 : 5);
    const block = encryptionPadding(message, 64, zeros);
    expect(block.indexOf(0, 2)).toBe(64 - message.length - 1);
  });

  it.each(['sha1', 'sha256'])('OAEP with %s and a label goes both ways', (name) => {
    for (const label of [new Uint8Array(), Buffer.from('label')]) {
      const options = { hash, name, label };
      const oaep = { padding: native.constants.RSA_PKCS1_OAEP_PADDING, oaepHash: name, oaepLabel: Buffer.from(label) };
      const ours = native.publicEncrypt(rawPublic, oaepPadding(message, 128, random, options));
      expect(native.privateDecrypt({ key: pair.privateKey, ...oaep }, ours).equals(message)).toBe(true);
      const theirs = native.publicEncrypt({ key: pair.publicKey, ...oaep }, message);
      expect([...withoutOaep(native.privateDecrypt(raw, theirs), options)]).toEqual([...message]);
      expect(() =>
        withoutOaep(native.privateDecrypt(raw, theirs), { ...options, label: Buffer.from('other') }),
      ).toThrow(PaddingError);
    }
  });

  it.each([0, 20, 32, 94])('PSS with a salt of %i bytes goes both ways', (saltLength) => {
    const options = { hash, name: 'sha256', maskName: 'sha256' };
    const pss = { padding: native.constants.RSA_PKCS1_PSS_PADDING, saltLength };
    const digest = hash('sha256', message);
    const block = pssPadding(digest, saltLength, 1023, random, options);
    const signature = native.privateDecrypt(raw, block);
    expect(native.verify('sha256', message, { key: pair.publicKey, ...pss }, signature)).toBe(true);
    const theirs = native.publicDecrypt(rawPublic, native.sign('sha256', message, { key: pair.privateKey, ...pss }));
    expect(isPss(theirs, digest, saltLength, 1023, options)).toBe(true);
    expect(isPss(theirs, digest, undefined, 1023, options)).toBe(true);
    expect(isPss(theirs, digest, saltLength + 1, 1023, options)).toBe(false);
    expect(isPss(theirs, hash('sha256', Buffer.from('x')), saltLength, 1023, options)).toBe(false);
  });

  it('one bit changed anywhere is no PSS any more', () => {
    const options = { hash, name: 'sha256', maskName: 'sha256' };
    const digest = hash('sha256', message);
    const block = pssPadding(digest, 32, 1023, random, options);
    for (let bit = 0; bit < block.length * 8; bit++) {
      const changed = Uint8Array.from(block);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(isPss(changed, digest, 32, 1023, options), `bit ${bit}`).toBe(false);
    }
  });

  it.each<[string, (length: number) => Uint8Array, number]>([
    ['PKCS #1', (length) => encryptionPadding(new Uint8Array(length), 128, random), 117],
    [
      'OAEP',
      (length) => oaepPadding(new Uint8Array(length), 128, random, { hash, name: 'sha256', label: new Uint8Array() }),
      62,
    ],
    [
      'PSS',
      (length) =>
        pssPadding(hash('sha256', message), length, 1023, random, { hash, name: 'sha256', maskName: 'sha256' }),
      94,
    ],
  ])('%s takes as much as fits and no byte more', (_title, pad, most) => {
    expect(pad(most)).toHaveLength(128);
    expect(() => pad(most + 1)).toThrow(PaddingError);
  });

  it.each<[string, readonly number[]]>([
    ['a first byte that is not 0', [1, 2, ...new Array<number>(8).fill(9), 0, 7]],
    ['another type', [0, 1, ...new Array<number>(8).fill(9), 0, 7]],
    ['seven bytes of fill', [0, 2, ...new Array<number>(7).fill(9), 0, 7]],
    ['a fill without an end', [0, 2, ...new Array<number>(20).fill(9)]],
    ['nothing', []],
  ])('a block with %s is refused, all in the same words (Bleichenbacher)', (_title, block) =>
    expect(() => withoutBlockType(Uint8Array.from(block), 2)).toThrow('padding check failed'),
  );

  it('a signature’s fill is 0xff and nothing else', () => {
    const block = signaturePadding(message, null, 64);
    expect([...withoutBlockType(block, 1)]).toEqual([...message]);
    expect(() => withoutBlockType(block.with(5, 0xfe), 1)).toThrow(PaddingError);
  });

  it('a hash without an identifier cannot be signed with', () =>
    expect(() => signaturePadding(message, 'sha-none', 128)).toThrow(PaddingError));
});

it('DER of OpenSSL’s keys is read to its numbers', () => {
  const { publicKey } = native.generateKeyPairSync('rsa', { modulusLength: 1024 });
  const [n, e] = new DerValue(publicKey.export({ type: 'pkcs1', format: 'der' })).items();
  const jwk = publicKey.export({ format: 'jwk' });
  expect(n!.integer()).toBe(toBigInt(Buffer.from(jwk.n!, 'base64url')));
  expect(e!.integer()).toBe(65_537n);
});
