import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isTrustworthy } from './auth/refresh-cookie.ts';
import { getRequestListener } from '@hono/node-server';
import { apiPaths } from '@slipway/contracts';
import { openBlobStore } from '@slipway/blobs';
import { ensureLocalOwner, openDatabase } from '@slipway/db';
import { createEgressGuard } from '@slipway/egress';
import { createSecretBox, loadSecretKeys } from '@slipway/secrets';
import type { Logger } from 'pino';
import { createAttestationSigner } from './attestation/attestation-keys.ts';
import { startAgent } from './agent/start-agent.ts';
import { createApp, listRoutes } from './app/app.ts';
import { createPasswords } from './auth/passwords.ts';
import { getServerSecret } from './auth/server-secret.ts';
import { createTokenSigner } from './auth/token-signer.ts';
import { createLocalUserService } from './auth/local-user-service.ts';
import { createOidcService } from './auth/oidc-service.ts';
import { createUpstreamUserService } from './auth/upstream-user-service.ts';
import type { Config } from './config/config.ts';
import { DATABASE_POOLS } from './database-pools.ts';
import { createEventHub } from './events/event-hub.ts';
import { createHosts, type Hosts } from './hosts/hosts.ts';
import { listen } from './http/listen.ts';
import type { Services } from './app/services.ts';
import { createAskerLanes, createHolderLanes, createWriteLanes } from './http/write-lanes.ts';
import { createMetrics } from './metrics/metrics.ts';
import type { EngineNeeds } from './plugins/plugin-engine.ts';
import { startPlugins } from './plugins/start-plugins.ts';
import { createQuotas } from './quotas/quotas.ts';
import { tellFirstAdmin } from './people/first-admin.ts';
import { createBodyLanes } from './http/body-lane.ts';
import { watchDatabase } from './health/watch-database.ts';
import { startMaintenance } from './maintenance.ts';
import { createNpmMirror, type RegistryMirror } from '@slipway/registry-mirror';
import { createTxtResolver, type ResolveTxt } from './publish/domains.ts';
import { ownAddress } from './live/live-peers.ts';
import { LiveTunnels } from './live/live-tunnels.ts';
import { handleUpgrades } from './app/handle-upgrades.ts';
import { createSites } from './sites/sites.ts';
import { openRelay } from './relay/open-relay.ts';
import { createTemplateSource } from './templates/create-template-source.ts';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));

