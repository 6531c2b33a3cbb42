import { MIRROR_PASS_HEADER, MIRROR_REFUSAL_HEADER } from '@slipway/wire';
import { createMiddleware } from 'hono/factory';
import type { TokenSigner } from '../auth/token-signer.ts';
import { clientAddress } from '../http/client-address.ts';
import type { ServerEnv } from '../http/server-env.ts';
import type { Meter } from './meter.ts';
import type { Quotas } from './quotas.ts';

/** What the smallest answer counts as: asking without end is not free either. */
const REQUEST_BYTES = 500;

const REFUSAL =
  'This registry serves the containers of this Slipway server alone: boot by its IDE, or from a page that ' +
  'ALLOWED_EMBEDDERS names';

/**
 * The mirror serves who holds a capability of a project or a pass for this very host
 * (SV-19), counts what it sends to him, and stops above the limit (SV-07). A third
 * party counts by its address, and who runs what a link shows together with all others of the sharer's links as well:
 * those have once more what he has himself. Refusals are in npm's own words.
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
    const accounts = await accountsOf(quotas, { payer, sharer: pass?.sharer, address: clientAddress(c.env) });
    const full = accounts.find(({ meter, key, limit }) => meter.used(key) >= limit);
    if (full !== undefined) {
      c.header('Retry-After', '60');
      return c.json({ error: `More than ${full.limit} bytes of packages within an hour: wait a little` }, 429);
    }
    await next();
    // The mirror says of every file how long it is; what it makes up itself is small.
    const bytes = Math.max(REQUEST_BYTES, Number(c.res.headers.get('content-length') ?? 0));
    for (const { meter, key } of accounts) meter.add(key, bytes);
    return undefined;
  });

/** What is sent counts on each of these. */
interface Account {
  readonly meter: Meter;
  readonly key: string;
  readonly limit: number;
}

async function accountsOf(
  { mirrorBytes, strangersBytes, configured, limitOf }: Quotas,
  { payer, sharer, address }: { payer: string | undefined; sharer: string | undefined; address: string },
): Promise<Account[]> {
  const name = 'mirrorBytesPerHour';
  if (payer !== undefined) return [{ meter: mirrorBytes, key: payer, limit: await limitOf(payer, name) }];
  const own = { meter: strangersBytes, key: `address ${address}`, limit: configured[name] };
  if (sharer === undefined) return [own];
  return [own, { meter: strangersBytes, key: `links of ${sharer}`, limit: await limitOf(sharer, name) }];
}
