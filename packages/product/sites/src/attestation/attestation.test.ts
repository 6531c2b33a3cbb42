import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { buildStatement } from '@slipway/contracts';
import { describe, expect, it } from 'vitest';
import { openEnvelope, signEnvelope } from './dsse.ts';
import { makeStatement } from './make-statement.ts';

function makeKey(keyid: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return { pair: { keyid, pkcs8 }, known: { keyid, algorithm: 'ed25519', publicKey: spki } as const };
}
const statement = makeStatement({
  builder: 'http://slipway.localhost:1',
  projectId: 'p',
  snapshotId: 's',
  revision: 3,
  commit: 'c'.repeat(40),
  jobId: 'j',
  origin: 'tab',
  startedAtUs: 1_700_000_000_000_000,
  finishedAtUs: 1_700_000_001_000_000,
  files: [{ path: 'index.html', sha256: 'a'.repeat(64), mode: 0o755 }],
});
const bytes = Buffer.from(JSON.stringify(statement));

describe('an attestation', () => {
  it('P-34 is an in-toto statement of the files, the save they came of, and who built them', () => {
    expect(buildStatement.parse(statement)).toMatchObject({
      subject: [{ name: 'index.html', digest: { sha256: 'a'.repeat(64) }, annotations: { mode: '755' } }],
      predicate: {
        buildDefinition: { resolvedDependencies: [{ digest: { gitCommit: 'c'.repeat(40) } }] },
        runDetails: {
          builder: { id: 'http://slipway.localhost:1' },
          metadata: { startedOn: '2023-11-14T22:13:20.000Z' },
        },
      },
    });
  });

  it('P-34 is believed as it was signed, after the keys were rotated too, and in no other way', () => {
    const [old, newer, stranger] = [makeKey('old'), makeKey('new'), makeKey('old')];
    const envelope = signEnvelope(bytes, old.pair);
    const keys = { keys: [newer.known, old.known] };
    expect(openEnvelope(envelope, keys)).toEqual({ outcome: 'signed', keyid: 'old', payload: bytes });
    expect(openEnvelope(envelope, { keys: [newer.known] })).toEqual({ outcome: 'unknown-key' });
    expect(openEnvelope(envelope, { keys: [stranger.known] })).toEqual({ outcome: 'forged' });
    const altered = Buffer.from(bytes.toString().replace('index', 'other')).toString('base64');
    expect(openEnvelope({ ...envelope, payload: altered }, keys)).toEqual({ outcome: 'forged' });
  });

  it('P-34 signs what DSSE says: the type, the payload and both lengths', () => {
    // The example of the specification's protocol: "hello world" as "http://example.com/HelloWorld" differs in its
    // type only.
    const { pair } = makeKey('k');
    const key = createPublicKey(createPrivateKey({ key: pair.pkcs8, format: 'der', type: 'pkcs8' }));
    expect(key.asymmetricKeyType).toBe('ed25519');
    const [one, two] = [signEnvelope(Buffer.from('ab'), pair), signEnvelope(Buffer.from('a'), pair)];
    expect(one.signatures[0]!.sig).not.toBe(two.signatures[0]!.sig);
    expect(signEnvelope(Buffer.from('ab'), pair)).toEqual(one);
  });

  it('P-34 refuses keys of another kind', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const keys = { keys: [{ keyid: 'old', algorithm: 'ed25519' as const, publicKey: spki }] };
    expect(() => openEnvelope(signEnvelope(bytes, makeKey('old').pair), keys)).toThrow('not of Ed25519');
  });
});
