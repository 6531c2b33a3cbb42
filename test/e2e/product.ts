import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const READY_LIMIT_MS = 60_000;

export interface Product {
  /** The app's origin. */
  readonly url: string;
  readonly port: number;
  /** What the server has printed so far. */
  log(): string;
  stop(): Promise<void>;
}

/** The product as `npm start` runs it, on a free port, with a database and folders of its own. */
export async function startProduct(env: Record<string, string> = {}): Promise<Product> {
  const port = await freePort();
  const data = await mkdtemp(join(tmpdir(), 'slipway-e2e-'));
  const server = spawn(process.execPath, ['--import', 'tsx', 'apps/server/src/main.ts'], {
    cwd: root,
    env: { ...process.env, PORT: String(port), STATE_DIR: data, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  let exited: number | null | undefined;
  const ended = new Promise<void>((resolve) =>
    server.on('exit', (code) => {
      exited = code;
      resolve();
    }),
  );

  const stop = async (): Promise<void> => {
    server.kill('SIGTERM');
    await ended;
    await rm(data, { recursive: true, force: true });
  };

  const until = Date.now() + READY_LIMIT_MS;
  for (;;) {
    if (exited !== undefined) throw new Error(`The server ended with ${String(exited)} before it was ready:\n${log}`);
    const ready = await fetch(`http://127.0.0.1:${port}/ready`, { headers: { Host: `slipway.localhost:${port}` } }).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) break;
    if (Date.now() > until) {
      await stop();
      throw new Error(`The server was not ready within ${READY_LIMIT_MS / 1000} s:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url: `http://slipway.localhost:${port}`, port, log: () => log, stop };
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
