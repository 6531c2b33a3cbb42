/** `npm run container` as a script uses it. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The script behind `npm run container`, without npm's own lines. */
function containerCommand(
  args: readonly string[],
  input?: string,
): Promise<{ stdout: string; stderr: string; code: number | null }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'apps/cli/src/main.ts', 'container', ...args], {
    cwd: root,
    env: { ...process.env, SLIPWAY_CWD: folder },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end(input ?? '');
  return new Promise((resolve) => child.on('close', (code) => resolve({ stdout, stderr, code })));
}

it('keeps standard error apart, gives the exit code and the environment', async () => {
  const code = `console.log(process.env.KEY, process.argv[1]); console.error('to stderr'); process.exit(37)`;
  const run = await containerCommand(['--env', 'KEY=a=b c', '--', 'node', '-e', code, 'word']);
  expect(run).toMatchObject({ stdout: 'a=b c word\n', stderr: 'to stderr\n', code: 37 });
});

it('mounts a folder and saves what the command made, without node_modules', async () => {
  await mkdir(join(folder, 'in/src'), { recursive: true });
  const bytes = new Uint8Array(Array.from({ length: 256 }, (_, i) => i));
  await writeFile(join(folder, 'in/src/bytes.bin'), bytes);
  await writeFile(join(folder, 'in/gone.txt'), 'x');
  const script = `
    const fs = require('fs');
    fs.mkdirSync('node_modules/dep', { recursive: true }); fs.writeFileSync('node_modules/dep/index.js', '');
    fs.mkdirSync('out/deep', { recursive: true }); fs.copyFileSync('src/bytes.bin', 'out/deep/copy.bin');
    fs.symlinkSync('/etc/passwd', 'link'); fs.rmSync('gone.txt');`;
  const run = await containerCommand(['--mount', 'in', '--save', 'saved', '--', 'node', '-e', script]);
  expect(run).toMatchObject({ stdout: '', stderr: '', code: 0 });
  expect((await readdir(join(folder, 'saved'))).sort()).toEqual(['out', 'src']);
  expect(new Uint8Array(await readFile(join(folder, 'saved/out/deep/copy.bin')))).toEqual(bytes);
});

it('saves also when the command fails, and passes standard input on', async () => {
  const run = await containerCommand(
    ['--save', 'failed', '--stdin', '--', 'sh', '-c', 'cat > got.txt; exit 3'],
    'from outside\n',
  );
  expect(run).toMatchObject({ stdout: '', code: 3 });
  expect(await readFile(join(folder, 'failed/got.txt'), 'utf8')).toBe('from outside\n');
});

it('says what is wrong with its own arguments, and with an unknown command', async () => {
  const usage = await containerCommand(['--mount']);
  expect(usage.code).toBe(2);
  expect(usage.stderr).toContain('--mount needs a value');
  const unknown = await containerCommand(['--', 'no-such-command']);
  expect(unknown.code).toBe(127);
  expect(unknown.stderr).toContain('no-such-command');
});
