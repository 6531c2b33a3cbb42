/**
 * The steps of the Containerfile without a container engine: each stage is a folder that `debootstrap` has filled, each
 * RUN a command in it, and the programs are started in what came of it, as the image's user. Run as root:
 *
 *   node --import tsx test/operations/image-steps.ts [--keep FOLDER]
 *
 * What is not tried is what an engine does of its own: layers, its network, its seccomp profile.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '@slipway/db/testing';
import { parseContainerfile, type Stage } from './containerfile.ts';

const checkout = new URL('../..', import.meta.url).pathname;
const kept = process.argv.indexOf('--keep');
const work = kept < 0 ? mkdtempSync(join(tmpdir(), 'slipway-image-')) : process.argv[kept + 1]!;

function run(command: string, args: readonly string[], env: Record<string, string> = {}): void {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) throw new Error(`"${[command, ...args].join(' ')}" failed: exit code ${status}`);
}

/** A command inside of the stage's folder, which has the machine's network and a /proc of its own. */
const inside = (stage: Stage, root: string, command: readonly string[]): string[] => {
  const user = stage.user === '0' ? [] : [`--userspec=${stage.user}`];
  const env = Object.entries(stage.env).map(([name, value]) => `${name}=${value}`);
  const there = ['sh', '-c', 'cd "$0" && exec "$@"', stage.folder, ...command];
  return ['chroot', ...user, root, 'env', '-i', 'HOME=/tmp', ...env, ...there];
};

/** Names are looked up as the machine does; packages come from where the machine has them. */
function lendNetwork(root: string): void {
  for (const file of [
    '/etc/resolv.conf',
    '/etc/hosts',
    '/etc/npmrc',
    '/root/.npmrc',
    '/etc/ssl/certs/ca-certificates.crt',
  ])
    if (existsSync(file)) cpSync(file, join(root, file), { dereference: true });
}

/** Of the machine's apt, so that the root installs from where the machine does. */
function debianMirror(): string {
  const lists = spawnSync('sh', ['-c', 'cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null'], {
    encoding: 'utf8',
  }).stdout;
  const found = /https?:\/\/\S+?\/debian\/?(?=\s)/.exec(lists)?.[0];
  if (found === undefined) throw new Error('Cannot tell where Debian is: no such line in /etc/apt/sources.list');
  return found;
}

const stages = parseContainerfile(readFileSync(join(checkout, 'Containerfile'), 'utf8'));
const rootOf = (name: string) => join(work, name);
try {
  for (const stage of stages) {
    const root = rootOf(stage.name);
    if (existsSync(`${root}.done`)) continue;
    console.log(`== ${stage.name} from ${stage.from}`);
    // Of a run that failed in the middle.
    rmSync(root, { recursive: true, force: true });
    const debian = /^debian:(\w+)-slim$/.exec(stage.from)?.[1];
    if (debian === undefined) run('cp', ['-a', rootOf(stage.from), root]);
    else run('debootstrap', ['--variant=minbase', debian, root, debianMirror()]);
    lendNetwork(root);
    for (const step of stage.steps) {
      console.log(`== ${stage.name}: ${step.text}`);
      // As an engine makes the folder of WORKDIR.
      mkdirSync(join(root, step.folder), { recursive: true });
      const at = { ...stage, user: step.user, folder: step.folder, env: step.env };
      if (step.kind === 'run') {
        const [command, ...args] = inside(at, root, ['sh', '-c', step.text]);
        run('unshare', ['--mount', '--pid', '--fork', `--mount-proc=${root}/proc`, command!, ...args]);
      } else if (step.from === undefined) {
        // As the engine sees it: what git knows, since the rest is ignored.
        mkdirSync(join(root, step.to), { recursive: true });
        run('sh', ['-c', `git -C "${checkout}" archive HEAD | tar -x -C "${join(root, step.to)}"`]);
      } else run('cp', ['-a', join(rootOf(step.from), step.source), join(root, step.to)]);
    }
    run('touch', [`${root}.done`]);
  }
  await tryPrograms();
} finally {
  if (kept < 0) rmSync(work, { recursive: true, force: true });
}

/** Both programs as the image starts them, on a real database: the server says that it is ready, the worker too. */
async function tryPrograms(): Promise<void> {
  const database = await createTestDatabase();
  const shared = { DATABASE_URL: database.url, SECRET_KEY: Buffer.alloc(32, 1).toString('base64'), PORT: '4790' };
  const start = (name: string) => {
    const stage = stages.find((one) => one.name === name)!;
    const [command, ...args] = inside({ ...stage, env: { ...stage.env, ...shared } }, rootOf(name), stage.command);
    const mounts = ['--mount', '--pid', '--fork', '--kill-child', `--mount-proc=${rootOf(name)}/proc`];
    return spawn('unshare', [...mounts, command!, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  };
  const api = start('api');
  try {
    await says(api, /Slipway is ready/);
    const ready = await fetch('http://127.0.0.1:4790/ready');
    console.log(`api: /ready says ${ready.status} ${await ready.text()}`);
    if (ready.status !== 200) throw new Error('The server of the image is not ready');
    const worker = start('worker');
    try {
      await says(worker, /worker ready/);
      console.log('worker: ready');
    } finally {
      worker.kill('SIGKILL');
    }
  } finally {
    api.kill('SIGKILL');
    await once(api, 'exit');
    await database.close();
  }
}

/** Until it says so; its end before that is a failure, with what it said. */
async function says(program: ReturnType<typeof spawn>, what: RegExp): Promise<void> {
  let said = '';
  for await (const chunk of program.stdout!) {
    said += String(chunk);
    if (what.test(said)) {
      program.stdout!.resume();
      return;
    }
  }
  throw new Error(`The program ended without a word of "${what.source}": ${said.slice(-2000)}`);
}
