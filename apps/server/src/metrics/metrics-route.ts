import { createHash, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Db, measureQueue, measureStorage } from '@slipway/db';
import { type Context, Hono } from 'hono';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { Config } from '../config/config.ts';
import { fail } from '../http/api-error.ts';
import { isFromThisMachine } from '../http/from-this-machine.ts';
import type { ServerEnv } from '../http/server-env.ts';
import { describeQueue } from './describe-queue.ts';
import type { Metrics } from './metrics.ts';

/** With the database, since some figures are counted only when they are asked for. */
export interface MetricsNeeds {
  config: Config;
  db: Db;
  metrics: Metrics;
  log: Logger;
}

/** However many ask: the database is asked so often at most. */
const FRESH_FOR_MS = 2000;
/** The figures of the process are there without it: who asks is not kept waiting for the database's. */
const DATABASE_MS = 5000;

/**
 * GET /metrics — figures in the text format of Prometheus (SV-20), for who has
 * METRICS_TOKEN; without one, for programs of this machine where no proxy can be in
 * between. To everybody else there is no such page.
 */
export const metricsRoute = ({ config, db, metrics, log }: MetricsNeeds) => {
  let asked: { at: number; answer: Promise<Registry> } | undefined;
  let asking: Promise<Registry> | undefined;
  const askDatabase = async (): Promise<Registry> => {
    // One that is late is not asked again meanwhile.
    asking ??= (async () => describeQueue(await measureQueue(db), await measureStorage(db)))().finally(
      () => (asking = undefined),
    );
    try {
      return await Promise.race([asking, tooLate(DATABASE_MS)]);
    } catch (error) {
      log.warn({ err: error }, 'figures: the database does not answer');
      return describeQueue(undefined, []);
    }
  };
  return new Hono<ServerEnv>().get('/metrics', async (c) => {
    if (!mayRead(config, c)) return fail(c, 'NOT_FOUND', 'No such page: GET /metrics');
    if (!asked || performance.now() - asked.at > FRESH_FOR_MS) asked = { at: performance.now(), answer: askDatabase() };
    const text = await Registry.merge([metrics.registry, await asked.answer]).metrics();
    return c.body(text, 200, { 'Content-Type': metrics.registry.contentType, 'Cache-Control': 'no-store' });
  });
};

async function tooLate(ms: number): Promise<never> {
  await sleep(ms, undefined, { ref: false });
  throw new Error(`No figures within ${ms} ms`);
}

function mayRead(config: Config, c: Context<ServerEnv>): boolean {
  if (config.METRICS_TOKEN !== undefined) {
    const given = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    return timingSafeEqual(hashOf(given), hashOf(config.METRICS_TOKEN));
  }
  return config.PUBLIC_URL === undefined && isFromThisMachine(c);
}

/** `timingSafeEqual` throws for texts of different lengths, and would so tell the token's length. */
function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
