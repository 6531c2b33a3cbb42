import { resolveDatabase } from '@slipway/db';
import { pino } from 'pino';
import { parseConfig } from './config.ts';
import { startWorker } from './start-worker.ts';

/** Whatever does not answer while the worker stops, such as a database that went silent, holds it no longer. */
const STOP_MS = 15_000;

/** Started by the server's `main.ts worker|all`; also runs alone, on any machine that reaches database and server. */
async function main(): Promise<void> {
  const config = parseConfig(process.env);
  const log = pino({ level: config.LOG_LEVEL, base: { role: 'worker' } });
  const database = await resolveDatabase({ databaseUrl: config.DATABASE_URL, stateDirectory: config.STATE_DIR });
  const worker = await startWorker(config, { databaseUrl: database.url, log });
  let stopping = false;
  const stop = (drainMs: number) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      log.error(`cannot stop in order within ${drainMs + STOP_MS} ms; a job's lease will lapse`);
      process.exit(1);
    }, drainMs + STOP_MS).unref();
    worker
      .stop(drainMs)
      .then(() => database.release())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'cannot stop in order');
          process.exit(1);
        },
      );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(config.DRAIN_SECONDS * 1000));
  // Started by a server: without it, nobody would ever stop this process.
  process.on('disconnect', () => stop(0));
  log.info('worker ready');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
