import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { countAppliedMigrations, countMigrations } from '@slipway/db';
import { Hono } from 'hono';
import type { ServerEnv, Services } from '../http/server-env.ts';

/** GET /health: the process answers. GET /ready: it can do its work. On every host, for whoever probes by address. */
export const healthRoute = ({ db, folders, log }: Services) =>
  new Hono<ServerEnv>()
    .get('/health', (c) => c.json({ status: 'ok', timestamp: new Date().toISOString() }))
    .get('/ready', async (c) => {
      let applied: number | undefined;
      try {
        applied = await countAppliedMigrations(db);
      } catch (error) {
        log.warn({ err: error }, 'readiness: the database does not answer');
      }
      const checks = {
        database: applied !== undefined,
        migrations: applied === countMigrations(),
        runtimeFiles: ['headless.html', 'connect.html', 'preview.html', 'sw.js'].every((file) => existsSync(join(folders.runtime, file))),
        webFiles: existsSync(join(folders.web, 'index.html')),
      };
      const ready = Object.values(checks).every(Boolean);
      return c.json({ status: ready ? 'ready' : 'not ready', checks }, ready ? 200 : 503);
    });
