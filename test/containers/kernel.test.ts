/** The kernel under load and abuse: what is taken is given back. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestContainer, type RunResult, type TestContainer } from './open-container.ts';

let container: TestContainer;
beforeAll(async () => {
  container = await openTestContainer();
});
afterAll(() => container?.close());

const node = (code: string, limitMs = 60_000): Promise<RunResult> => container.run('node', ['-e', code], { limitMs });

/** The commands that `ps` lists, itself left out. */
async function processes(): Promise<string[]> {
  const { stdout } = await container.run('ps', ['-A']);
  return stdout
    .trim()
    .split('\n')
    .slice(1)
    .filter((line) => !/\bps\b/.test(line));
}

it('starts fifty processes in a row', async () => {
  const codes = new Set<number | null>();
  const before = await processes();
  for (let i = 0; i < 50; i++) {
    const { stdout, code } = await node(`console.log(${i}); process.exit(${i})`);
    expect(stdout).toBe(`${i}\n`);
    expect(code).toBe(i);
    codes.add(code);
  }
  expect(codes.size).toBe(50);
  expect(await processes()).toEqual(before);
}, 120_000);

it('runs twenty at once, each with its own output', async () => {
  const runs = await Promise.all(
    Array.from({ length: 20 }, (_, i) => node(`setTimeout(() => console.log('n' + ${i}), 20)`)),
  );
  expect(runs.map(({ stdout, code }) => [stdout, code])).toEqual(runs.map((_, i) => [`n${i}\n`, 0]));
}, 120_000);

it('TC-12 hands on the lowest byte of an exit code, to the host, to shells and to programs', async () => {
  const runs: [command: string, args: readonly string[], code: number][] = [
    ['node', ['-e', 'process.exit(259)'], 3],
    ['node', ['-e', 'process.exit(-1)'], 255],
    ['node', ['-e', 'process.exitCode = 256'], 0],
    ['sh', ['-c', 'exit 257'], 1],
    ['jsh', ['-c', 'node -e "process.exit(300)"'], 44],
    ['awk', ['BEGIN { exit 513 }'], 1],
  ];
  for (const [command, args, code] of runs)
    expect(await container.run(command, args)).toMatchObject({ code, signal: null });
  const shell = await container.run('sh', [
    '-c',
    `
    node -e 'process.exit(259)'; echo $?; node -e 'process.exit(-1)'; echo $?; node -e 'process.exit(256)' && echo zero; (exit 300); echo $?
    node -e 'process.exit(511)' & wait $!; echo $?; node -e 'console.log(require("child_process").spawnSync("sh", ["-c", "exit 300"]).status)'
    node -e 'try { require("child_process").execSync("exit 259") } catch (error) { console.log(error.status) }'`,
  ]);
  expect(shell.stdout.split('\n')).toEqual(['3', '255', 'zero', '44', '255', '44', '3', '']);
});

it('TC-12 kills a busy loop', async () => {
  const run = await node(`
    const child = require('child_process').spawn(process.execPath, ['-e', 'console.log("in"); for (;;);'], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.once('data', () => child.kill('SIGKILL'));
    child.on('exit', (code, signal) => console.log(code, signal));`);
  expect(run).toMatchObject({ stdout: 'null SIGKILL\n', code: 0 });
});

it('says EAGAIN when no process fits any more, and takes new ones once there is room', async () => {
  const before = await processes();
  const run = await node(
    `
    const { spawn } = require('child_process');
    const children = [];
    let refused;
    const one = () => {
      const child = spawn('sleep', ['600'], { stdio: 'ignore' });
      child.on('error', (error) => { refused ??= error.code; end(); });
      child.on('spawn', () => { children.push(child); children.length > 400 ? end() : one(); });
    };
    let ended = false;
    const end = () => {
      if (ended) return;
      ended = true;
      let open = children.length;
      console.log(refused, open > 20);
      for (const child of children) { child.on('exit', () => { if (--open === 0) again(); }); child.kill('SIGKILL'); }
    };
    const again = () => spawn(process.execPath, ['-e', 'console.log("room again")'], { stdio: 'inherit' }).on('exit', (code) => process.exit(code));
    one();`,
    110_000,
  );
  expect(run).toMatchObject({ stdout: 'EAGAIN true\nroom again\n', code: 0 });
  // A slot rests for a moment after its worker was ended.
  await expect.poll(() => processes().then(() => 'room', String)).toBe('room');
  expect(await processes()).toEqual(before);
}, 120_000);

