/**
 * Storms over a real container: many processes, and SIGKILL at random. Each is
 * one program inside the container, so that nothing but the kernel sets the pace.
 */
import type { Inspection } from '@slipway/wire';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestContainer } from './open-container.ts';

const REST_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** What must be the same before and after: a spare is a free place with a worker on it. */
export interface AtRest {
  readonly places: number;
  readonly inUse: number;
  readonly processes: number;
  readonly channels: number;
  readonly listeners: number;
  readonly freeBlocks: number;
  readonly freeInodes: number;
  readonly problems: readonly string[];
}

/** Waits until no process runs and no slot rests, then counts and checks. */
export async function whenAtRest(container: TestContainer): Promise<AtRest> {
  const deadline = performance.now() + REST_LIMIT_MS;
  let seen: Inspection;
  do {
    seen = await container.inspect(false);
    if (isAtRest(seen)) return counts(await container.inspect(true));
    await delay(LOOK_EVERY_MS);
  } while (performance.now() < deadline);
  throw new Error(`The container does not come to rest: ${JSON.stringify(seen)}`);
}

function isAtRest({ slots, processes, channels }: Inspection): boolean {
  return processes === 0 && channels === 0 && slots.inUse === 0 && slots.resting === 0;
}

function counts({ slots, processes, channels, listeners, fileSystem, problems }: Inspection): AtRest {
  if (problems === undefined) throw new Error('Cannot judge the container: a process started while it was looked at');
  return {
    places: slots.spares + slots.free,
    inUse: slots.inUse,
    processes,
    channels,
    listeners,
    ...fileSystem,
    problems,
  };
}

/**
 * The file system's tables of inodes and names grow by a chunk when they are full
 * and stay so large. To be run before anything is counted: a storm that comes
 * just past the edge of a chunk has lost nothing.
 */
export const growTables = `
  const fs = require('fs');
  fs.mkdirSync('tables');
  for (let n = 0; n < 4000; n++) fs.writeFileSync('tables/' + n, '');
  fs.rmSync('tables', { recursive: true });`;

/** `count` processes, each after the one before has been reaped; prints how many did what they should. */
export const manyInARow = (count: number): string => `
  const { spawn } = require('child_process');
  let right = 0;
  const next = (n) => {
    if (n === ${count}) return console.log(right);
    const child = spawn('sh', ['-c', 'echo ' + n + '; exit ' + n % 200], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (data) => (text += data));
    child.on('error', (error) => { console.log(n, error.message); process.exit(1); });
    child.on('close', (code) => {
      if (text === n + '\\n' && code === n % 200) right++;
      next(n + 1);
    });
  };
  next(0);`;

/** `count` Node processes that all run at the same time; prints how many answered. */
export const manyAtOnce = (count: number): string => `
  const { fork } = require('child_process');
  const fs = require('fs');
  fs.writeFileSync('storm-child.js', 'process.on("message", (n) => process.send(n * 2, () => process.disconnect()));');
  let up = 0, right = 0, closed = 0;
  const children = Array.from({ length: ${count} }, (_, n) => {
    const child = fork('storm-child.js');
    child.on('error', (error) => console.log(n, error.message));
    child.on('message', (answer) => { if (answer === n * 2) right++; });
    child.on('spawn', () => { if (++up === ${count}) children.forEach((each, i) => each.send(i)); });
    child.on('close', (code) => {
      if (code !== 0) console.log(n, code);
      if (++closed === ${count}) { fs.unlinkSync('storm-child.js'); console.log(right); }
    });
    return child;
  });`;

/**
 * For `ms`, one SIGKILL every 10 ms to a random one of the processes that
 * write files, fill pipes, listen and start others; prints how many were killed.
 */
export const randomKills = (ms: number): string => `
  const { spawn } = require('child_process');
  const fs = require('fs');
  const files = [
    'const fs = require("fs");',
    'for (let n = 0; ; n++) {',
    '  const name = "storm/n" + process.pid;',
    '  fs.writeFileSync(name, Buffer.alloc(n % 100000));',
    '  fs.renameSync(name, name + "x");',
    '  const fd = fs.openSync(name + "x", "r");',
    '  fs.unlinkSync(name + "x");',
    '  fs.readSync(fd, Buffer.alloc(10));',
    '  fs.closeSync(fd);',
    '}',
  ].join(' ');
  const requests = [
    'require("http").createServer((q, r) => r.end("x".repeat(1e5))).listen(0, function () {',
    '  const { port } = this.address();',
    '  const go = () => require("http").get({ port }, (r) => r.resume().on("end", go));',
    '  go(); go();',
    '})',
  ].join(' ');
  fs.rmSync('storm', { recursive: true, force: true });
  fs.mkdirSync('storm');
  const programs = [
    ['sh', ['-c', 'while true; do echo $$ > storm/a$$; cat storm/a$$ > storm/b; rm storm/a$$; done']],
    ['sh', ['-c', 'yes | cat | cat > /dev/null']],
    ['sh', ['-c', 'sleep 1000 & sleep 1000 & wait']],
    [process.execPath, ['-e', files]],
    [process.execPath, ['-e', requests]],
    [process.execPath, ['-e', 'setInterval(() => console.log("y".repeat(50000)), 1)']],
  ];
  const alive = new Set();
  const end = Date.now() + ${ms};
  let killed = 0, refused = 0, over = false;
  const start = () => {
    if (over) return;
    const [file, args] = programs[Math.floor(Math.random() * programs.length)];
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    child.stdin.on('error', () => {});
    child.on('error', (error) => {
      refused++;
      if (error.code !== 'EAGAIN') console.log(error.message);
      setTimeout(start, 100);
    });
    child.on('spawn', () => {
      alive.add(child);
      child.stdout.on('data', () => {});
      child.on('close', () => { alive.delete(child); start(); if (over && alive.size === 0) finish(); });
    });
  };
  const kill = (pid) => {
    try { process.kill(pid, 'SIGKILL'); killed++; } catch (error) { if (error.code !== 'ESRCH') throw error; }
  };
  const finish = () => {
    fs.rmSync('storm', { recursive: true, force: true });
    console.log(killed > 0 ? 'killed ' + killed + ', refused ' + refused : 'nobody was killed');
    process.exit(0);
  };
  for (let n = 0; n < 12; n++) start();
  const timer = setInterval(() => {
    const all = [...alive];
    if (Date.now() > end) {
      over = true;
      clearInterval(timer);
      if (all.length === 0) finish();
      for (const child of all) kill(-child.pid);
      return;
    }
    const child = all[Math.floor(Math.random() * all.length)];
    // Now and then the leader alone: what it started lives on without a parent.
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      kill(Math.random() < 0.9 ? -child.pid : child.pid);
      setTimeout(kill, 300, -child.pid);
    }
  }, 10);`;
