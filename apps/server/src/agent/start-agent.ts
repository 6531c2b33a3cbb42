import { openBlobStore } from '@slipway/blobs';
import type { Database } from '@slipway/db';
import type { EgressGuard } from '@slipway/egress';
import type { SecretBox } from '@slipway/secrets';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { EventHub } from '../events/event-hub.ts';
import type { Lanes } from '../http/lanes.ts';
import { createAgentHost } from './agent-host.ts';
import { createMcpServers, type McpServers } from './mcp-servers.ts';
import { createSessionHub, type SessionHub } from './session-hub.ts';
import { type AgentModels, createAgentModels } from './providers.ts';

/** A lost hint costs time alone: performers look by themselves, too. */
export interface Agent {
  readonly models: AgentModels;
  readonly sessions: SessionHub;
  readonly mcp: McpServers;
  /** A hint that a session has work. */
  look(): void;
}

/** With two pools of its own, since a run writes all the time and a stream waits all the time. */
export interface AgentStart {
  readonly config: Config;
  /** Of its own: a run writes all the time, and waits for locks as everybody does. */
  readonly database: Database;
  readonly eventsDatabase: Database;
  readonly events: EventHub;
  readonly askers: Lanes;
  readonly secretBox: SecretBox;
  readonly egress: EgressGuard;
  readonly isOwnHost: (name: string) => boolean;
  readonly log: Logger;
}

/** A performer that is silent for so long is taken over. */
const LEASE_MS = 6000;
/** How often a server looks for sessions that nobody performs; of its own clients’ it is told at once. */
const POLL_MS = 1000;

/** Reads the operator's providers, which throws where they have no meaning, and begins to perform sessions. */
export async function startAgent(start: AgentStart): Promise<{ agent: Agent; close(): Promise<void> }> {
  const { config, database, eventsDatabase, events, askers, secretBox, egress, isOwnHost, log } = start;
  const { db } = database;
  const models = createAgentModels({
    db,
    secretBox,
    egress,
    file: config.AGENT_PROVIDERS_FILE,
    allow: config.EGRESS_ALLOW,
    isOwnHost,
    env: process.env,
  });
  const mcp = createMcpServers({
    file: config.AGENT_PROVIDERS_FILE,
    allow: config.EGRESS_ALLOW,
    isOwnHost,
    env: process.env,
    log,
  });
  const sessions = await createSessionHub(eventsDatabase.client);
  const host = createAgentHost({
    db,
    eventsDb: eventsDatabase.db,
    events,
    sessions,
    askers,
    models,
    mcp,
    blobs: openBlobStore(config, { db }),
    log,
    holderWaitMs: config.AGENT_HOLDER_WAIT_SECONDS * 1000,
    leaseMs: LEASE_MS,
    atOnce: config.AGENT_SESSIONS_AT_ONCE,
    pollMs: POLL_MS,
  });
  return {
    agent: { models, mcp, sessions, look: host.look },
    close: async () => {
      await host.stop();
      await sessions.close();
    },
  };
}
