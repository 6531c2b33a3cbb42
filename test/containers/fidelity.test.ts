/** Real programs, unmodified, from the registry: what they leave behind is what native Node and npm leave behind. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createViteTemplates } from '../../apps/server/src/templates/create-vite-templates.ts';
import { npmCli, runNative } from '../perf/native.ts';
import { openTestContainer, type TestContainer } from './open-container.ts';

let container: TestContainer;
let native: string;
beforeAll(async () => {
  native = await mkdtemp(join(tmpdir(), 'slipway-fidelity-'));
  for (const { path, bytes } of (await createViteTemplates().read('vanilla-ts', 'Fidelity')) ?? []) {
    await mkdir(dirname(join(native, path)), { recursive: true });
    await writeFile(join(native, path), bytes);
  }
  container = await openTestContainer();
  await container.mount({ folder: native });
});
afterAll(async () => {
  await container?.close();
  await rm(native, { recursive: true, force: true });
});

const read = (path: string): Promise<string> =>
  container.page.evaluate((path) => slipway.container.fs.readFile(path, 'utf8'), path);

async function hashesBelow(folder: string): Promise<Record<string, string>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const pairs = await Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return [
        path.slice(folder.length + 1),
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      ] as const;
    }),
  );
  return Object.fromEntries(pairs.sort());
}

const HASHES_INSIDE = `
  const { createHash } = require('node:crypto'), fs = require('node:fs'), path = require('node:path');
  const files = fs.readdirSync('dist', { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  console.log(JSON.stringify(Object.fromEntries(files.map((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    return [file.slice(5), createHash('sha256').update(fs.readFileSync(file)).digest('hex')];
  }).sort())));`;

it('installs and builds vanilla-ts: lockfile, package.json and every byte of dist as native npm and Vite make them', async () => {
  const manifest = await readFile(join(native, 'package.json'), 'utf8');
  // The machine's npmrc may leave out the addresses that npm writes by default.
  const nativeInstall = await runNative(
    [npmCli, 'install', '--omit-lockfile-registry-resolved=false', '--no-audit', '--no-fund'],
    native,
  );
  expect(nativeInstall.code, nativeInstall.output).toBe(0);
  const nativeBuild = await runNative([npmCli, 'run', 'build'], native);
  expect(nativeBuild.code, nativeBuild.output).toBe(0);

  const install = await container.run('npm', ['install', '--no-audit', '--no-fund'], { limitMs: 180_000 });
  expect(install.code, install.stderr).toBe(0);
  const build = await container.run('npm', ['run', 'build'], { limitMs: 180_000 });
  expect(build.code, build.stdout + build.stderr).toBe(0);

  expect(await read('package-lock.json')).toBe(await readFile(join(native, 'package-lock.json'), 'utf8'));
  expect(await read('package.json')).toBe(manifest);
  const hashes = await container.run('node', ['-e', HASHES_INSIDE]);
  expect(JSON.parse(hashes.stdout)).toEqual(await hashesBelow(join(native, 'dist')));
}, 420_000);

it('runs a failing build to its real exit code', async () => {
  await container.page.evaluate(async () =>
    slipway.container.fs.writeFile('src/wrong.ts', 'const n: number = "text"; export default n;\n'),
  );
  const build = await container.run('npm', ['run', 'build']);
  expect(build.stdout + build.stderr).toContain('TS2322');
  expect(build.code).toBe(2);
  await container.page.evaluate(async () => slipway.container.fs.rm('src/wrong.ts'));
});

it("ends with npm's own error where a package does not exist", async () => {
  await container.mount({
    'unknown/package.json': '{"name":"unknown","dependencies":{"slipway-no-such-package":"1.0.0"}}',
  });
  const install = await container.run('npm', ['install'], { cwd: 'unknown', limitMs: 90_000 });
  expect(install.stderr).toContain('npm error code E404');
  expect(install.code).toBe(1);
}, 120_000);

it('serves express 5 to another process of the container', async () => {
  await container.mount({
    'web/package.json': '{"name":"web","dependencies":{"express":"^5"}}',
    'web/server.js': `
      const app = require('express')();
      app.use(require('express').json());
      app.get('/hello/:who', (request, response) => response.json({ hello: request.params.who, query: request.query }));
      app.post('/sum', (request, response) => response.send(String(request.body.reduce((a, b) => a + b, 0))));
      const server = app.listen(0, async () => {
        const { port } = server.address();
        const { status, stdout } = await new Promise((resolve) => require('child_process').execFile(process.execPath, ['client.mjs', port], (error, stdout) => resolve({ status: error ? error.code : 0, stdout })));
        console.log(stdout.trim());
        server.close(() => process.exit(status));
      });`,
    'web/client.mjs': `
      const base = 'http://localhost:' + process.argv[2];
      const hello = await (await fetch(base + '/hello/tab?x=1')).text();
      const sum = await (await fetch(base + '/sum', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '[1,2,39]' })).text();
      console.log(hello, sum, (await fetch(base + '/none')).status);`,
  });
  const install = await container.run('npm', ['install', '--no-audit', '--no-fund'], { cwd: 'web', limitMs: 120_000 });
  expect(install.code, install.stderr).toBe(0);
  const served = await container.run('node', ['server.js'], { cwd: 'web' });
  expect(served).toMatchObject({ stdout: '{"hello":"tab","query":{"x":"1"}} 42 404\n', stderr: '', code: 0 });
}, 240_000);

it.each([
  [
    'exec with a shell',
    `require('child_process').exec('echo $((40+2)) | tr 4 5; exit 7', (error, stdout) => console.log(stdout.trim(), error.code))`,
    '52 7\n',
  ],
  [
    'execFileSync with input',
    `console.log(require('child_process').execFileSync('cat', { input: 'over stdin' }).toString())`,
    'over stdin\n',
  ],
  [
    'fork with messages',
    `const c = require('child_process').fork(__filename ?? '', [], { execArgv: ['-e', 'process.on("message", (m) => { process.send(m * 2); process.disconnect(); })'] }); c.on('message', (m) => console.log(m)); c.send(21)`,
    '42\n',
  ],
  [
    'spawnSync with a signal',
    `const { status, signal } = require('child_process').spawnSync(process.execPath, ['-e', 'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)']); console.log(status, signal)`,
    'null SIGTERM\n',
  ],
  [
    'a worker thread with shared memory',
    `const { Worker } = require('worker_threads'); const shared = new Int32Array(new SharedArrayBuffer(4)); const w = new Worker('const { workerData, parentPort } = require("worker_threads"); Atomics.add(workerData, 0, 42); parentPort.postMessage("done")', { eval: true, workerData: shared }); w.on('message', (m) => console.log(m, shared[0])); w.on('exit', (code) => console.log('exit', code))`,
    'done 42\nexit 0\n',
  ],
])('child_process and worker_threads: %s', async (_name, code, stdout) => {
  expect(await container.run('node', ['-e', code])).toMatchObject({ stdout, stderr: '', code: 0 });
});

it('reads standard input to its end, a megabyte as well as none', async () => {
  const count = `let n = 0; process.stdin.on('data', (chunk) => n += chunk.length).on('end', () => console.log(n))`;
  expect(await container.run('node', ['-e', count], { stdin: 'x'.repeat(1 << 20) })).toMatchObject({
    stdout: `${1 << 20}\n`,
    code: 0,
  });
  expect(await container.run('node', ['-e', count])).toMatchObject({ stdout: '0\n', code: 0 });
  expect(await container.run('sh', ['-c', 'sort | uniq -c | head -1'], { stdin: 'b\na\na\n' })).toMatchObject({
    stdout: expect.stringMatching(/^\s*2 a\n$/),
    code: 0,
  });
});
