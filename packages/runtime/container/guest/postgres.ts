/**
 * Answers port 5432 of a container as PostgreSQL does, with PGlite: `postgres.cjs <folder for databases>`. Started by
 * the container when somebody first connects (`src/postgres-service.ts`); ends when nobody was connected for a while.
 */
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Connection } from './postgres/connection.ts';
import { Session } from './postgres/session.ts';

const PORT = 5432;
/** It gives its memory back, and is started again by the next who connects. */
const QUIET_LIMIT_MS = 600_000;
/** Each takes memory of its own. */
const MOST_DATABASES = 4;
const HOME = __dirname;

const [folder = '/tmp/postgres'] = process.argv.slice(2);
const sessions = new Map<string, Promise<Session>>();
const clients = new Set<Connection>();
let made = 0;
let quiet: NodeJS.Timeout | undefined;

/** Every name is a database, made when it is first asked for. Who asks, and with which password, is not looked at. */
function open(database: string): Promise<Session> {
  const known = sessions.get(database);
  if (known !== undefined) return known;
  if (!/^[A-Za-z0-9_][\w.-]{0,62}$/.test(database))
    return Promise.reject(new Error(`database "${database}" cannot be made: letters, digits, ".", "_" and "-"`));
  if (sessions.size >= MOST_DATABASES)
    return Promise.reject(new Error(`database "${database}" cannot be opened: ${MOST_DATABASES} are open already`));
  const session = Session.open(HOME, join(folder, database));
  sessions.set(database, session);
  // The next who connects tries again.
  session.catch(() => sessions.delete(database));
  return session;
}

async function close(): Promise<void> {
  server.close();
  const opened = await Promise.allSettled(sessions.values());
  for (const each of opened) if (each.status === 'fulfilled') await each.value.close();
}

/** With a checkpoint, so that the next start has nothing to replay. */
function end(): void {
  close().then(() => process.exit(0), crash);
}

const waitForSilence = (): void => {
  quiet = setTimeout(end, QUIET_LIMIT_MS);
};

const server = createServer((socket) => {
  clearTimeout(quiet);
  const client = new Connection(socket, ++made, open);
  clients.add(client);
  // A reset, as by a program that was killed: `serve` sees the end.
  socket.on('error', () => socket.destroy());
  client
    .serve()
    .catch((error: unknown) => {
      socket.destroy();
      // The engine may have ended in the middle (an exit of its own): nothing it holds can be trusted any more.
      if (isEngineEnd(error)) crash(error);
      else if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') console.error(error);
    })
    .finally(() => {
      clients.delete(client);
      if (clients.size === 0) waitForSilence();
    });
});

function isEngineEnd(error: unknown): boolean {
  return error instanceof Error ? error.name === 'RuntimeError' : (error as { name?: unknown }).name === 'ExitStatus';
}

/** As PostgreSQL after the crash of a process of its: everybody is sent away, the next start replays the log. */
function crash(error: unknown): void {
  console.error(error);
  for (const client of clients) client.end('the database has ended; connect again');
  // What was just written to them is to leave first.
  setTimeout(() => process.exit(1), 100);
}

process.on('uncaughtException', crash);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
// Both families, as "localhost" may be either.
server.listen(PORT, '::', waitForSilence);
