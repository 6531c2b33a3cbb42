import { resolveDatabase } from '@slipway/db';
import { pino } from 'pino';
import { parseConfig } from './config.ts';
import { startWorker } from './start-worker.ts';

/** Started by the server's `main.ts worker|all`; also runs alone, on any machine that reaches database and server. */
async function main(): Promise<void> {
  const config = parseConfig(process.env);
  const log = pino({ level: config.LOG_LEVEL, base: { role: 'worker' } });
  const database = await resolveDatabase({ databaseUrl: config.DATABASE_URL, stateDirectory: config.STATE_DIR });
  const worker = await startWorker(config, { databaseUrl: database.url, log });
  log.info('worker ready');
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    worker
      .stop()
      .then(() => database.release())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'cannot stop in order');
          process.exit(1);
        },
      );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  // Started by a server: without it, nobody would ever stop this process.
  process.on('disconnect', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
