import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  asOrdinaryUser,
  awaitOrphans,
  isPostgresOf,
  type Postmaster,
  readPostmaster,
  startPostgres,
  stopPostgres,
} from './postgres-process.ts';
import { ensureLibraryLinks, mustGetNativePackage, type NativePackage } from './native-package.ts';
import { withStartLock } from './start-lock.ts';
import { type Supervision, superviseCluster } from './supervise-cluster.ts';
import { addClusterUse, countClusterUses } from './users-of-cluster.ts';

/**
 * An embedded Postgres in use by this process.
 *
 *   <directory>/cluster/data       the data directory
 *   <directory>/cluster/password   the superuser's, mode 0600
 *   <directory>/users/             who uses it, see `addClusterUse`
 *   <directory>/start.lock         held while it is made, started or stopped
 *   <directory>/postgres.log
 */
export interface Cluster {
  url(database: string): string;
  /** Ends this process's use; the last user stops the server. */
  release(): Promise<void>;
}

/** Where the cluster lies, and whether its content matters. */
export interface ClusterOptions {
  directory: string;
  /** Gives up durability for speed: for test databases only. */
  disposable?: boolean;
  /** Starts a server that died again, on its port, and is told each time what came of it. Without it nobody looks. */
  onDeath?: (revived: { outcome: 'revived' } | { outcome: 'failed'; error: unknown }) => void;
}

const SUPERUSER = 'slipway';

/** Adopts the running server of this directory, or starts it, or makes it first. */
export async function acquireCluster({ directory, disposable = false, onDeath }: ClusterOptions): Promise<Cluster> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const clusterDirectory = join(directory, 'cluster');
  const dataDirectory = join(clusterDirectory, 'data');
  const usersDirectory = join(directory, 'users');
  const lockFile = join(directory, 'start.lock');
  // Before the lock: a last user that is just leaving sees that somebody has come.
  const use = addClusterUse(usersDirectory);
  try {
    const { port } = await withStartLock(lockFile, () => findOrStart({ directory, disposable }));
    const supervision: Supervision | undefined =
      onDeath &&
      superviseCluster({
        isAlive: () => isAlive(dataDirectory),
        revive: () => startCluster({ directory, disposable, port }),
        onDeath,
      });
    const password = readFileSync(join(clusterDirectory, 'password'), 'utf8').trim();
    return {
      url: (database) => `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`,
      release: async () => {
        await supervision?.stop();
        await withStartLock(lockFile, async () => {
          use.release();
          const running = findRunning(dataDirectory);
          if (running && countClusterUses(usersDirectory) === 0) await stopPostgres(running, dataDirectory);
        });
      },
    };
  } catch (error) {
    use.release();
    throw error;
  }
}

/** Starts the server of a cluster that is there, on the port that its users know, unless it runs. */
export async function startCluster(options: { directory: string; disposable: boolean; port: number }): Promise<void> {
  await withStartLock(join(options.directory, 'start.lock'), () => findOrStart(options));
}

/** Only with the start lock in hand: two processes that find no server would both start one. */
async function findOrStart({
  directory,
  disposable,
  port,
}: {
  directory: string;
  disposable: boolean;
  port?: number;
}): Promise<Postmaster> {
  const clusterDirectory = join(directory, 'cluster');
  const dataDirectory = join(clusterDirectory, 'data');
  const running = findRunning(dataDirectory);
  if (running) return running;
  const native = mustGetNativePackage();
  ensureLibraryLinks(native);
  if (!existsSync(clusterDirectory)) initCluster(native, directory, clusterDirectory);
  await awaitOrphans(dataDirectory);
  // Whoever has the pid in a left-over file is not our Postgres (findRunning looked), so the file is a crash's.
  rmSync(join(dataDirectory, 'postmaster.pid'), { force: true });
  return await startPostgres({
    program: native.postgres,
    dataDirectory,
    logFile: join(directory, 'postgres.log'),
    settings: { ...settings, ...(disposable ? disposableSettings : {}) },
    port,
  });
}

/** Of a server for one machine: few sessions, little memory. */
const settings = {
  listen_addresses: '127.0.0.1',
  // TCP with a password only: a socket file's path may be too long, and needs no password on some systems.
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '64MB',
  log_min_messages: 'warning',
};

/** After a crash such a cluster is broken, and made anew. */
const disposableSettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '256MB' };

function findRunning(dataDirectory: string): Postmaster | undefined {
  const postmaster = readPostmaster(dataDirectory);
  return postmaster?.ready && isPostgresOf(postmaster.pid, dataDirectory) ? postmaster : undefined;
}

/** Whether there is a postmaster, ready or not: one that starts or recovers needs no other. */
function isAlive(dataDirectory: string): boolean {
  const postmaster = readPostmaster(dataDirectory);
  return postmaster !== undefined && isPostgresOf(postmaster.pid, dataDirectory);
}

/** Makes the cluster under another name and renames it: a crash half way leaves nothing that looks finished. */
// Inside of the lock, so a draft that is there is a dead process's.
function initCluster(native: NativePackage, directory: string, clusterDirectory: string): void {
  const draft = join(directory, 'cluster.draft');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  const passwordFile = join(draft, 'password');
  writeFileSync(passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  const [command, args] = asOrdinaryUser(native.initdb, [
    '--pgdata',
    join(draft, 'data'),
    '--username',
    SUPERUSER,
    '--pwfile',
    passwordFile,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Byte order on every machine; paths and labels are compared, never sorted for reading.
    '--locale=C',
  ]);
  const result = spawnSync(command, args, { encoding: 'utf8', cwd: '/' });
  if (result.error || result.status !== 0) {
    const cause =
      result.error?.message ?? (result.stderr.trim() || `initdb exited with ${result.signal ?? result.status}`);
    const advice =
      command === 'unshare' ? '; as root it needs user namespaces: run as an ordinary user, or set DATABASE_URL' : '';
    throw new Error(`Cannot make the embedded Postgres cluster in "${directory}": ${cause}${advice}`);
  }
  renameSync(draft, clusterDirectory);
}
