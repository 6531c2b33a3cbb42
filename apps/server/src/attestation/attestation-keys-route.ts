import { type AttestationKeys, attestationPaths } from '@slipway/contracts';
import { Hono } from 'hono';
import type { ServerEnv } from '../http/server-env.ts';
import type { AttestationSigner } from './attestation-keys.ts';

/** The public keys of attestations, for everybody (P-34). */
export const attestationKeysRoute = ({ attestations }: { attestations: AttestationSigner }) =>
  new Hono<ServerEnv>().get(attestationPaths.keys, async (c) =>
    c.json((await attestations.published()) satisfies AttestationKeys, 200, {
      'Access-Control-Allow-Origin': '*',
      'Cache-Control': 'public, max-age=300',
    }),
  );
