import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { openDatabase } from '@slipway/db';
import type { Logger } from 'pino';
import { createChromiumRuntime } from './chromium/chromium-runtime.ts';
import { mustFindBrowser } from './chromium/find-browser.ts';
import type { Config } from './config.ts';
import type { JobEnd } from './job/execute-job.ts';
import { startJobLoop } from './job/job-loop.ts';
import type { SandboxRuntime } from './sandbox-runtime.ts';
import { dialFor, readRuntimeConfig } from './server-facts.ts';

export interface RunningWorker {
  stop(): Promise<void>;
}

/** The role `worker`. Another `runtime` may stand in for the browser (P-26). */
export async function startWorker(
  config: Config,
  options: { databaseUrl: string; log: Logger; runtime?: SandboxRuntime; onEnd?: (jobId: string, end: JobEnd) => void },
): Promise<RunningWorker> {
  const { log } = options;
  const appOrigin = new URL(config.PUBLIC_URL ?? `http://slipway.localhost:${config.PORT}`).origin;
  const runtime =
    options.runtime ??
    createChromiumRuntime({
      executable: mustFindBrowser(config.SLIPWAY_CHROMIUM, process.env['PATH'] ?? ''),
      config: () => readRuntimeConfig(appOrigin),
      dial: dialFor(appOrigin),
      memoryLimitBytes: config.BUILD_MEMORY_BYTES,
      log,
    });
  const database = openDatabase(options.databaseUrl, { maxConnections: 5 });
  const loop = await startJobLoop({
    database,
    workerId: `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
    leaseMs: config.LEASE_SECONDS * 1000,
    log,
    ...(options.onEnd ? { onEnd: options.onEnd } : {}),
    context: {
      db: database.db,
      runtime,
      log,
      publicBase: appOrigin,
      timeoutMs: config.BUILD_TIMEOUT_SECONDS * 1000,
      logLimitBytes: config.BUILD_LOG_BYTES,
      artifactLimitBytes: config.ARTIFACT_BYTES,
      tokenLifetimeUs: config.PREVIEW_LIFETIME_SECONDS === undefined ? undefined : config.PREVIEW_LIFETIME_SECONDS * 1_000_000,
    },
  });
  return {
    stop: async () => {
      await loop.stop();
      await database.close();
    },
  };
}
