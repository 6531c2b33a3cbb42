import { type Db, getOwnerOfContainer } from '@slipway/db';
import { createMiddleware } from 'hono/factory';
import { clientAddress } from '../http/client-address.ts';
import type { ServerEnv } from '../http/server-env.ts';
import type { Quotas } from './quotas.ts';

/** Owners of containers, which never change: asked once for each install, not for each package. */
const REMEMBERED_LABELS = 10_000;

/** Finds whose container a runtime host is; a page of somebody else's counts by its address. */
export type FindPayer = (label: string | undefined, env: ServerEnv['Bindings'] | undefined) => Promise<string>;

export function createFindPayer(db: Db): FindPayer {
  const owners = new Map<string, string>();
  return async (label, env) => {
    const stranger = `address ${clientAddress(env)}`;
    if (label === undefined) return stranger;
    const known = owners.get(label);
    if (known !== undefined) return known;
    const owner = await getOwnerOfContainer(db, label);
    if (owner === undefined) return stranger;
    if (owners.size >= REMEMBERED_LABELS) owners.clear();
    owners.set(label, owner);
    return owner;
  };
}

/** Counts what the mirror sends to an owner's containers, and stops above the limit (SV-07). In npm's own words. */
export const limitMirror = (
  { quotas, findPayer }: { quotas: Quotas; findPayer: FindPayer },
  label: string | undefined,
) =>
  createMiddleware<ServerEnv>(async (c, next) => {
    const payer = await findPayer(label, c.env);
    const limit = payer.startsWith('address ')
      ? quotas.configured.mirrorBytesPerHour
      : await quotas.limitOf(payer, 'mirrorBytesPerHour');
    if (quotas.mirrorBytes.used(payer) >= limit) {
      c.header('Retry-After', '60');
      return c.json({ error: `More than ${limit} bytes of packages within an hour: wait a little` }, 429);
    }
    await next();
    // The mirror says of every file how long it is; what it makes up itself is small.
    quotas.mirrorBytes.add(payer, Number(c.res.headers.get('content-length') ?? 0));
    return undefined;
  });