it('frees ports, pipes and descriptors of a killed process', async () => {
  // Ten rounds on one port: a leaked port would answer EADDRINUSE, leaked pipes would run out.
  const run = await node(`
    const { spawn } = require('child_process');
    const round = (n) => {
      if (n === 10) return console.log('done');
      const child = spawn(process.execPath, ['-e', 'require("http").createServer().listen(4555, () => console.log("up")).on("error", (e) => console.log(e.code)); setInterval(() => console.log("x".repeat(5000)), 1)'], { stdio: ['pipe', 'pipe', 'pipe'] });
      child.stdout.once('data', (text) => { if (!String(text).startsWith('up')) { console.log(String(text)); process.exit(1); } child.kill('SIGKILL'); });
      child.on('close', () => round(n + 1));
    };
    round(0);`);
  expect(run).toMatchObject({ stdout: 'done\n', code: 0 });
}, 120_000);

it('does not go on after process.exit, even where a program catches everything', async () => {
  const run = await node(`
    process.on('exit', (code) => console.log('exit', code));
    for (const attempt of [1, 2, 3]) {
      try { process.exit(5); } catch { console.log('caught'); } finally { console.log('finally'); }
    }
    console.log('went on');`);
  expect(run).toMatchObject({ stdout: 'exit 5\n', code: 5 });
  const promised = await node(
    `(async () => { try { process.exit(6); } catch { console.log('caught'); } console.log('went on'); })(); setTimeout(() => console.log('timer'), 5);`,
  );
  expect(promised).toMatchObject({ stdout: '', code: 6 });
});

it('keeps a background process whose shell has ended, until it is killed', async () => {
  const run = await container.run('sh', ['-c', 'sleep 300 > /dev/null & echo started']);
  expect(run).toMatchObject({ stdout: 'started\n', code: 0 });
  expect(await processes()).toEqual([expect.stringContaining('sleep')]);
  expect((await container.run('sh', ['-c', 'pkill sleep'])).code).toBe(0);
  await expect.poll(processes).toEqual([]);
});

it('hands sockets and servers to other processes, which then share them', async () => {
  await container.mount({
    'passed.js': `
      const net = require('net');
      process.on('message', (message, handle) => {
        if (message === 'socket') { handle.end('from the child\\n'); return; }
        handle.on('connection', (socket) => socket.end('served by the child\\n'));
        process.send('listening');
      });`,
  });
  const run = await node(`
    const net = require('net');
    const child = require('child_process').fork('passed.js');
    const read = (port, then) => net.connect(port).on('data', (data) => process.stdout.write(data)).on('close', then);
    const server = net.createServer((socket) => child.send('socket', socket)).listen(0, () => {
      const { port } = server.address();
      read(port, () => child.send('server', server, () => server.close()));
      child.on('message', () => read(port, () => { child.kill(); }));
    });
    child.on('exit', (code, signal) => console.log(code, signal));`);
  expect(run).toMatchObject({ stdout: 'from the child\nserved by the child\nnull SIGTERM\n', stderr: '', code: 0 });
});

it('replaces a program by execve, keeping its number, its standard streams and its waiting parent', async () => {
  const run = await node(`
    const { spawnSync } = require('child_process');
    const { pid, stdout, status } = spawnSync(process.execPath, ['--no-warnings', '-e', 'process.execve(process.execPath, [process.execPath, "-e", "console.log(process.pid, process.env.A, process.argv.length); process.exit(7)"], { A: "b", PATH: process.env.PATH })']);
    console.log(String(stdout).replace(pid, 'same pid').trim(), status);`);
  expect(run).toMatchObject({ stdout: 'same pid b 1 7\n', code: 0 });
});

it('lists more processes than one answer of the kernel holds', async () => {
  const run = await node(`
    const { spawn, execFileSync } = require('child_process');
    const children = Array.from({ length: 40 }, () => spawn('sleep', ['300'], { argv0: 'z'.repeat(4000), stdio: 'ignore' }));
    console.log(String(execFileSync('ps', ['-A'], { maxBuffer: 1e7 })).split('\\n').filter((line) => line.includes('zzz')).length);
    for (const child of children) child.kill();`);
  expect(run).toMatchObject({ stdout: '40\n', stderr: '', code: 0 });
});
