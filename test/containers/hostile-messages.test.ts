/** A program that speaks to the kernel itself: only it may suffer from what it says. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestContainer, type TestContainer } from './open-container.ts';
import { growTables, whenAtRest } from './storm.ts';

let container: TestContainer;
beforeAll(async () => {
  container = await openTestContainer();
  expect(await container.run('node', ['-e', growTables])).toMatchObject({ stderr: '', code: 0 });
}, 120_000);
afterAll(() => container?.close());

/** The line to the kernel, through what hangs on every handle of Node's lib: `post` puts anything at all on it. */
const LINE = `
  const server = require('net').createServer().listen(0);
  const { kernel } = server._handle.realm.sys;
  const id = () => kernel.nextId();`;

/** Messages that get no answer: each ends the program that posts it. */
const FATAL: readonly string[] = [
  'null',
  '"spawn"',
  '{ type: "constructor" }',
  '{ type: "channel", id: id() + 1000, rings: [new SharedArrayBuffer(104), null], sides: [0, 1] }',
  '{ type: "channel", id: id(), rings: [new SharedArrayBuffer(3), null], sides: [0, 1] }',
  '{ type: "channel", id: id(), rings: [], sides: new Array(4e9) }',
  '{ type: "channel-close", id: 1, side: 7 }',
  '{ type: "connect", connection: id(), channel: id(), host: 5, port: -1, rings: [null, null], secure: 1 }',
  '{ type: "udp-send", socket: 1, host: "127.0.0.1", port: 1, bytes: "text" }',
  '{ type: "thread", thread: { threadId: 1 } }',
  '{ type: "engine-work", work: { kind: "SHA-1", input: new ArrayBuffer(1), page: new SharedArrayBuffer(1) } }',
  '{ type: "host-event", name: "code", args: [new Map()] }',
  '{ type: "module", byteLength: NaN, module: {} }',
  '{ type: "exit", status: 5 }',
];

it('lets a good program work on while hostile ones beside it are ended one by one', async () => {
  const before = await whenAtRest(container);
  const good = container.run(
    'node',
    [
      '-e',
      `const { spawnSync } = require('child_process');
       require('http').createServer((_, r) => r.end('ok')).listen(4777, () => console.log('up'));
       setInterval(() => fetch('http://localhost:4777').then((r) => r.text()).then((text) => {
         if (require('fs').existsSync('/tmp/hostile-done')) {
           console.log(text, spawnSync('echo', ['still', 'here']).stdout.toString().trim());
           process.exit(0);
         }
       }), 50);`,
    ],
    { limitMs: 200_000 },
  );
  for (const message of FATAL) {
    const run = await container.run('node', ['-e', `${LINE} kernel.post(${message}); setInterval(() => {}, 1000);`]);
    expect({ message, ...run }).toMatchObject({ message, code: null, signal: 'SIGSYS' });
  }
  expect(await container.run('sh', ['-c', 'echo > /tmp/hostile-done'])).toMatchObject({ code: 0 });
  expect(await good).toMatchObject({ stdout: 'up\nok still here\n', code: 0 });
  expect(await container.run('rm', ['/tmp/hostile-done'])).toMatchObject({ code: 0 });
  expect(await whenAtRest(container)).toEqual(before);
}, 240_000);

it('answers a malformed call with an errno, and the program goes on', async () => {
  const run = await container.run('node', [
    '-e',
    `${LINE}
    console.log(kernel.spawn({ file: 5 }).errno, kernel.exec(null), kernel.kill('1', 'SIGTERM'), kernel.kill(1, {}));
    console.log(kernel.listen(id(), 'localhost', 1e9).errno, kernel.wait(1.5).errno, kernel.setTtyRaw(-1, true));
    const well = { file: 'true', argv: ['true'], env: {}, cwd: '/', descriptors: [], group: 'inherit', reap: 'wait' };
    const spawn = (more) => kernel.spawn({ ...well, ...more }).errno;
    console.log(spawn({ argv: ['x'.repeat(200000)] }), spawn({ descriptors: new Array(5000) }), spawn({ env: { A: 1 } }));
    server.close();`,
  ]);
  expect(run).toMatchObject({ stdout: '-22 -22 -22 -22\n-22 -22 -22\n-7 -7 -22\n', stderr: '', code: 0 });
});
