import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { ensureLocalOwner, getOrCreateSecret, openDatabase } from '@slipway/db';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import { createTokenSigner } from './auth/token-signer.ts';
import { createLocalUserService } from './auth/user-service.ts';
import type { Config } from './config.ts';
import { createEventHub } from './events/event-hub.ts';
import { createHosts, type Hosts } from './hosts/hosts.ts';
import { listen } from './http/listen.ts';
import { startMaintenance } from './maintenance.ts';
import { createNpmMirror, type RegistryMirror } from './registry/registry-mirror.ts';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));

export interface RunningServer {
  hosts: Hosts;
  port: number;
  close(): Promise<void>;
}

/** The role `api`. The database is there and migrated. */
export async function startServer(
  config: Config,
  options: { databaseUrl: string; log: Logger; mirror?: RegistryMirror; folders?: { web: string; runtime: string } },
): Promise<RunningServer> {
  const { log } = options;
  // What was acquired, to be given back in reverse order, also when a later step fails.
  const cleanups: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    const database = openDatabase(options.databaseUrl);
    cleanups.push(database.close);
    const { db } = database;
    await ensureLocalOwner(db);
    const secret = await getOrCreateSecret(db, 'token-signing-key', randomBytes(32).toString('base64url'));
    const listening = await listen(config.HOST, config.PORT);
    cleanups.push(listening.close);
    const events = await createEventHub(database.client, log);
    // Before the listener closes: an open event stream would keep it waiting.
    cleanups.push(events.close);
    const maintenance = startMaintenance(db, log);
    cleanups.push(maintenance.stop);
    const hosts = createHosts(config, listening.port);
    const app = createApp({
      config,
      hosts,
      db,
      log,
      events,
      signer: createTokenSigner(secret, () => Date.now() / 1000),
      users: createLocalUserService(db),
      mirror: options.mirror ?? createNpmMirror(config),
      folders: options.folders ?? { web: `${checkout}apps/web/dist`, runtime: `${checkout}apps/runtime/dist` },
    });
    listening.handle(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
    return { hosts, port: listening.port, close };
  } catch (error) {
    await close();
    throw error;
  }
}
