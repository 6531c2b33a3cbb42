import { MIRROR_PASS_HEADER, MIRROR_REFUSAL_HEADER } from '@slipway/wire';
import { createMiddleware } from 'hono/factory';
import type { TokenSigner } from '../auth/token-signer.ts';
import { clientAddress } from '../http/client-address.ts';
import type { ServerEnv } from '../http/server-env.ts';
import type { Quotas } from './quotas.ts';

/** What the smallest answer counts as: asking without end is not free either. */
const REQUEST_BYTES = 500;

const REFUSAL =
  'This registry serves the containers of this Slipway server alone: boot by its IDE, or from a page that ' +
  'ALLOWED_EMBEDDERS names';

/**
 * The mirror serves who holds a capability of a project or a pass for this very host
 * (SV-19), counts what it sends to him, and stops above the limit (SV-07). A third
 * party counts by its address. Refusals are in npm's own words.
 */
export const limitMirror = ({ quotas, signer }: { quotas: Quotas; signer: TokenSigner }, label: string | undefined) =>
  createMiddleware<ServerEnv>(async (c, next) => {
    const shown = c.req.header(MIRROR_PASS_HEADER);
    const pass = shown === undefined ? undefined : signer.readMirror(shown);
    const owner = shown === undefined ? undefined : signer.readCapability(shown)?.owner;
    if (owner === undefined && (pass === undefined || pass.label !== label)) {
      // The container asks for a pass then, and comes again.
      c.header(MIRROR_REFUSAL_HEADER, 'refused');
      return c.json({ error: REFUSAL }, 403);
    }
    const payer = owner ?? pass?.owner ?? undefined;
    const limit =
      payer === undefined ? quotas.configured.mirrorBytesPerHour : await quotas.limitOf(payer, 'mirrorBytesPerHour');
    const account = payer ?? `address ${clientAddress(c.env)}`;
    if (quotas.mirrorBytes.used(account) >= limit) {
      c.header('Retry-After', '60');
      return c.json({ error: `More than ${limit} bytes of packages within an hour: wait a little` }, 429);
    }
    await next();
    // The mirror says of every file how long it is; what it makes up itself is small.
    quotas.mirrorBytes.add(account, Math.max(REQUEST_BYTES, Number(c.res.headers.get('content-length') ?? 0)));
    return undefined;
  });
