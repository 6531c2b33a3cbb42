import { createBlobStore } from '@slipway/blobs';
import { openDatabase } from '@slipway/db';
import { createEgressGuard } from '@slipway/egress';
import { createSecretBox, loadSecretKeys } from '@slipway/secrets';
import { pino } from 'pino';
import { createEventHub } from '../../events/event-hub.ts';
import { createAskerLanes } from '../../http/write-lanes.ts';
import { createAgentHost } from '../agent-host.ts';
import { createMcpServers } from '../mcp-servers.ts';
import { createAgentModels } from '../providers.ts';
import { createSessionHub } from '../session-hub.ts';

/** What performs sessions as a server does, with connections of its own. */
export interface Performer {
  /** As the system does it: its connections break, and nobody is told. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

/** Long enough for a slow machine: whoever crashes one ends its lease as well. */
const LEASE_MS = 20_000;

/** Performs what the database has. */
export async function openPerformer(databaseUrl: string, providersFile: string): Promise<Performer> {
  const log = pino({ level: 'silent' });
  const database = openDatabase(databaseUrl, { maxConnections: 4 });
  const { db, client } = database;
  const events = await createEventHub(database, log);
  const sessions = await createSessionHub(client);
  const isOwnHost = () => false;
  const secretBox = createSecretBox(
    loadSecretKeys({
      SECRET_KEY: Buffer.alloc(32, 'test').toString('base64'),
      SECRET_KEY_FILE: undefined,
      STATE_DIR: '/',
    }),
  );
  const egress = createEgressGuard({ isOwnHost });
  const host = createAgentHost({
    db,
    eventsDb: db,
    events,
    sessions,
    askers: createAskerLanes(),
    models: createAgentModels({ db, secretBox, egress, file: providersFile, allow: [], isOwnHost, env: {} }),
    mcp: createMcpServers({ file: providersFile, allow: [], isOwnHost, env: {}, log }),
    blobs: createBlobStore('postgres', { db }),
    log,
    holderWaitMs: 60_000,
    leaseMs: LEASE_MS,
    atOnce: 10,
    pollMs: 100,
  });
  return {
    crash: async () => {
      await client.end({ timeout: 0 });
      await host.stop();
      // Nothing of the database answers it any more.
      await Promise.allSettled([events.close(), sessions.close()]);
    },
    close: async () => {
      await host.stop();
      await events.close();
      await sessions.close();
      await database.close();
    },
  };
}