/** `routes` are for whoever must look at all of them, such as the fuzz test. */
export interface RunningServer {
  hosts: Hosts;
  port: number;
  routes(): ReturnType<typeof listRoutes>;
  /** Serves on for DRAIN_SECONDS while `/ready` says that others should serve (SV-20). Before `close`. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** What the configuration does not say, and what tests put in its place. */
export interface StartOptions {
  databaseUrl: string;
  log: Logger;
  mirror?: RegistryMirror;
  folders?: { web: string; runtime: string };
  siteKeepMs?: number;
  resolveTxt?: ResolveTxt;
  /** Of calls of plugins, where they are not the usual ones. */
  pluginLimits?: EngineNeeds['limits'];
}

/** Serves on for so long, while whoever asks is told that others should serve. */
async function drainFor(seconds: number, listening: { drain(): void }, onDrain: () => unknown): Promise<void> {
  onDrain();
  listening.drain();
  await sleep(seconds * 1000);
}

/** 256 bits; made once for a database, which all servers share. */
const makeSigningKey = (): string => randomBytes(32).toString('base64url');

/** The role `api`. The database is there and migrated. */
export async function startServer(config: Config, options: StartOptions): Promise<RunningServer> {
  const { log } = options;
  // What was acquired, to be given back in reverse order, also when a later step fails.
  const cleanups: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    const metrics = createMetrics();
    const open = (name: keyof typeof DATABASE_POOLS) => {
      const pool = { maxConnections: DATABASE_POOLS[name], onWait: metrics.poolWait(name) };
      const opened = openDatabase(options.databaseUrl, pool);
      cleanups.push(opened.close);
      metrics.watchPool({ name, load: opened.load });
      return opened;
    };
    const { db } = open('work');
    const eventsDatabase = open('events');
    const readyDatabase = open('ready');
    const figuresDatabase = open('figures');
    const another = () => openDatabase(options.databaseUrl, { maxConnections: 1 });
    const databaseWatch = watchDatabase(readyDatabase.db, another, log);
    cleanups.push(async () => databaseWatch.stop());
    await ensureLocalOwner(db);
    const secretBox = createSecretBox(loadSecretKeys(config));
    const secret = await getServerSecret(db, secretBox, 'token-signing-key', makeSigningKey);
    const listening = await listen(config.HOST, config.PORT, { onSent: metrics.sentBytes });
    let draining = false;
    cleanups.push(listening.close);
    const events = await createEventHub(eventsDatabase, log);
    // Before the listener closes: an open event stream would keep it waiting.
    cleanups.push(events.close);
    const blobs = openBlobStore(config, { db });
    const maintenance = startMaintenance({ db, blobs, config, log });
    cleanups.push(maintenance.stop);
    const hosts = createHosts(config, listening.port);
    const sites = await createSites({
      db,
      client: eventsDatabase.client,
      blobs,
      log,
      secret,
      secure: isTrustworthy(hosts.appOrigin),
      cacheBytes: config.SITE_CACHE_BYTES,
      keepMs: options.siteKeepMs ?? 1000,
    });
    cleanups.push(sites.close);
    const plugins = await startPlugins({ db: open('plugins').db, client: eventsDatabase.client, log, options });
    cleanups.push(plugins.close);
    await tellFirstAdmin({ db, config, hosts, log });
    const mirror = options.mirror ?? createNpmMirror(config);
    // Before the listener closes too: whoever waits for a silent registry would keep it waiting.
    cleanups.push(async () => mirror.close());
    const isOwnHost = (name: string) => !['unknown', 'loopback'].includes(hosts.classify(name).kind);
    // What the operator names may be private, for this alone: others may not come near it.
    const named = [config.USER_SERVICE_URL, config.OIDC_ISSUER].flatMap((url) =>
      url === undefined ? [] : hostOf(url),
    );
    const operatorEgress = createEgressGuard({ allow: [...config.EGRESS_ALLOW, ...named], isOwnHost });
    const egress = createEgressGuard({ allow: config.EGRESS_ALLOW, isOwnHost });
    const askers = createAskerLanes();
    const { agent, close: closeAgent } = await startAgent({
      config,
      database: open('agent'),
      eventsDatabase,
      events,
      askers,
      secretBox,
      egress,
      isOwnHost,
      log,
    });
    cleanups.push(closeAgent);
    const passwords = createPasswords();
    const quotas = createQuotas({ db, config });
    metrics.watchStreams(quotas.streams.total);
    const services: Services = {
      attestations: createAttestationSigner(db, secretBox, Date.now),
      config,
      hosts,
      db,
      blobs,
      eventsDb: eventsDatabase.db,
      readyDb: readyDatabase.db,
      databaseWatch,
      log,
      events,
      signer: createTokenSigner(secret, () => Date.now() / 1000),
      users: createUsers(config, { db, passwords, egress: operatorEgress }),
      oidc: createOidcService({ db, egress: operatorEgress, config }, `${hosts.appOrigin}${apiPaths.oidcCallback}`),
      passwords,
      secretBox,
      egress,
      agent,
      mirror,
      sites,
      plugins: plugins.engine,
      ...openRelay(config, { isOwnHost, log }),
      ...makeLive(config, listening.port),
      resolveTxt: options.resolveTxt ?? createTxtResolver(),
      templates: createTemplateSource(config.TEMPLATE_SOURCE),
      quotas,
      metrics,
      figuresDb: figuresDatabase.db,
      draining: () => draining,
      ...makeLanes(),
      askers,
      folders: options.folders ?? { web: `${checkout}apps/web/dist`, runtime: `${checkout}apps/runtime/dist` },
    };
    const app = createApp(services);
    cleanups.push(async () => [services.liveTunnels, services.relay].forEach((lines) => lines.close()));
    listening.handleUpgrades(handleUpgrades(services));
    listening.handle(answerWith(app, services));
    const drain = () => drainFor(config.DRAIN_SECONDS, listening, () => (draining = true));
    return { hosts, port: listening.port, routes: () => listRoutes(services), drain, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const makeLanes = () => ({
  writes: createWriteLanes(),
  bodies: createBodyLanes(),
  holderWrites: createHolderLanes(),
});

/** What was answered before goes out at once, all else through the app. */
function answerWith(
  app: ReturnType<typeof createApp>,
  { config, sites, hosts, metrics }: Pick<Services, 'config' | 'sites' | 'hosts' | 'metrics'>,
): RequestListener {
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  // Each request is a line of the access log, where there is one: the app writes those.
  if (config.ACCESS_LOG === 'on') return answer;
  const sendHot = sites.answers.over({ hosts, answered: metrics.answered });
  return (incoming, outgoing) => {
    if (!sendHot(incoming, outgoing)) void answer(incoming, outgoing);
  };
}

/** The live previews of this server, and where its peers reach it. */
function makeLive(config: Config, port: number): Pick<Services, 'liveTunnels' | 'peerAddress'> {
  return { liveTunnels: new LiveTunnels(), peerAddress: config.PEER_ADDRESS ?? ownAddress(config.HOST, port) };
}

/** Who signs people in: the table of users, or the service that the operator named. */
function createUsers(
  { USER_SERVICE_URL: url, USER_SERVICE_API_KEY: apiKey }: Config,
  { db, passwords, egress }: Pick<Services, 'db' | 'passwords' | 'egress'>,
): Services['users'] {
  return url === undefined || apiKey === undefined
    ? createLocalUserService(db, passwords)
    : createUpstreamUserService(db, egress, { url, apiKey });
}

/** With the port, also where it is the scheme's own. */
function hostOf(address: string): string {
  const { hostname, port, protocol } = new URL(address);
  return `${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
}
