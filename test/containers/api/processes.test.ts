/** spawn and what it gives, of @webcontainer/api 1.6.4: one test for each member and option. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiPage, openApiPage } from './open-api-page.ts';

let api: ApiPage;
let page: Page;
beforeAll(async () => {
  api = await openApiPage();
  page = api.page;
});
afterAll(() => api?.close());

const run = (command: string, args?: string[], options?: object): Promise<{ output: string; code: number }> =>
  page.evaluate(
    async ({ command, args, options }) =>
      window.collect(
        await (args === undefined
          ? window.container.spawn(command, options)
          : window.container.spawn(command, args, options)),
      ),
    { command, args, options },
  );

describe('spawn', () => {
  it('WebContainer.spawn without arguments', async () => {
    expect(await run('pwd')).toEqual({ output: `${await page.evaluate(() => window.container.workdir)}\n`, code: 0 });
  });

  it('WebContainer.spawn with arguments, awkward ones too', async () => {
    const args = ['', ' a b ', '"$HOME"', "it's", '--x=1', '€😀', '*'];
    const { output } = await run('node', ['-p', 'JSON.stringify(process.argv.slice(1))', '--', ...args]);
    expect(JSON.parse(output)).toEqual(args);
  });

  it('WebContainer.spawn without arguments but with options', async () => {
    expect((await run('env', undefined, { env: { ONLY: 'here' } })).output).toContain('ONLY=here\n');
  });

  it('WebContainer.spawn of what cannot run rejects with a code', async () => {
    const codes = await page.evaluate(async () => {
      await window.container.mount({ 'not-executable': { file: { contents: 'x' } }, d: { directory: {} } });
      const refuse = async (command: string): Promise<unknown[]> => {
        const { code, syscall, path } = await window.failure(() => window.container.spawn(command));
        return [code, syscall, path];
      };
      return [
        await refuse('no-such-command'),
        await refuse('./none'),
        await refuse('./not-executable'),
        await refuse('./d'),
        await refuse(''),
      ];
    });
    expect(codes).toEqual([
      ['ENOENT', 'spawn', 'no-such-command'],
      ['ENOENT', 'spawn', './none'],
      ['EACCES', 'spawn', './not-executable'],
      ['EACCES', 'spawn', './d'],
      ['ERR_INVALID_ARG_VALUE', undefined, undefined],
    ]);
  });

  it('WebContainer.spawn of several at once', async () => {
    const codes = await page.evaluate(async () => {
      const children = await Promise.all(
        [0, 1, 2, 3].map((n) => window.container.spawn('sh', ['-c', `echo ${n}; exit ${n}`])),
      );
      return Promise.all(children.map((child) => window.collect(child)));
    });
    expect(codes).toEqual([0, 1, 2, 3].map((n) => ({ output: `${n}\n`, code: n })));
  });
});

describe('SpawnOptions', () => {
  it('SpawnOptions.cwd: relative to the working directory; one that is not there is refused', async () => {
    await page.evaluate(() => window.container.fs.mkdir('sub/deep', { recursive: true }));
    const workdir = await page.evaluate(() => window.container.workdir);
    for (const cwd of ['sub/deep', './sub/deep', '/sub/deep', `${workdir}/sub/deep`])
      expect((await run('node', ['-p', 'process.cwd()'], { cwd })).output).toBe(`${workdir}/sub/deep\n`);
    expect(
      await page.evaluate(
        async () => (await window.failure(() => window.container.spawn('pwd', { cwd: 'none' })))['code'],
      ),
    ).toBe('ENOENT');
  });

  it('SpawnOptions.env: strings, numbers and booleans over the defaults', async () => {
    const { output } = await run(
      'node',
      [
        '-p',
        'JSON.stringify([process.env.S, process.env.N, process.env.B, process.env.E, typeof process.env.PATH, process.env.HOME])',
      ],
      { env: { S: 'ä b', N: 7, B: false, E: '', HOME: '/elsewhere' } },
    );
    expect(JSON.parse(output)).toEqual(['ä b', '7', 'false', '', 'string', '/elsewhere']);
  });

  it('SpawnOptions.env that makes no sense is refused', async () => {
    const codes = await page.evaluate(async () => {
      const refuse = async (env: unknown): Promise<unknown> =>
        (await window.failure(() => window.container.spawn('env', { env: env as Record<string, string> })))['code'];
      return [await refuse({ 'A=B': '' }), await refuse({ A: 'x\0y' }), await refuse({ A: {} }), await refuse('A=B')];
    });
    expect(codes).toEqual(Array.from({ length: 4 }, () => 'ERR_INVALID_ARG_VALUE'));
  });

  it('SpawnOptions.output false: nothing is sent, the exit code comes', async () => {
    const result = await page.evaluate(async () => {
      const child = await window.container.spawn('sh', ['-c', 'echo lost; exit 3'], { output: false });
      let chunks = 0;
      void child.output.pipeTo(new WritableStream({ write: () => void chunks++ }));
      return { code: await child.exit, chunks };
    });
    expect(result).toEqual({ code: 3, chunks: 0 });
  });

  it('SpawnOptions.output true is the default', async () => {
    expect(await run('echo', ['x'], { output: true })).toEqual({ output: 'x\n', code: 0 });
  });

  it('SpawnOptions.terminal: the size of the terminal, which is there in any case', async () => {
    const script =
      'console.log([process.stdout.isTTY, process.stdin.isTTY, process.stdout.columns, process.stdout.rows].join())';
    expect((await run('node', ['-e', script], { terminal: { cols: 123, rows: 45 } })).output).toBe(
      'true,true,123,45\r\n',
    );
    expect((await run('node', ['-e', script])).output).toBe('true,true,80,24\n');
    expect(
      await page.evaluate(
        async () =>
          (await window.failure(() => window.container.spawn('echo', { terminal: { cols: 0, rows: -1 } })))['code'],
      ),
    ).toBe('ERR_INVALID_ARG_VALUE');
  });
});

describe('a program whose output is read as text', () => {
  it('DI-06 without SpawnOptions.terminal prints no escape sequence, though it has a terminal', async () => {
    await page.evaluate(() =>
      window.container.mount({
        plain: { directory: { 'file-1.ts': { file: { contents: '' } }, nested: { directory: {} } } },
      }),
    );
    expect((await run('ls', ['plain'])).output).toBe('file-1.ts nested\n');
    const coloured = (await run('ls', ['plain'], { terminal: { cols: 80, rows: 24 } })).output;
    expect(coloured).toContain('\u001b[01;34mnested');
    const script = 'console.log({ a: 1 }); console.log(require("util").styleText("red", "styled"), process.env.TERM)';
    expect((await run('node', ['-e', script])).output).toBe('{ a: 1 }\nstyled dumb\n');
    for (const [command, args] of [
      ['npm', ['--help']],
      ['grep', ['-r', 'x', 'plain']],
      ['jsh', ['-c', 'ls plain; tree plain; nosuch']],
    ] as const)
      expect((await run(command, [...args])).output, command).not.toContain('\u001b');
    expect((await run('node', ['-p', 'process.env.TERM'], { env: { TERM: 'xterm' } })).output).toContain('xterm');
  });

  it('DI-06 an interactive node says who it is and answers, without SpawnOptions.terminal', async () => {
    const told = await page.evaluate(async () => {
      const child = await window.container.spawn('node');
      const reader = child.output.getReader();
      let text = '';
      const until = async (wanted: string): Promise<void> => {
        while (!text.includes(wanted)) {
          const next = await reader.read();
          if (next.done) throw new Error(`Cannot see "${wanted}": ${text}`);
          text += next.value;
        }
      };
      await until('Welcome to Node.js v');
      const input = child.input.getWriter();
      await input.write('console.log(20 + 19)\n');
      await until('39');
      await input.write('console.log(os.platform(), os.arch())\n');
      await until('linux x64');
      await input.write('.exit\n');
      return { code: await child.exit, escapes: text.includes('\u001b') };
    });
    expect(told).toEqual({ code: 0, escapes: false });
  });
});

describe('WebContainerProcess', () => {
  it('WebContainerProcess.exit: the code, as the program gives it or as a shell reports a signal', async () => {
    expect((await run('node', ['-e', 'process.exit(42)'])).code).toBe(42);
    expect((await run('node', ['-e', 'throw new Error("x")'])).code).toBe(1);
    expect((await run('node', ['-e', 'process.kill(process.pid, "SIGKILL")'])).code).toBe(137);
  });

  it('WebContainerProcess.output: everything, stdout and stderr, of descendants too, whole characters', async () => {
    const text = '€😀ä'.repeat(20_000);
    expect(await run('node', ['-e', `process.stdout.write('€😀ä'.repeat(20000))`])).toEqual({ output: text, code: 0 });
    const both = await run('sh', [
      '-c',
      'echo out; echo err >&2; node -e "console.error(String(1))"; sh -c "echo deep"',
    ]);
    expect(both).toEqual({ output: 'out\nerr\n1\ndeep\n', code: 0 });
  });

  it('WebContainerProcess.output has ended when exit resolves; cancelled it harms nobody', async () => {
    const result = await page.evaluate(async () => {
      const first = await window.container.spawn('echo', ['last words']);
      const order: string[] = [];
      const reading = (async () => {
        for (let reader = first.output.getReader(), next = await reader.read(); !next.done; next = await reader.read())
          order.push(next.value.trim());
        order.push('end');
      })();
      await first.exit;
      await reading;
      const second = await window.container.spawn('node', ['-e', 'for (let n = 0; n < 5000; n++) console.log(n)']);
      await second.output.cancel();
      return { order, code: await second.exit };
    });
    expect(result).toEqual({ order: ['last words', 'end'], code: 0 });
  });

  it('WebContainerProcess.input: lines reach the program, Ctrl+D ends them', async () => {
    const result = await page.evaluate(async () => {
      const child = await window.container.spawn('node', [
        '-e',
        'let all = ""; process.stdin.on("data", (text) => { all += text; }).on("end", () => { console.log(JSON.stringify(all)); process.exit(5); })',
      ]);
      const writer = child.input.getWriter();
      await writer.write('grün €\n');
      await writer.write('second\n');
      await writer.write('\u0004');
      return window.collect(child);
    });
    expect(result.output).toContain('"grün €\\nsecond\\n"');
    expect(result.code).toBe(5);
  });

  it('WebContainerProcess.input with a terminal: a key is a key, Ctrl+C interrupts', async () => {
    const result = await page.evaluate(async () => {
      const child = await window.container.spawn('node', ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], {
        terminal: { cols: 80, rows: 24 },
      });
      const reader = child.output.getReader();
      for (let text = ''; !text.includes('up');) text += (await reader.read()).value ?? '';
      await child.input.getWriter().write('\u0003');
      return child.exit;
    });
    expect(result).toBe(130);
  });

  it('WebContainerProcess.kill: a patient program, one in a loop, one that ignores SIGTERM, and children', async () => {
    const codes = await page.evaluate(async () => {
      const killed = async (code: string): Promise<number> => {
        const child = await window.container.spawn('node', ['-e', code]);
        const reader = child.output.getReader();
        for (let text = ''; !text.includes('up');) text += (await reader.read()).value ?? '';
        child.kill();
        return child.exit;
      };
      return [
        await killed('setInterval(() => {}, 1000); console.log("up")'),
        await killed('console.log("up"); for (;;);'),
        await killed('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("up")'),
        await killed('require("child_process").spawn("sleep", ["1000"]); console.log("up")'),
      ];
    });
    expect(codes).toEqual([143, 143, 137, 143]);
    expect((await run('ps', ['-A'])).output).not.toMatch(/ (?:sleep|node)\b/);
  });

  it('WebContainerProcess.kill and resize after the end are harmless', async () => {
    expect(
      await page.evaluate(async () => {
        const child = await window.container.spawn('true');
        const code = await child.exit;
        child.kill();
        child.resize({ cols: 10, rows: 10 });
        return code;
      }),
    ).toBe(0);
  });

  it('WebContainerProcess.resize: the program hears of the new size', async () => {
    const output = await page.evaluate(async () => {
      const child = await window.container.spawn(
        'node',
        [
          '-e',
          'console.log("up"); process.stdin.resume(); process.stdout.on("resize", () => { console.log(process.stdout.columns + "x" + process.stdout.rows); process.exit(0); })',
        ],
        { terminal: { cols: 80, rows: 24 } },
      );
      const reader = child.output.getReader();
      let text = '';
      while (!text.includes('up')) text += (await reader.read()).value ?? '';
      child.resize({ cols: 101, rows: 33 });
      for (let next = await reader.read(); !next.done; next = await reader.read()) text += next.value;
      return text;
    });
    expect(output).toContain('101x33');
  });
});

describe('the container', () => {
  it('WebContainer.path: where commands are looked up', async () => {
    const path = await page.evaluate(() => window.container.path);
    expect(path.split(':')).toContain('/usr/local/bin');
    expect((await run('node', ['-p', 'process.env.PATH'])).output.trim()).toBe(path);
  });

  it('WebContainer.workdir: where programs start', async () => {
    const workdir = await page.evaluate(() => window.container.workdir);
    expect((await run('node', ['-p', 'process.cwd()'])).output.trim()).toBe(workdir);
  });
});
