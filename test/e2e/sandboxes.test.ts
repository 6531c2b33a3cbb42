import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBlobStore } from '@slipway/blobs';
import { type Sandbox, sandbox as sandboxSchema, sandboxListResponse } from '@slipway/contracts';
import { createTestDatabase, type TestDatabase } from '@slipway/db/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runSandbox } from '../../apps/cli/src/sandbox/run-sandbox.ts';
import { createLocalMachines, LOCAL_PREFIX } from '../../apps/worker/src/local/local-machines.ts';
import { listProcessesOf } from '../../apps/worker/src/processes/process-tree.ts';
import { foldersOf } from '../../apps/worker/src/processes/sandbox-folder.ts';
import { type SandboxKeeper, startSandboxKeeper } from '../../apps/worker/src/sandboxes/sandbox-keeper.ts';

const mainOf = (app: string): string => fileURLToPath(new URL(`../../apps/${app}/dist/main.mjs`, import.meta.url));

let database: TestDatabase;
let server: ChildProcess;
let worker: ChildProcess;
let keeper: SandboxKeeper | undefined;
let origin: string;

/** A process of the product whose output says `ready`; its match is given back. */
async function startProcess(app: string, args: string[], env: Record<string, string>, ready: RegExp) {
  const child = spawn(process.execPath, [mainOf(app), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DATABASE_URL: database.url, ...env },
  });
  const found = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const match = ready.exec(chunk.toString());
      if (match) resolve(match[1] ?? '');
    });
    child.once('exit', (code) => reject(new Error(`${app} exited with ${code}`)));
  });
  return { child, found };
}
const startServer = async () => {
  const env = { PORT: '0', LOG_LEVEL: 'warn' };
  const { child, found } = await startProcess('server', ['api'], env, /ready: (\S+)\//);
  server = child;
  origin = found;
};
async function kill(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

beforeAll(async () => {
  database = await createTestDatabase();
  await startServer();
  const env = { SANDBOX_DRIVER: 'local', LEASE_SECONDS: '4', LOG_LEVEL: 'info', PUBLIC_URL: '' };
  ({ child: worker } = await startProcess('worker', [], { ...env, PORT: new URL(origin).port }, /worker (ready)/));
}, 120_000);
afterAll(async () => {
  await kill(worker);
  await keeper?.stop();
  await kill(server);
  await database?.close();
});

/** `slipway sandbox …` and what it wrote. */
async function slipway(...argv: string[]) {
  const written = { stdout: '', stderr: '' };
  const code = await runSandbox(
    argv,
    { SLIPWAY_URL: origin },
    {
      stdout: { write: (text) => (written.stdout += text) },
      stderr: { write: (text) => (written.stderr += text) },
    },
  );
  return { code, ...written };
}
async function status(id: string): Promise<Sandbox> {
  const { stdout } = await slipway('status', '--id', id, '--json');
  return sandboxSchema.parse(JSON.parse(stdout));
}
/** A file of the one local sandbox of this process's, or of the worker's. */
function fileOf(pid: number, path: string): string {
  const [folder = ''] = foldersOf(LOCAL_PREFIX).filter((name) => name.includes(`_${pid}_`));
  return readFileSync(join(folder, 'project', path), 'utf8');
}

it('SB-07 RC-02 RC-04 a sandbox outlives the server that made it, and the worker that had it', async () => {
  const command = `node -e "require('fs').appendFileSync('runs.txt', 'x'); setInterval(() => {}, 1e6)"`;
  const create = ['create', '--id', 'demo', '--cpu', '1', '--memory', '512', '--template', 'vanilla'];
  const created = await slipway(...create, '--command', command);
  expect(created).toEqual({ code: 0, stdout: 'demo  created  1 cores, 512 MiB\n', stderr: '' });
  expect(await slipway('checkpoint', '--id', 'demo', '--checkpoint-id', 'none')).toMatchObject({
    code: 1,
    stderr: 'sandbox: it does not run\n',
  });
  expect((await slipway('start', '--id', 'demo')).stdout).toMatch(/^demo {2}running /);
  expect(await slipway('start', '--id', 'demo')).toMatchObject({
    code: 1,
    stderr: 'sandbox: Cannot start demo: it is running\n',
  });
  await expect.poll(() => fileOf(worker.pid!, 'runs.txt')).toBe('x');
  const before = await status('demo');
  expect(before).toMatchObject({ status: 'running', config: { cpu: 1, memoryMiB: 512 }, recoveries: 0 });

  await kill(server);
  await startServer();
  const after = await status('demo');
  expect(after).toMatchObject({ status: 'running', startedAt: before.startedAt });
  expect(after.uptime).toBeGreaterThanOrEqual(before.uptime!);
  expect((await slipway('checkpoint', '--id', 'demo', '--checkpoint-id', 'one')).code).toBe(0);

  await kill(worker);
  keeper = await startSandboxKeeper({
    database,
    blobs: createBlobStore('postgres', { db: database.db }),
    machines: createLocalMachines(),
    workerId: 'second',
    leaseMs: 60_000,
    limit: 2,
    log: pino({ level: 'silent' }),
  });
  await expect.poll(async () => (await status('demo')).recoveries).toBe(1);
  expect(await status('demo')).toMatchObject({ status: 'running' });
  // The checkpoint's files, and the run again.
  await expect.poll(() => fileOf(process.pid, 'runs.txt')).toBe('xx');
  expect(fileOf(process.pid, 'package.json')).toContain('vite');
}, 120_000);

it('SB-03 SB-05 SB-06 SB-07 a checkpoint is restored, and a machine that dies is told', async () => {
  expect(await slipway('restore', '--id', 'demo', '--checkpoint-id', 'two')).toMatchObject({
    code: 1,
    stderr: 'sandbox: there is no checkpoint "two"\n',
  });
  expect((await slipway('stop', '--id', 'demo')).stdout).toMatch(/^demo {2}exited /);
  expect((await slipway('stop', '--id', 'demo')).stderr).toBe('sandbox: it is exited already\n');
  expect((await slipway('restore', '--id', 'demo', '--checkpoint-id', 'one')).stdout).toMatch(/^demo {2}running /);
  await expect.poll(() => fileOf(process.pid, 'runs.txt')).toBe('xx');
  const [folder = ''] = foldersOf(LOCAL_PREFIX).filter((name) => name.includes(`_${process.pid}_`));
  for (const pid of listProcessesOf(folder)) process.kill(pid, 'SIGTERM');
  await expect.poll(async () => (await status('demo')).status).toBe('exited');
}, 120_000);

it('SB-01 SB-04 SB-07 an id that is made again begins anew; a second destroy is harmless; all are listed', async () => {
  const { projectId } = await status('demo');
  expect((await slipway('create', '--id', 'demo')).code).toBe(0);
  expect(await status('demo')).toMatchObject({ status: 'created', startedAt: null, command: null });
  expect((await status('demo')).projectId).not.toBe(projectId);
  expect((await slipway('start', '--id', 'demo')).code).toBe(0);
  expect((await slipway('create', '--id', 'demo')).code).toBe(0);
  // What ran under the id is gone, though nobody stopped it.
  await expect.poll(() => foldersOf(LOCAL_PREFIX).filter((name) => name.includes(`_${process.pid}_`))).toEqual([]);
  for (let time = 0; time < 2; time++)
    expect((await slipway('destroy', '--id', 'demo')).stdout).toMatch(/^demo {2}destroyed /);
  const listed = await slipway('list', '--json');
  expect((JSON.parse(listed.stdout) as Sandbox[]).map(({ id, status: now }) => [id, now])).toEqual([
    ['demo', 'destroyed'],
  ]);
  expect(sandboxListResponse.safeParse({ sandboxes: JSON.parse(listed.stdout) as unknown }).success).toBe(true);
}, 120_000);

it('SB-07 arguments without meaning are refused, and unknown sandboxes not found', async () => {
  for (const argv of [
    [],
    ['status'],
    ['fly', '--id', 'a'],
    ['restore', '--id', 'a'],
    ['create', '--id', 'a', '--cpu', 'x'],
  ])
    await expect(slipway(...argv)).rejects.toThrow(/no verb|missing|unknown|whole number/);
  await expect(slipway('status', '--id', 'nobody')).rejects.toThrow('No such sandbox');
  await expect(slipway('create', '--id', 'Not Good')).rejects.toThrow('Invalid input');
  await expect(slipway('create', '--id', 'a', '--template', 'none')).rejects.toThrow('No such template: "none"');
});
