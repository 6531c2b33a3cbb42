/**
 * A publish worker whose builds are a script: so many numbered lines, a file, an
 * end. Everything else is the worker's own code. `chaos.ts` kills and stops it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createBlobStore } from '@slipway/blobs';
import { runnerInput } from '@slipway/contracts';
import { openDatabase } from '@slipway/db';
import { createJobHandlers, type SandboxRuntime, startJobLoop } from '@slipway/worker';
import { pino } from 'pino';

const [databaseUrl = '', workerId = '', leaseMs = '', linesText = ''] = process.argv.slice(2);
const lines = Number(linesText);
const encoder = new TextEncoder();

const script: SandboxRuntime = {
  run: async (text, io) => {
    const { jobId, projectId, snapshotId, artifactDestination } = runnerInput.parse(JSON.parse(text));
    // Another name for each attempt: its lines are told apart from those of one that was cut off.
    const attempt = `${workerId}-${Math.random().toString(36).slice(2, 8)}`;
    for (let line = 1; line <= lines; line++) {
      io.signal.throwIfAborted();
      io.log('stdout', encoder.encode(`${attempt} ${line}\n`));
      await sleep(2 + Math.random() * 4);
    }
    await io.file('index.html', encoder.encode(`<p>${jobId}</p>`));
    const { artifactId } = artifactDestination;
    return JSON.stringify({ jobId, projectId, snapshotId, status: 'succeeded', artifactId, logs: [] });
  },
};

const database = openDatabase(databaseUrl, { maxConnections: 5 });
const log = pino({ level: 'fatal' });
await startJobLoop({
  database,
  workerId,
  leaseMs: Number(leaseMs),
  log,
  handlers: createJobHandlers({
    db: database.db,
    blobs: createBlobStore('postgres', { db: database.db }),
    runtime: script,
    secretBox: () => {
      throw new Error('Cannot open a secret: builds of this script have none');
    },
    log,
    publicBase: 'http://slipway.localhost:1',
    timeoutMs: 60_000,
    stallMs: 60_000,
    logLimitBytes: 1e6,
    logLimitLines: 1e5,
    artifactLimitBytes: 1e6,
    tokenLifetimeUs: undefined,
  }),
});
process.stdout.write('ready\n');
