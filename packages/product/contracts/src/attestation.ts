import * as z from 'zod';
import { verificationStates } from './builds.ts';
import { sha256 } from './ids.ts';

/** Where a published site has its attestation, and a server the keys that it signs with (P-34). */
export const attestationPaths = {
  ofSite: '/.well-known/slipway/attestation.json',
  keys: '/.well-known/slipway/attestation-keys.json',
} as const;

/** DSSE signs this type along with the payload, so that it cannot be exchanged. */
export const STATEMENT_TYPE = 'application/vnd.in-toto+json';

/** An envelope of DSSE 1.0: the payload, and who signed it. */
export const dsseEnvelope = z.object({
  payloadType: z.literal(STATEMENT_TYPE),
  payload: z.base64(),
  signatures: z
    .array(z.object({ keyid: z.string(), sig: z.base64() }))
    .min(1)
    .max(10),
});
/** The signature covers the pre-authentication encoding of type and payload, not the payload alone. */
export type DsseEnvelope = z.infer<typeof dsseEnvelope>;

/** An in-toto statement with a predicate of SLSA 1.0: which files a build made, from what, where and when. */
export const buildStatement = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z
    .array(
      z.object({
        name: z.string(),
        digest: z.object({ sha256 }),
        /** Mode in octal, such as `644`; statements that were signed before 0.1.1 say none. */
        annotations: z.object({ mode: z.string().optional() }).optional(),
      }),
    )
    .min(1),
  predicateType: z.literal('https://slsa.dev/provenance/v1'),
  predicate: z.object({
    buildDefinition: z.object({
      buildType: z.string(),
      externalParameters: z.record(z.string(), z.unknown()),
      internalParameters: z.record(z.string(), z.unknown()),
      resolvedDependencies: z.array(z.object({ uri: z.string(), digest: z.record(z.string(), z.string()) })),
    }),
    runDetails: z.object({
      builder: z.object({ id: z.string() }),
      metadata: z.object({ invocationId: z.string(), startedOn: z.string(), finishedOn: z.string() }),
    }),
  }),
});
/** The envelope's payload once decoded. Its times are RFC 3339 texts, as SLSA asks, not microseconds. */
export type BuildStatement = z.infer<typeof buildStatement>;

/**
 * What a site answers at `attestationPaths.ofSite`. Without an envelope nothing is proven, and `verification` says
 * why.
 */
export const attestationResponse = z.object({
  /** Origin of the server that built, or checked, what is shown. */
  builder: z.string(),
  verification: z.enum(verificationStates),
  envelope: dsseEnvelope.nullable(),
});
/** `envelope` is null unless `verification` is `verified`. */
export type AttestationResponse = z.infer<typeof attestationResponse>;

/** What a server answers at `attestationPaths.keys`: all keys that it ever signed with, the newest first. */
export const attestationKeys = z.object({
  keys: z.array(z.object({ keyid: z.string(), algorithm: z.literal('ed25519'), publicKey: z.base64() })).max(200),
});
/** Old keys stay in it, or what they signed could not be checked any more. */
export type AttestationKeys = z.infer<typeof attestationKeys>;
