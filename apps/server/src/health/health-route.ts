import type { Logger } from 'pino';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Db, countAppliedMigrations, countMigrations } from '@slipway/db';
import { Hono } from 'hono';
import type { ServerEnv } from '../http/server-env.ts';

/** A probe that gets no answer by then gets "not ready", which says more than silence. */
const DATABASE_MS = 3000;

interface ProbeNeeds {
  readyDb: Db;
  draining(): boolean;
  log: Logger;
}

/** GET /health: the process answers. GET /ready: it can do its work. On every host, for whoever probes by address. */
export const healthRoute = ({ folders, ...services }: ProbeNeeds & { folders: { web: string; runtime: string } }) => {
  const appliedMigrations = createMigrationProbe(services);
  return new Hono<ServerEnv>()
    .get('/health', (c) => c.json({ status: 'ok', timestamp: new Date().toISOString() }))
    .get('/ready', async (c) => {
      const applied = await appliedMigrations();
      const checks = {
        accepting: !services.draining(),
        database: applied !== undefined,
        migrations: applied === countMigrations(),
        runtimeFiles: ['headless.html', 'check.html', 'connect.html', 'preview.html', 'sw.js'].every((file) =>
          existsSync(join(folders.runtime, file)),
        ),
        webFiles: existsSync(join(folders.web, 'index.html')),
      };
      const ready = Object.values(checks).every(Boolean);
      return c.json({ status: ready ? 'ready' : 'not ready', checks }, ready ? 200 : 503);
    });
};

/** Undefined when the database does not answer in time. Probes that come at once share one question. */
function createMigrationProbe({
  readyDb,
  log,
}: Pick<ProbeNeeds, 'readyDb' | 'log'>): () => Promise<number | undefined> {
  let asking: Promise<number | undefined> | undefined;
  return () => {
    asking ??= countAppliedMigrations(readyDb)
      .catch((error: unknown) => {
        log.warn({ err: error }, 'readiness: the database does not answer');
        return undefined;
      })
      .finally(() => (asking = undefined));
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), DATABASE_MS)));
    return Promise.race([asking, tooLate]).finally(() => clearTimeout(timer));
  };
}
