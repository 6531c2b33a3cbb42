import { randomUUID } from 'node:crypto';
import { hostname, totalmem } from 'node:os';
import { join } from 'node:path';
import { openBlobStore } from '@slipway/blobs';
import { openDatabase } from '@slipway/db';
import { createSecretBox, loadSecretKeys } from '@slipway/secrets';
import { type CheckpointStore, createSandboxDriver, type MachineKind } from '@slipway/sandboxes';
import type { Logger } from 'pino';
import { startStandIns } from './agent/stand-ins.ts';
import { deliverBeatsTo } from './build/deliver-beats.ts';
import { buildConfig, type Config, keepsWarm } from './config.ts';
import { createMachines, sweepMachines } from './create-machines.ts';
import { DATABASE_POOL } from './database-pool.ts';
import { createDependencySets } from './deps/dependency-sets.ts';
import { createBuildRuntime } from './sandbox/build-runtime.ts';
import { createJobHandlers } from './job-handlers.ts';
import type { JobEnd } from './job/job-handler.ts';
import { startJobLoop } from './job/job-loop.ts';
import type { SandboxRuntime } from './sandbox/sandbox-runtime.ts';
import { ProgressBoard } from './sandbox/progress-board.ts';
import { reportPresence } from './report-presence.ts';
import { keepOneWarm, type WarmMachines } from './sandbox/warm-machines.ts';
import { startSandboxKeeper } from './sandboxes/sandbox-keeper.ts';
import { dialFor, readRuntimeConfig, readRuntimeVersion } from './server-facts.ts';

interface Builds {
  runtime: SandboxRuntime;
  /** Undefined: each build starts its own sandbox. */
  warm: WarmMachines | undefined;
}

function createBuilds(config: Config, kind: MachineKind, appOrigin: string, log: Logger): Builds {
  // A build has a limit of its own, and nothing that would be worth an end in order.
  const limitMs = config.BUILD_TIMEOUT_SECONDS * 1000;
  const progress = new ProgressBoard();
  // Without a jail a sandbox runs this machine's own Node.
  const version = async (signal: AbortSignal): Promise<string | undefined> =>
    kind.kind === 'local' ? `local ${process.version}` : await readRuntimeVersion(appOrigin, signal);
  const warm = keepsWarm(config, memoryBytes())
    ? keepOneWarm(kind, buildConfig(config), { log, connectMs: limitMs, version })
    : undefined;
  const driver = createSandboxDriver({
    machines: warm ?? kind,
    progress: progress.tell,
    checkpoints: noCheckpoints,
    connectMs: limitMs,
    configureMs: limitMs,
    graceMs: 0,
  });
  return { runtime: createBuildRuntime(driver, buildConfig(config), progress, version), warm };
}

/** Whoever starts the server opens a project first, and wants the cores for that. */
const WARM_AFTER_MS = 5000;

/** A build's sandbox has no checkpoints: it ends with the build. */
const noCheckpoints: CheckpointStore = { save: async () => undefined, load: async () => undefined };

/** Without `drainMs`, `stop` waits as long as the job takes. */
export interface RunningWorker {
  /** Resolves when the job that ran has ended, or was handed back after `drainMs`, and the connections are closed. */
  stop(drainMs?: number): Promise<void>;
}

/** The role `worker`. Another `runtime` may stand in for the browser (P-26). */
export async function startWorker(
  config: Config,
  options: { databaseUrl: string; log: Logger; runtime?: SandboxRuntime; onEnd?: (jobId: string, end: JobEnd) => void },
): Promise<RunningWorker> {
  const { log } = options;
  const appOrigin = new URL(config.PUBLIC_URL ?? `http://slipway.localhost:${config.PORT}`).origin;
  let machines: MachineKind | undefined;
  const getMachines = (): MachineKind =>
    (machines ??= createMachines(config.SANDBOX_DRIVER, {
      browser: config.SLIPWAY_CHROMIUM,
      config: (signal) => readRuntimeConfig(appOrigin, signal),
      dial: dialFor(appOrigin),
      log,
    }));
  const builds = options.runtime
    ? { runtime: options.runtime, warm: undefined }
    : createBuilds(config, getMachines(), appOrigin, log);
  const swept = await sweepMachines();
  if (swept > 0) log.warn({ sandboxes: swept }, 'removed what a worker that died had left');
  builds.warm?.warm(WARM_AFTER_MS);
  const database = openDatabase(options.databaseUrl, { maxConnections: DATABASE_POOL });
  // For people who look for the machine; the random part makes it unique.
  const workerId = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  // Made when the first one is asked for: a worker of another runtime may have no browser.
  const lazyMachines: MachineKind = {
    kind: config.SANDBOX_DRIVER,
    open: async (...asked) => await getMachines().open(...asked),
    sweep: async (id) => await getMachines().sweep(id),
  };
  const standIns =
    config.AGENT_SANDBOXES_AT_ONCE === 0
      ? undefined
      : await startStandIns({
          database,
          db: database.db,
          blobs: openBlobStore(config, { db: database.db }),
          machines: lazyMachines,
          entriesLimit: config.TREE_LIMIT_ENTRIES,
          fileLimitBytes: config.BLOB_LIMIT_BYTES,
          storedBytesLimit: config.QUOTA_STORED_BYTES,
          limit: config.AGENT_SANDBOXES_AT_ONCE,
          log,
        });
  const keeper =
    config.SANDBOXES_AT_ONCE === 0
      ? undefined
      : await startSandboxKeeper({
          database,
          blobs: openBlobStore(config, { db: database.db }),
          machines: lazyMachines,
          workerId,
          leaseMs: config.LEASE_SECONDS * 1000,
          limit: config.SANDBOXES_AT_ONCE,
          log,
        });
  const loop = await startJobLoop({
    database,
    workerId,
    leaseMs: config.LEASE_SECONDS * 1000,
    ownerAtOnce: config.QUOTA_BUILDS_AT_ONCE,
    log,
    ...(options.onEnd ? { onEnd: options.onEnd } : {}),
    handlers: createJobHandlers({
      db: database.db,
      blobs: openBlobStore(config, { db: database.db }),
      runtime: builds.runtime,
      log,
      publicBase: appOrigin,
      timeoutMs: config.BUILD_TIMEOUT_SECONDS * 1000,
      stallMs: config.BUILD_STALL_SECONDS * 1000,
      ...(config.HEARTBEAT_URL === undefined ? {} : { deliverBeat: deliverBeatsTo(config.HEARTBEAT_URL) }),
      logLimitBytes: config.BUILD_LOG_BYTES,
      logLimitLines: config.BUILD_LOG_LINES,
      artifactLimitBytes: config.ARTIFACT_BYTES,
      ...(config.DEPENDENCY_SETS_BYTES === 0
        ? {}
        : {
            sets: createDependencySets({
              folder: join(config.STATE_DIR, 'dependency-sets'),
              limitBytes: config.DEPENDENCY_SETS_BYTES,
              log,
            }),
          }),
      secretBox: () => createSecretBox(loadSecretKeys(config)),
      tokenLifetimeUs:
        config.PREVIEW_LIFETIME_SECONDS === undefined ? undefined : config.PREVIEW_LIFETIME_SECONDS * 1_000_000,
    }),
  });
  const presence = reportPresence(database.db, workerId, log);
  return {
    stop: async (drainMs) => {
      await loop.stop(drainMs);
      await presence.stop();
      await Promise.all([keeper?.stop(), standIns?.stop(), builds.warm?.stop()]);
      await database.close();
    },
  };
}

/** What this process may use: in a container less than what the machine has. */
function memoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(totalmem(), limit) : totalmem();
}
