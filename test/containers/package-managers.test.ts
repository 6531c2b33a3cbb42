/**
 * pnpm and yarn as somebody uses them who opens a project of theirs, with native packages that only npm was told of
 * once. The registry's own state is the same for native and container: both ask it through this machine's npm.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestContainer, type TestContainer } from './open-container.ts';

const LIMIT_MS = 180_000;
const PROJECT = {
  name: 'bundles',
  private: true,
  type: 'module',
  scripts: { build: 'node build.mjs' },
  dependencies: { 'left-pad': '1.3.0' },
  devDependencies: { esbuild: '0.25.12', rollup: '^4.40.0' },
};
/** An addon (rollup's) and a program (esbuild's), both of which npm would have replaced. */
const BUILD = `
import { transform } from 'esbuild';
import { rollup } from 'rollup';
const code = (await transform('export const typed: number = 41 + 1', { loader: 'ts' })).code;
const entry = { name: 'entry', resolveId: (id) => id, load: () => code };
const bundle = await rollup({ input: 'virtual', plugins: [entry] });
console.log('built', (await bundle.generate({})).output[0].code.includes('typed'));
`;

/** One package of JavaScript, where a package manager is what the test is about: natives are other tests' subject. */
const PLAIN = { dependencies: { 'left-pad': '1.3.0' }, devDependencies: {} };
const PLAIN_BUILD = `import pad from 'left-pad';\nconsole.log('built', pad('x', 3) === '  x');\n`;

let container: TestContainer;
beforeAll(async () => {
  container = await openTestContainer();
}, LIMIT_MS);
afterAll(() => container?.close());

const shell = (script: string): ReturnType<TestContainer['run']> =>
  container.run('sh', ['-c', script], { limitMs: LIMIT_MS });

async function mount(folder: string, more: Readonly<Record<string, string>> = {}, fields: object = {}): Promise<void> {
  const files = { 'package.json': JSON.stringify({ ...PROJECT, ...fields }), 'build.mjs': BUILD, ...more };
  await container.mount(Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text])));
}

it('TC-01 TC-03 pnpm installs, adds and runs a project with native packages; its lockfile is native pnpm’s', async () => {
  await mount('with-pnpm');
  const install = await shell('cd with-pnpm && pnpm install && cp pnpm-lock.yaml /tmp/first.yaml && pnpm build');
  expect(install, install.stderr).toMatchObject({ code: 0 });
  expect(install.stderr).toContain('is native code; fetching');
  expect(install.stdout).toContain('built true');
  const program = await shell(
    'cd with-pnpm && pnpm exec esbuild --version && pnpm add is-odd@3.0.1 && ls node_modules',
  );
  expect(program.stdout).toContain('0.25.12');
  expect(program.stdout).toContain('is-odd');

  const folder = mkdtempSync(join(tmpdir(), 'slipway-pnpm-'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify(PROJECT));
  const args = ['exec', '--yes', '--package=pnpm@10', '--', 'pnpm', 'install', '--lockfile-only'];
  const native = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', timeout: LIMIT_MS });
  expect(native, native.stderr).toMatchObject({ status: 0 });
  expect((await shell('cat /tmp/first.yaml')).stdout).toBe(readFileSync(join(folder, 'pnpm-lock.yaml'), 'utf8'));
  rmSync(folder, { recursive: true });
}, 400_000);

it('TC-01 TC-02 yarn 1 installs from the registry by its own name and runs the project', async () => {
  await mount('with-yarn', { 'build.mjs': PLAIN_BUILD }, PLAIN);
  const run = await shell('cd with-yarn && yarn install && yarn build && grep -c "^left-pad@" yarn.lock');
  expect(run, run.stderr).toMatchObject({ code: 0 });
  expect(run.stdout).toContain('built true');
}, 400_000);

it('TC-01 yarn 4, which packageManager names, installs with node_modules and with Plug’n’Play', async () => {
  const settings = 'enableTelemetry: false\nenableGlobalCache: true\n';
  await mount(
    'with-yarn4',
    { '.yarnrc.yml': `${settings}nodeLinker: node-modules\n`, 'build.mjs': PLAIN_BUILD },
    { ...PLAIN, packageManager: 'yarn@4.9.2' },
  );
  const flat = await shell('cd with-yarn4 && yarn --version && yarn install && yarn build');
  expect(flat, flat.stdout).toMatchObject({ code: 0 });
  expect(flat.stdout).toContain('4.9.2');
  expect(flat.stdout).toContain('built true');
  // Native packages, which lie in a cache of archives now.
  await mount('with-yarn4', { '.yarnrc.yml': settings }, { packageManager: 'yarn@4.9.2' });
  const pnp = await shell('cd with-yarn4 && rm -rf node_modules && yarn install && ls -a && yarn build');
  expect(pnp, pnp.stdout).toMatchObject({ code: 0 });
  expect(pnp.stdout).toContain('.pnp.cjs');
  expect(pnp.stdout).toContain('built true');
}, 400_000);

it('TC-04 a native program says what it is and what to do, with the exit code of a shell', async () => {
  await container.mount({ 'native/package.json': '{"name":"@biomejs/cli-linux-x64","version":"2.0.0"}' });
  const made = `cd native && printf '\\177ELF\\002\\001\\001\\000rest' > biome && chmod +x biome`;
  const run = await shell(`${made} && ./biome check; echo code $?`);
  expect(run.stdout).toBe('code 126\n');
  expect(run.stderr).toContain('Cannot run "/home/project/native/biome": it is a program for Linux on real hardware');
  expect(run.stderr).toContain('"prettier" and "eslint" run here');
});

it('TC-04 an addon without a counterpart fails by name, with the way out', async () => {
  await container.mount({
    'node_modules/bcrypt/package.json': '{"name":"bcrypt","version":"6.0.0","main":"bcrypt.node"}',
    'node_modules/bcrypt/bcrypt.node': 'ELF',
  });
  const run = await container.run('node', [
    '-e',
    'try { require("bcrypt") } catch (error) { console.log(error.code, error.message) }',
  ]);
  expect(run.stdout).toContain('ERR_DLOPEN_FAILED Cannot load "');
  expect(run.stdout).toContain('the package "bcryptjs" has the same functions in JavaScript');
});

it('TC-03 TC-04 a loader finds the nearest build for WebAssembly, and a program that no package manager installed', async () => {
  const manifest = {
    name: 'needs-native',
    version: '1.999.0',
    optionalDependencies: { '@biomejs/cli-linux-x64': '2.0.0' },
  };
  await container.mount({
    'node_modules/needs-native/package.json': JSON.stringify(manifest),
    'node_modules/needs-native/index.js': `
exports.build = require('@unrs/resolver-binding-wasm32-wasi');
exports.program = require.resolve('@biomejs/cli-linux-x64/biome');
`,
  });
  const use = 'const { build, program } = require("needs-native"); console.log(typeof build.sync, program)';
  const first = await container.run('node', ['-e', use], { limitMs: LIMIT_MS });
  expect(first.stderr).toMatch(
    /^slipway: @unrs\/resolver-binding-wasm32-wasi 1\.999\.0 is not published; 1\.\d+\.\d+ runs for needs-native 1\.999\.0\n$/,
  );
  expect(first.stdout).toMatch(/^function \/\S+\/biome\n$/);
  // The choice is kept, and said once.
  const second = await shell(`node -e '${use}' && "$(node -p 'require("needs-native").program')" check; echo code $?`);
  expect(second.stdout).toBe(`${first.stdout}code 126\n`);
  expect(second.stderr).toMatch(/^slipway: Cannot run "\S+\/biome": it is a program for Linux on real hardware/);
});
