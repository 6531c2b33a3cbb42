import type { UsageResponse } from '@slipway/contracts';
import { Hono } from 'hono';
import type { UserEnv } from '../http/server-env.ts';
import type { Quotas } from './quotas.ts';

/** GET /usage — what of the caller's limits is used (SV-07). */
export const usageRoute = ({ quotas }: { quotas: Quotas }) =>
  new Hono<UserEnv>().get('/usage', async (c) =>
    c.json({ usage: await quotas.usageOf(c.var.owner) } satisfies UsageResponse),
  );
