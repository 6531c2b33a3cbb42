/** Signals, pipes and terminals, through the unmodified client. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestContainer, type TestContainer } from './open-container.ts';

let container: TestContainer;
beforeAll(async () => {
  container = await openTestContainer();
});
afterAll(() => container?.close());

it.each([
  ['yes | head -1', 'y\n', 0],
  ['seq 100000 | tail -1', '100000\n', 0],
  ['false | true; echo $?', '0\n', 0],
  ['set -o pipefail; false | true', '', 1],
  ['node -e "for (let i = 0; i < 1e6; i++) console.log(i)" | head -2', '0\n1\n', 0],
  ['echo out; echo err >&2; exit 4', 'out\n', 4],
  ['node -e "process.kill(process.pid, \'SIGKILL\')"; echo $?', '137\n', 0],
  ['trap "echo caught" TERM; kill -TERM $$; echo after', 'caught\nafter\n', 0],
])('runs %s', async (script, stdout, code) => {
  expect(await container.run('sh', ['-c', script])).toMatchObject({ stdout, code });
});

it('gives a handled signal to its handler, and an unhandled one its default', async () => {
  const handled = await container.run('node', [
    '-e',
    `process.on('SIGINT', () => { console.log('INT'); process.exit(3); }); setInterval(() => {}, 1000); process.kill(process.pid, 'SIGINT')`,
  ]);
  expect(handled).toMatchObject({ stdout: 'INT\n', code: 3 });
  const unhandled = await container.run('node', [
    '-e',
    `setInterval(() => {}, 1000); process.kill(process.pid, 'SIGTERM')`,
  ]);
  expect(unhandled.signal ?? unhandled.code).toSatisfy((end: unknown) => end === 'SIGTERM' || end === 143);
});

/** Spawns with a terminal, does `steps` (wait for text, then act) and gives all output and the code. */
function inTerminal(
  command: string,
  args: string[],
  steps: { wait: string; input?: string; resize?: { cols: number; rows: number }; kill?: boolean }[],
): Promise<{ output: string; code: number }> {
  return container.page.evaluate(
    async ({ command, args, steps }) => {
      const child = await slipway.container.spawn(command, args, { terminal: { cols: 80, rows: 24 } });
      const writer = child.input.getWriter();
      const reader = child.output.getReader();
      let output = '';
      let from = 0;
      for (const step of steps) {
        while (!output.includes(step.wait, from)) {
          const { done, value } = await reader.read();
          if (done) throw new Error(`ended before "${step.wait}": ${JSON.stringify(output)}`);
          output += value;
        }
        from = output.indexOf(step.wait, from) + step.wait.length;
        if (step.resize !== undefined) child.resize(step.resize);
        if (step.input !== undefined) await writer.write(step.input);
        if (step.kill) child.kill();
      }
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) output += chunk.value;
      return { output, code: await child.exit };
    },
    { command, args, steps },
  );
}

it('is a terminal: isTTY, size, line mode with echo', async () => {
  const code = `console.log([process.stdin.isTTY, process.stdout.isTTY, process.stdout.columns, process.stdout.rows].join(' ')); process.stdin.once('data', (line) => { console.log('got', JSON.stringify(String(line))); process.exit(9); })`;
  const run = await inTerminal('node', ['-e', code], [{ wait: 'true true 80 24', input: 'heX\u007fy\r' }]);
  expect(run.output).toContain('got "hey\\n"');
  expect(run.code).toBe(9);
});

it('tells of a new size, once', async () => {
  const code = `console.log('up'); process.stdin.resume(); process.stdout.on('resize', () => { console.log('size ' + process.stdout.columns + ' ' + process.stdout.rows); process.exit(0); })`;
  const run = await inTerminal('node', ['-e', code], [{ wait: 'up', resize: { cols: 120, rows: 40 } }]);
  expect(run.output).toContain('size 120 40');
  expect(run.code).toBe(0);
});

it('hands keys over in raw mode, control keys too', async () => {
  const code = `process.stdin.setRawMode(true); console.log('raw'); process.stdin.on('data', (keys) => { console.log(JSON.stringify(String(keys))); process.exit(0); })`;
  const run = await inTerminal('node', ['-e', code], [{ wait: 'raw', input: '\u0003\u001b[A' }]);
  expect(run.output).toContain(JSON.stringify('\u0003\u001b[A'));
});

it('interrupts the program in front, not the shell: ^C, then ^D ends the shell', async () => {
  const run = await inTerminal(
    '/bin/jsh',
    [],
    [
      { wait: '❯', input: "node -e \"console.log('lo'+'op');for(;;);\"\r" },
      { wait: 'loop', input: '\u0003' },
      { wait: '❯', input: 'echo code-$?\r' },
      { wait: 'code-130' },
      { wait: '❯', input: '\u0004' },
    ],
  );
  expect(run.code).toBe(0);
});

it('kills what it has spawned', async () => {
  const run = await inTerminal(
    'node',
    ['-e', `console.log('up'); setInterval(() => {}, 1000)`],
    [{ wait: 'up', kill: true }],
  );
  expect(run.code).not.toBe(0);
  const { stdout } = await container.run('ps', ['-A']);
  expect(stdout).not.toContain(' node');
});

it('the REPL: what is typed is evaluated, ^C at the prompt is heard, .exit leaves', async () => {
  const run = await inTerminal(
    'node',
    [],
    [
      { wait: '> ', input: '6 * 7\r' },
      { wait: '42' },
      { wait: '> ', input: '\u0003' },
      { wait: 'press Ctrl+C again' },
      { wait: '> ', input: '"st" + "ill"\r' },
      { wait: 'still', input: '.exit\r' },
    ],
  );
  expect(run.code).toBe(0);
});

it('the REPL: ^C ends a loop without end, and the REPL with it: a worker can only be ended', async () => {
  const run = await inTerminal(
    'node',
    [],
    [
      { wait: '> ', input: "console.log('lo' + 'op'); for (;;);\r" },
      { wait: 'loop', input: '\u0003' },
    ],
  );
  expect(run.code).toBe(130);
});
