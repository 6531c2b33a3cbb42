import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { RunnerInput, RunnerOutput } from '@slipway/contracts';
import { createTestDatabase, type TestDatabase } from '@slipway/db/testing.ts';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxRuntime } from '../sandbox-runtime.ts';
import { dialFor, readRuntimeConfig } from '../server-facts.ts';
import { createChromiumRuntime } from './chromium-runtime.ts';
import { mustFindBrowser } from './find-browser.ts';
import { listProcessTree } from './process-group.ts';

const serverMain = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url));

let database: TestDatabase;
let server: ChildProcess;
let runtime: SandboxRuntime;
/** What a build must not reach. */
let foreign: Server;
let foreignHits = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  foreign = createServer((_, response) => (foreignHits++, response.end('theirs')));
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  server = spawn(process.execPath, ['--import', 'tsx', serverMain, 'api'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PORT: '0', DATABASE_URL: database.url, LOG_LEVEL: 'warn' },
  });
  const appOrigin = await new Promise<string>((resolve, reject) => {
    server.stdout!.on('data', (chunk: Buffer) => {
      const found = /ready: (\S+)\//.exec(chunk.toString())?.[1];
      if (found !== undefined) resolve(found);
    });
    server.on('exit', (code) => reject(new Error(`the server exited with ${code}`)));
  });
  runtime = createChromiumRuntime({
    executable: mustFindBrowser(process.env['SLIPWAY_CHROMIUM'], process.env['PATH'] ?? ''),
    config: () => readRuntimeConfig(appOrigin),
    dial: dialFor(appOrigin),
    memoryLimitBytes: 4e9,
    log: pino({ level: 'silent' }),
  });
}, 60_000);
afterAll(async () => {
  const exited = new Promise((resolve) => server?.once('exit', resolve));
  server?.kill('SIGTERM');
  await exited;
  foreign?.close();
  await database?.close();
}, 30_000);

interface Ran {
  output: RunnerOutput;
  logged: string;
  loggedBytes: number;
  files: Map<string, Buffer>;
}

/** Runs a project whose build script is this program. */
async function build(program: string, options: { signal?: AbortSignal; onLog?: (text: string) => unknown } = {}): Promise<Ran> {
  const sources = {
    'package.json': JSON.stringify({ name: 'p', version: '1.0.0', type: 'module', scripts: { build: 'node build.js' } }),
    'build.js': program,
  };
  const document: RunnerInput = {
    jobId: randomUUID(),
    projectId: randomUUID(),
    snapshotId: randomUUID(),
    files: [
      ...Object.entries(sources).map(([path, text]) => ({ kind: 'file' as const, path, mode: 0o644, base64: Buffer.from(text).toString('base64') })),
      { kind: 'file', path: 'data/all.bin', mode: 0o644, base64: Buffer.from(Uint8Array.from({ length: 256 }, (_, at) => at)).toString('base64') },
    ],
    artifactDestination: { artifactId: randomUUID() },
  };
  const files = new Map<string, Buffer>();
  let logged = '';
  let loggedBytes = 0;
  const answer = await runtime.run(JSON.stringify(document), {
    signal: options.signal ?? new AbortController().signal,
    log: (_stream, bytes) => {
      loggedBytes += bytes.length;
      if (logged.length < 1e6) logged += Buffer.from(bytes).toString();
      options.onLog?.(logged);
    },
    file: async (path, bytes) => void files.set(path, Buffer.from(bytes)),
  });
  return { output: JSON.parse(answer), logged, loggedBytes, files };
}

/** Folder names of builders that this test started: other tests run builders of their own at the same time. */
function ownBuilders(): string[] {
  const own = new Set(listProcessTree(process.pid));
  const lines = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n');
  return [...new Set(lines.filter((line) => own.has(Number.parseInt(line, 10))).flatMap((line) => line.match(/slipway-builder-\w+/g) ?? []))];
}

const processesOf = (builder: string) => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n').filter((line) => line.includes(builder));

describe('a build in the runtime that users run', () => {
  test('P-08 P-26 every byte goes in and comes out, in nested folders too', async () => {
    const { output, files, logged } = await build(`
      import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
      mkdirSync('dist/a/b', { recursive: true });
      copyFileSync('data/all.bin', 'dist/a/b/all.bin');
      writeFileSync('dist/empty.txt', '');
      writeFileSync('dist/large.bin', Buffer.alloc(1_300_000, 7));
      console.log('built by', process.version);`);
    expect(output).toMatchObject({ status: 'succeeded' });
    expect([...files.keys()].sort()).toEqual(['a/b/all.bin', 'empty.txt', 'large.bin']);
    expect(files.get('a/b/all.bin')).toEqual(Buffer.from(Uint8Array.from({ length: 256 }, (_, at) => at)));
    expect(files.get('large.bin')!.equals(Buffer.alloc(1_300_000, 7))).toBe(true);
    expect(files.get('empty.txt')).toEqual(Buffer.alloc(0));
    expect(logged).toMatch(/\$ npm run build[^]*built by v24\./);
    expect(ownBuilders()).toEqual([]);
  }, 60_000);

  test('P-11 a build that exits with another code than 0 fails with what it wrote to stderr', async () => {
    const { output, logged } = await build(`console.log('fine so far'); console.error('src/x.ts: boom'); process.exitCode = 3;`);
    expect(output.status).toBe('failed');
    expect(output.errorSummary).toMatch(/^runner exited: [^]*src\/x\.ts: boom/);
    expect(logged).toContain('fine so far');
    const nothing = await build(`console.log('did nothing')`);
    expect(nothing.output).toMatchObject({ status: 'failed', errorSummary: 'the build wrote no "dist" folder' });
  }, 90_000);

  test('P-09 a build that never ends is killed with everything it started', async () => {
    const abort = new AbortController();
    let names: string[] = [];
    const running = build(`console.log('spinning'); for (;;);`, {
      signal: abort.signal,
      onLog: (text) => {
        if (!text.includes('spinning\n') || names.length > 0) return;
        names = ownBuilders();
        abort.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(names).toHaveLength(1);
    expect(processesOf(names[0]!)).toEqual([]);
  }, 60_000);

  test('P-10 100 MB of output flow through while the build runs', async () => {
    const { output, loggedBytes } = await build(`
      import { mkdirSync, writeFileSync } from 'node:fs';
      const line = 'x'.repeat(999) + '\\n';
      for (let at = 0; at < 100; at++) {
        if (!process.stdout.write(line.repeat(1000))) await new Promise((resolve) => process.stdout.once('drain', resolve));
      }
      mkdirSync('dist');
      writeFileSync('dist/index.html', '');`);
    expect(output).toMatchObject({ status: 'succeeded' });
    expect(loggedBytes).toBeGreaterThan(1e8);
  }, 120_000);

  test('a build reaches the registry and nothing else', async () => {
    const { output, files } = await build(`
      import { mkdirSync, writeFileSync } from 'node:fs';
      const ask = (url) => fetch(url).then((response) => response.ok ? 'reached' : 'refused', () => 'refused');
      const found = { foreign: await ask('http://127.0.0.1:${(foreign.address() as AddressInfo).port}/'), web: await ask('https://example.com/') };
      mkdirSync('dist');
      writeFileSync('dist/found.json', JSON.stringify(found));`);
    expect(output).toMatchObject({ status: 'succeeded' });
    expect(JSON.parse(files.get('found.json')!.toString())).toEqual({ foreign: 'refused', web: 'refused' });
    expect(foreignHits).toBe(0);
  }, 60_000);
});
