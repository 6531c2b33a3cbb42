import { spawnSync } from 'node:child_process';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { countAppliedMigrations, countMigrations, type Database, measureStorage } from '@slipway/db';
import { mustFindBrowser } from '@slipway/find-browser';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a look at one thing found. `warn`: it works, or may be meant so. */
export interface Finding {
  state: 'ok' | 'warn' | 'fail';
  text: string;
}

const ok = (text: string): Finding => ({ state: 'ok', text });
const warn = (text: string): Finding => ({ state: 'warn', text });
const fail = (text: string): Finding => ({ state: 'fail', text });

/** Each reads the environment that the server would read. */
export const machineChecks: Readonly<Record<string, (env: Environment) => Finding | Promise<Finding>>> = {
  node: () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    return major > 20 || (major === 20 && minor >= 19)
      ? ok(`Node ${process.versions.node}`)
      : fail(`Node ${process.versions.node} is older than 20.19`);
  },
  browser: (env) => {
    try {
      return ok(mustFindBrowser(env));
    } catch (error) {
      return fail(`${messageOf(error)}; builds need one, on every machine with a worker`);
    }
  },
  // Chromium cannot start its sandbox as root, and Postgres refuses to run as root: both are put into a namespace.
  namespaces: () => {
    if (process.getuid?.() !== 0) return ok('not root: Chromium has its own sandbox');
    const tried = spawnSync('unshare', ['--user', 'true']);
    return tried.status === 0
      ? ok('root may make user namespaces')
      : fail('as root, builds and the embedded Postgres need user namespaces: "unshare --user true" must work');
  },
  // No failure: on one machine the file is enough. It is lost with the machine, and no other server has it.
  key: (env) => {
    if (env['SECRET_KEY'] || env['SECRET_KEY_FILE'])
      return ok('the key of secrets is in SECRET_KEY or SECRET_KEY_FILE');
    return warn(
      'the key of secrets is a file in STATE_DIR: keep a copy elsewhere, and give several servers one SECRET_KEY',
    );
  },
  server: async (env) => {
    const origin = new URL(env['PUBLIC_URL'] || `http://slipway.localhost:${env['PORT'] || 4000}`).origin;
    try {
      const { status, body } = await getReady(origin);
      return status === 200 ? ok(`${origin} is ready`) : fail(`${origin}/ready says ${status}: ${body.slice(0, 300)}`);
    } catch (error) {
      return warn(`${origin} does not answer: ${messageOf(error)}`);
    }
  },
};

/** Run only where the database answers. */
export const databaseChecks: Readonly<Record<string, (database: Database) => Promise<Finding>>> = {
  version: async ({ client }) => {
    const [row] = await client<{ version: number; text: string }[]>`
      select current_setting('server_version_num')::int as version, current_setting('server_version') as text`;
    return row!.version >= 140_000 ? ok(`Postgres ${row!.text}`) : fail(`Postgres ${row!.text} is older than 14`);
  },
  migrations: async ({ db }) => {
    const [applied, known] = [await countAppliedMigrations(db), countMigrations()];
    if (applied === known) return ok(`all ${known} migrations`);
    return applied < known
      ? warn(`${known - applied} migrations are to come at the next start`)
      : fail(`the database has ${applied} migrations and this version knows ${known}: it is of a newer version`);
  },
  // A setting of 0 is no limit. The doctor's own session shows what the role got at its connection.
  limits: async ({ client }) => {
    const rows = await client<{ name: string }[]>`
      select name from pg_settings where setting::bigint = 0
        and name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')`;
    return rows.length === 0
      ? ok('statements, locks and idle transactions have time limits')
      : warn(`no limit for ${rows.map(({ name }) => name).join(', ')}: the start of a server sets them for its role`);
  },
  // Sent over one connection, heard on another: a pooler in transaction mode loses them on the way.
  notifications: async ({ client }) => {
    let heard: () => void = () => undefined;
    const told = new Promise<boolean>((resolve) => (heard = () => resolve(true)));
    const listening = await client.listen('slipway_doctor', () => heard());
    await client.notify('slipway_doctor', '');
    const arrived = await Promise.race([
      told,
      new Promise<boolean>((resolve) => setTimeout(resolve, 2000, false).unref()),
    ]);
    await listening.unlisten();
    return arrived
      ? ok('a notification arrives')
      : warn(
          'no notification arrives (a pooler in transaction mode?): builds and events are found by polling, 2 s later',
        );
  },
  // Leases go by the database's clock alone, so a difference is no failure.
  clock: async ({ client }) => {
    const [row] = await client<{ us: number }[]>`select slipway_now() as us`;
    const seconds = Math.abs(row!.us / 1_000_000 - Date.now() / 1000);
    return seconds < 5 ? ok('the clocks agree') : warn(`this machine is ${Math.round(seconds)} s from the database`);
  },
  storage: async ({ db }) => {
    const tables = await measureStorage(db);
    const mebibytes = (bytes: number) => `${Math.ceil(bytes / 1024 ** 2)} MiB`;
    const largest = tables.slice(0, 3).map(({ table, bytes }) => `${table} ${mebibytes(bytes)}`);
    return ok(`${mebibytes(tables.reduce((sum, { bytes }) => sum + bytes, 0))}, most of it ${largest.join(', ')}`);
  },
};

/** Node does not resolve `*.localhost`: such a server is on this machine. */
function getReady(origin: string): Promise<{ status: number; body: string }> {
  const url = new URL('/ready', origin);
  const local = url.hostname.endsWith('.localhost') ? { hostname: '127.0.0.1' } : {};
  const ask = url.protocol === 'https:' ? secureRequest : request;
  return new Promise((resolve, reject) => {
    const outgoing = ask(
      url,
      { ...local, headers: { host: url.host }, signal: AbortSignal.timeout(5000) },
      (incoming) => {
        let body = '';
        incoming.on('data', (chunk: Buffer) => {
          if (body.length < 10_000) body += chunk.toString('utf8');
        });
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body }));
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
