/**
 * A publish worker that stops itself (SIGSTOP) in the middle of a write, as a
 * paused machine would stop it: in its own transaction, with its locks held. For
 * `frozen-worker.test.ts`. Everything but the stop is the worker's own code.
 */
import { createBlobStore } from '@slipway/blobs';
import { openDatabase, type Db, type DbOrTx } from '@slipway/db';
import { createJobHandlers, startJobLoop } from '@slipway/worker';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { buildNothing } from './instant-runtime.ts';

const [databaseUrl = '', leaseMs = '', ...points] = process.argv.slice(2);
/** Where the next stop is; each job has one. */
let freezeAt = points.shift();

/** Set when the build is done: the next transaction is the one that finishes it. */
let armed = false;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function freeze(): void {
  armed = false;
  freezeAt = points.shift();
  say('frozen');
  process.kill(process.pid, 'SIGSTOP');
  say('woken');
}

/** Stops behind the statement with this number, or with half of a large one sent. */
function stopping(tx: DbOrTx): DbOrTx {
  let statements = 0;
  const execute: DbOrTx['execute'] = (async (query: Parameters<DbOrTx['execute']>[0]) => {
    const rows = await tx.execute(query);
    if (!armed) return rows;
    statements++;
    if (freezeAt === 'half-sent' && statements === 4) {
      // More than the socket takes at once. Nobody awaits it: the process is to stop now.
      tx.execute(sql.raw(`select '${'x'.repeat(64 * 1024 * 1024)}'`)).then(
        () => say('the large statement was answered'),
        () => say('the large statement failed'),
      );
      freeze();
    } else if (String(statements) === freezeAt) freeze();
    return rows;
  }) as DbOrTx['execute'];
  return new Proxy(tx, {
    get: (target, name) => (name === 'execute' ? execute : (Reflect.get(target, name) as unknown)),
  });
}

const database = openDatabase(databaseUrl, { maxConnections: 5 });
const transaction: Db['transaction'] = (body, config) =>
  database.db.transaction((tx) => body(stopping(tx) as typeof tx), config);
const db = new Proxy(database.db, {
  get: (target, name) => (name === 'transaction' ? transaction : (Reflect.get(target, name) as unknown)),
});

await startJobLoop({
  database: { ...database, db },
  workerId: 'freezing',
  leaseMs: Number(leaseMs),
  log: pino({ level: 'warn' }, process.stderr),
  onEnd: (_, end) => say(`end ${end}`),
  handlers: createJobHandlers({
    db,
    blobs: createBlobStore('postgres', { db: db }),
    runtime: buildNothing(() => (armed = true)),
    log: pino({ level: 'warn' }, process.stderr),
    publicBase: 'http://slipway.localhost:1',
    timeoutMs: 60_000,
    stallMs: 60_000,
    logLimitBytes: 1e6,
    logLimitLines: 1e4,
    artifactLimitBytes: 1e6,
    secretBox: () => {
      throw new Error('Cannot open a variable: none is expected here');
    },
    tokenLifetimeUs: undefined,
  }),
});
say('ready');
