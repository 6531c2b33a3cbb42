import type { AttestationSigner } from '../attestation/attestation-keys.ts';
import type { BlobStore } from '@slipway/blobs';
import type { EgressGuard } from '@slipway/egress';
import type { SecretBox } from '@slipway/secrets';
import type { Db } from '@slipway/db';
import type { Logger } from 'pino';
import type { OidcService } from '../auth/oidc-service.ts';
import type { Passwords } from '../auth/passwords.ts';
import type { TokenSigner } from '../auth/token-signer.ts';
import type { UserService } from '../auth/user-service.ts';
import type { Config } from '../config/config.ts';
import type { Agent } from '../agent/start-agent.ts';
import type { EventHub } from '../events/event-hub.ts';
import type { Hosts } from '../hosts/hosts.ts';
import type { LiveTunnels } from '../live/live-tunnels.ts';
import type { RunDatabase } from '../runs/run-database.ts';
import type { RelayLines } from '../relay/relay-lines.ts';
import type { Lanes } from '../http/lanes.ts';
import type { RegistryMirror } from '@slipway/registry-mirror';
import type { Metrics } from '../metrics/metrics.ts';
import type { PluginEngine } from '../plugins/plugin-engine.ts';
import type { Quotas } from '../quotas/quotas.ts';
import type { ResolveTxt } from '../publish/domains.ts';
import type { Sites } from '../sites/sites.ts';
import type { DatabaseWatch } from '../health/watch-database.ts';
import type { TemplateSource } from '../templates/template-source.ts';

/**
 * What a feature is built from. Made once in `start-server.ts`, handed down by argument: a feature
 * names what it takes of it.
 */
export interface Services {
  config: Config;
  hosts: Hosts;
  db: Db;
  attestations: AttestationSigner;
  /** A pool of the event streams' own. */
  eventsDb: Db;
  /** One connection of the readiness probe's own. */
  readyDb: Db;
  /** Who waits for a database that says nothing is told. */
  databaseWatch: DatabaseWatch;
  /** Bytes; rights to them are the database's. */
  blobs: BlobStore;
  log: Logger;
  signer: TokenSigner;
  users: UserService;
  /** Undefined without an identity provider. */
  oidc: OidcService | undefined;
  passwords: Passwords;
  /** The one way out to addresses that somebody named. */
  egress: EgressGuard;
  /** Seals what is stored and must not be read from a copy of the database. */
  secretBox: SecretBox;
  events: EventHub;
  /** Its routes and its performer in this process share the models and the hub of sessions. */
  agent: Agent;
  mirror: RegistryMirror;
  templates: TemplateSource;
  quotas: Quotas;
  sites: Sites;
  plugins: PluginEngine;
  liveTunnels: LiveTunnels;
  /** Where other servers of the installation reach this one. */
  peerAddress: string;
  /** Connections of programs in containers to the outside. */
  relay: RelayLines;
  runDatabase: RunDatabase;
  metrics: Metrics;
  /** A single connection, and not of the requests' pool: figures are asked for just when that one is full. */
  figuresDb: Db;
  /** True once the server is to stop: it serves on, and says to whoever chooses among servers that it should not be. */
  draining(): boolean;
  /** TXT records, by which a domain is proven; given by argument so that tests need no DNS. */
  resolveTxt: ResolveTxt;
  /** Keyed by the owner: one who writes much waits for himself, and cannot take every place. */
  writes: Lanes;
  /** In which large bodies are read and stored. */
  bodies: Lanes;
  /** In which holders' heartbeats and answers queue: behind an owner's writes a living holder would lapse. */
  holderWrites: Lanes;
  /** How many requests may wait for a holder's answer. */
  askers: Lanes;
  /** Of two origins: the IDE, and the runtime, whose hosts serve nothing of the IDE. */
  folders: { web: string; runtime: string };
}
