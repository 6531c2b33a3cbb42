import { resolveDatabase } from '@slipway/db';
import { pino } from 'pino';
import { type Config, parseConfig } from './config/config.ts';
import { type RunningServer, startServer } from './start-server.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** The one entry point (P-25): `main.ts [api|worker|all]`. */
async function main(): Promise<void> {
  const role = process.argv[2];
  const config = parseConfig(role === undefined ? process.env : { ...process.env, ROLE: role });
  const log = pino({ level: config.LOG_LEVEL });
  const database = await resolveDatabase({
    databaseUrl: config.DATABASE_URL,
    stateDirectory: config.STATE_DIR,
    onDeath: (revived) => {
      if (revived.outcome === 'revived') log.error('the embedded Postgres had died and was started again');
      else log.error({ err: revived.error }, 'the embedded Postgres died and does not start; it will be tried again');
    },
  });
  log.info({ embedded: database.embedded }, 'database ready');

  let server: RunningServer | undefined;
  let worker: WorkerProcess | undefined;
  const stop = async () => {
    await worker?.stop();
    await server?.close();
    await database.release();
  };
  try {
    if (config.ROLE !== 'worker') server = await startServer(config, { databaseUrl: database.url, log });
    if (config.ROLE !== 'api') worker = startWorkerProcess(workerEnvironment(config, database.url, server), log);
  } catch (error) {
    await stop();
    throw error;
  }
  onSignal(async (signal) => {
    log.info({ signal }, 'stopping');
    // Both at once: the worker ends its build while the server is taken out of service.
    await Promise.all([worker?.stop(), server?.drain()]);
    await stop();
  });
  if (server) process.stdout.write(`Slipway is ready: ${server.hosts.appOrigin}/\n`);
}

/** What the worker must know. Alone, it is told of the server by PUBLIC_URL and PORT, like the server itself. */
function workerEnvironment(
  config: Config,
  databaseUrl: string,
  server: RunningServer | undefined,
): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    PORT: String(server?.port ?? config.PORT),
    LOG_LEVEL: config.LOG_LEVEL,
    DRAIN_SECONDS: String(config.DRAIN_SECONDS),
    QUOTA_BUILDS_AT_ONCE: String(config.QUOTA_BUILDS_AT_ONCE),
    QUOTA_STORED_BYTES: String(config.QUOTA_STORED_BYTES),
  };
}

/** The first signal stops in order; a second one, at once. */
function onSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      stop(signal).then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`Cannot stop in order: ${String(error)}\n`);
          process.exit(1);
        },
      );
    });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
