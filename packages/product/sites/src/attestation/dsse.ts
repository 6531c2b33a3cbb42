import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { type AttestationKeys, type DsseEnvelope, STATEMENT_TYPE } from '@slipway/contracts';

/**
 * What is signed, DSSE 1.0 section 3: type and payload with their lengths, so that neither can be taken for the
 * other.
 */
function preAuthEncoding(type: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** A payload with one Ed25519 signature; the key in PKCS #8, DER. */
export function signEnvelope(payload: Uint8Array, { keyid, pkcs8 }: { keyid: string; pkcs8: Buffer }): DsseEnvelope {
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const sig = sign(null, preAuthEncoding(STATEMENT_TYPE, payload), key).toString('base64');
  return {
    payloadType: STATEMENT_TYPE,
    payload: Buffer.from(payload).toString('base64'),
    signatures: [{ keyid, sig }],
  };
}

/** The payload of an envelope that one of the keys has signed. */
export function openEnvelope(
  envelope: DsseEnvelope,
  { keys }: AttestationKeys,
): { outcome: 'signed'; keyid: string; payload: Buffer } | { outcome: 'unknown-key' } | { outcome: 'forged' } {
  const payload = Buffer.from(envelope.payload, 'base64');
  const signed = preAuthEncoding(envelope.payloadType, payload);
  let known = false;
  for (const { keyid, sig } of envelope.signatures) {
    const key = keys.find((one) => one.keyid === keyid);
    if (!key) continue;
    known = true;
    if (verify(null, signed, toPublicKey(key.publicKey), Buffer.from(sig, 'base64')))
      return { outcome: 'signed', keyid, payload };
  }
  return known ? { outcome: 'forged' } : { outcome: 'unknown-key' };
}

/** Throws for what is no key of Ed25519. */
function toPublicKey(spki: string) {
  const key = createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' });
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('Cannot verify: a key is not of Ed25519');
  return key;
}
