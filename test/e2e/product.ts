import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyClusterTemplate } from './cluster-template.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const READY_LIMIT_MS = 100_000;

/** A started product. Nothing of the developer's own (database, port, folders) is touched. */
export interface Product {
  /** The app's origin. */
  readonly url: string;
  readonly port: number;
  /** Of the server's process, another one after a restart. */
  pid(): number;
  /** What the server has printed so far. */
  log(): string;
  /** Ends the server, lets `whileAway` run, and starts it again at the same address with the same data. */
  restart(whileAway: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The product as `npm start` runs it, on a free port, with a database and folders of its own. Its first start is `fresh`
 * when it makes the database itself, as on a machine that never had one.
 */
export async function startProduct(
  env: Record<string, string> = {},
  { fresh = false }: { fresh?: boolean } = {},
): Promise<Product> {
  const port = await freePort();
  const data = await mkdtemp(join(tmpdir(), 'slipway-e2e-'));
  if (!fresh && env['DATABASE_URL'] === undefined && env['STATE_DIR'] === undefined) await copyClusterTemplate(data);
  let log = '';
  // Every project's first file, and every build, would start one beside what a test is about; tests of them turn them on.
  // And every browser would keep 25 MB for visits that no test makes.
  const own = {
    PORT: String(port),
    STATE_DIR: data,
    LANGUAGE_SERVERS: 'off',
    WARM_SANDBOXES: '0',
    OFFLINE: 'off',
    // Six megabytes of server, compiled anew by each of two dozen.
    NODE_COMPILE_CACHE: join(root, '.slipway', 'compile-cache'),
    ...env,
  };
  const launch = () => launchServer(own, (text) => (log += text));
  let server = launch();

  const stop = async (): Promise<void> => {
    await server.end();
    await rm(data, { recursive: true, force: true });
  };
  const ready = async (): Promise<void> => {
    try {
      await awaitReady(port, server);
    } catch (error) {
      await stop();
      throw new Error(`${error instanceof Error ? error.message : String(error)}:\n${log}`);
    }
  };
  await ready();
  return {
    url: `http://slipway.localhost:${port}`,
    port,
    pid: () => server.pid,
    log: () => log,
    async restart(whileAway) {
      await server.end();
      await whileAway();
      server = launch();
      await ready();
    },
    stop,
  };
}

interface LaunchedServer {
  readonly pid: number;
  readonly ended: () => boolean;
  end(): Promise<void>;
}

function launchServer(env: Record<string, string>, onOutput: (text: string) => void): LaunchedServer {
  const server = spawn(process.execPath, ['apps/server/dist/main.mjs'], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk: Buffer) => onOutput(chunk.toString()));
  const exit = new Promise<void>((resolve) => server.on('exit', () => resolve()));
  return {
    // It was started: else there would be no streams of it.
    pid: server.pid!,
    ended: () => server.exitCode !== null || server.signalCode !== null,
    async end() {
      server.kill('SIGTERM');
      await exit;
    },
  };
}

async function awaitReady(port: number, server: LaunchedServer): Promise<void> {
  const until = Date.now() + READY_LIMIT_MS;
  for (;;) {
    if (server.ended()) throw new Error('The server ended before it was ready');
    const ready = await fetch(`http://127.0.0.1:${port}/ready`, {
      headers: { Host: `slipway.localhost:${port}` },
    }).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    if (Date.now() > until) throw new Error(`The server was not ready within ${READY_LIMIT_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      if (address === null || typeof address === 'string') return reject(new Error('Cannot find a free port'));
      probe.close(() => resolve(address.port));
    });
  });
}
