/** UX-19 What a person does in DevTools, done over DevTools' own protocol. */
import { SourceMap, type SourceMapPayload } from 'node:module';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { transform } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../e2e/browser.ts';
import { attachDebugger, type Debugger, type Target, type TargetEvent } from './debugger.ts';
import { openTestContainer, type TestContainer } from './open-container.ts';

/** Types that vanish, an enum that becomes code: the lines of the output are others than these. */
const SOURCE = `interface Line {
  readonly price: number;
  readonly count: number;
}
export function total(lines: readonly Line[]): number {
  let sum = 0;
  for (const line of lines) {
    sum += line.price * line.count;
  }
  return sum;
}
const ticker = setInterval(() => {
  const result: number = total([{ price: 20, count: 2 }, { price: 1, count: 2 }]);
  console.log('total', result);
  if (process.argv.includes('once')) clearInterval(ticker);
}, 50);
`;
/** Lines of the source, from 1. */
const RETURN_LINE = 10;
const PRINT_LINE = 14;
const HOME = 'file:///home/project';

let browser: Browser;
let container: TestContainer;
let tools: Debugger;

beforeAll(async () => {
  const port = await freePort();
  browser = await openBrowser({ args: [`--remote-debugging-port=${port}`] });
  container = await openTestContainer(browser);
  tools = await attachDebugger(port);
  const beside = await transform(SOURCE, {
    loader: 'ts',
    format: 'cjs',
    sourcemap: 'external',
    sourcefile: '../src/beside.ts',
  });
  const inline = await transform(SOURCE, {
    loader: 'ts',
    format: 'esm',
    sourcemap: 'inline',
    sourcefile: '../src/inline.ts',
  });
  await container.mount({
    'stripped.mts': SOURCE,
    'stripped.cts': SOURCE.replace('export ', ''),
    'dist/inline.mjs': inline.code,
    'dist/beside.cjs': `${beside.code}//# sourceMappingURL=maps/beside.cjs.map\n`,
    'dist/maps/beside.cjs.map': beside.map.replace('../src/beside.ts', '../../src/beside.ts'),
    'plain.cjs':
      '#!/usr/bin/env node\nfunction half(n) {\n  const result = n / 2;\n  return result;\n}\nconsole.log(half(42));\n',
  });
}, 120_000);
afterAll(async () => {
  tools?.close();
  await container?.close();
  await browser?.close();
});

/** Starts a program whose output the test reads when it likes. */
async function start(name: string, args: readonly string[]): Promise<void> {
  await container.page.evaluate(
    async ({ name, args }) => {
      const control = await globalThis.slipway.control();
      Object.assign(globalThis, { [name]: await control.open({ command: 'node', args: [...args] }) });
    },
    { name, args },
  );
}

/** Ends it, and gives what it printed. */
const printed = (name: string, end: boolean): Promise<string> =>
  container.page.evaluate(
    async ({ name, end }) => {
      const program = (globalThis as unknown as Record<string, import('@slipway/embed').OpenProcess>)[name]!;
      if (end) await program.kill('SIGKILL');
      return await new Response(program.stdout).text();
    },
    { name, end },
  );

const parsed = (url: string) => (event: TargetEvent) =>
  event.method === 'Debugger.scriptParsed' && event.params.url === url;
interface Pause {
  readonly target: Target;
  readonly frame: { readonly callFrameId: string; readonly location: { lineNumber: number; columnNumber: number } };
}

/** The next pause in a target, which comes after `after` others. */
async function paused(target: Target, after: number): Promise<Pause> {
  const isPause = (event: TargetEvent): boolean => event.target === target && event.method === 'Debugger.paused';
  await tools.event((event) => isPause(event) && tools.events().filter(isPause).length > after);
  return { target, frame: tools.events().filter(isPause)[after]!.params.callFrames[0] };
}

async function valueOf(expression: string, { target, frame }: Pause): Promise<unknown> {
  const { result } = await tools.send(
    'Debugger.evaluateOnCallFrame',
    { callFrameId: frame.callFrameId, expression, returnByValue: true },
    target,
  );
  return result.value;
}

/** Stops twice at a place of a script, looks at a variable each time, and lets the program go on. */
async function stopTwice(script: TargetEvent, place: { line: number; column?: number }, expression: string) {
  const { target, params } = script;
  const before = tools.events().filter((event) => event.target === target && event.method === 'Debugger.paused').length;
  const { breakpointId } = await tools.send(
    'Debugger.setBreakpointByUrl',
    { url: params.url, lineNumber: place.line, columnNumber: place.column ?? 0 },
    target,
  );
  const first = await paused(target, before);
  const values = [await valueOf(expression, first)];
  await tools.send('Debugger.resume', {}, target);
  const second = await paused(target, before + 1);
  values.push(await valueOf(expression, second));
  await tools.send('Debugger.removeBreakpoint', { breakpointId }, target);
  await tools.send('Debugger.resume', {}, target);
  return { values, lines: [first, second].map(({ frame }) => frame.location) };
}

/** The map of a script as DevTools reads it, and where a line of a source is in the script. */
function readMap({ params }: TargetEvent): { map: SourceMap; sources: string[] } {
  const url = params.sourceMapURL as string;
  expect(url.slice(0, 5)).toBe('data:');
  const [head = '', body = ''] = [url.slice(0, url.indexOf(',')), url.slice(url.indexOf(',') + 1)];
  const text = head.endsWith(';base64') ? Buffer.from(body, 'base64').toString() : decodeURIComponent(body);
  const payload = JSON.parse(text) as SourceMapPayload & { sections?: { map: SourceMapPayload }[] };
  const inner = payload.sections?.[0]?.map ?? payload;
  const sources = inner.sources.map(
    (source) => new URL(`${inner.sourceRoot ?? ''}${source}`, params.url as string).href,
  );
  return { map: new SourceMap(payload), sources };
}

async function placeInScript(script: TargetEvent, map: SourceMap, line: number) {
  const { scriptSource } = await tools.send(
    'Debugger.getScriptSource',
    { scriptId: script.params.scriptId },
    script.target,
  );
  for (const [at, text] of (scriptSource as string).split('\n').entries())
    for (let column = 0; column <= text.length; column++) {
      const entry = map.findEntry(at, column);
      if ('originalLine' in entry && entry.originalLine === line - 1 && entry.generatedLine === at)
        return { line: at, column: entry.generatedColumn };
    }
  throw new Error(`Cannot find line ${line} in the script`);
}

const lineOfSource = (map: SourceMap, { lineNumber, columnNumber }: { lineNumber: number; columnNumber: number }) => {
  const entry = map.findEntry(lineNumber, columnNumber);
  return 'originalLine' in entry ? entry.originalLine + 1 : undefined;
};

describe('UX-19 a program in the developer tools', () => {
  it('UX-19 is called by its pid and command where it is started with --inspect', async () => {
    await start('named', ['--inspect', 'stripped.mts', '--port', '80']);
    const script = await tools.event(parsed(`${HOME}/stripped.mts`));
    expect(script.target.title).toMatch(/^\d+ node --inspect stripped\.mts --port 80$/);
    const pid = /^\d+/.exec(script.target.title)![0];
    expect(await container.page.evaluate(() => (globalThis as unknown as { named: { pid: number } }).named.pid)).toBe(
      Number(pid),
    );
    expect(await printed('named', true)).toMatch(/^(total 42\n)*$/);
  });

  it('UX-19 has a script called by its pid and command in any other worker', async () => {
    expect(await container.run('node', ['-p', '1 + 1'])).toMatchObject({ stdout: '2\n' });
    const sign = await tools.event(
      ({ method, params }) =>
        method === 'Debugger.scriptParsed' && /^process:\/\/\/\d+%20node%20-p%201%20%2B%201$/.test(params.url),
    );
    expect(sign.target.title).toMatch(/^node #\d+$/);
  });

  for (const name of ['stripped.mts', 'stripped.cts'])
    it(`UX-19 stops in a file whose types Node strips: ${name}`, async () => {
      await start('stripped', [name]);
      const script = await tools.event(
        (event) => parsed(`${HOME}/${name}`)(event) && event.target.title.startsWith('node #'),
      );
      const { values, lines } = await stopTwice(script, { line: RETURN_LINE - 1 }, '({ sum, lines })');
      expect(values).toEqual(
        Array(2).fill({
          sum: 42,
          lines: [
            { price: 20, count: 2 },
            { price: 1, count: 2 },
          ],
        }),
      );
      expect(lines.map(({ lineNumber }) => lineNumber + 1)).toEqual([RETURN_LINE, RETURN_LINE]);
      expect(await printed('stripped', true)).toMatch(/total 42\n/);
    });

  for (const [name, source] of [
    ['dist/inline.mjs', `${HOME}/src/inline.ts`],
    ['dist/beside.cjs', `${HOME}/src/beside.ts`],
  ] as const)
    it(`UX-19 stops in the source of a compiled file, by its source map: ${name}`, async () => {
      await start('compiled', [name]);
      const script = await tools.event(parsed(`${HOME}/${name}`));
      const { map, sources } = readMap(script);
      expect(sources).toEqual([source]);
      const place = await placeInScript(script, map, PRINT_LINE);
      const { values, lines } = await stopTwice(script, place, 'result');
      expect(values).toEqual([42, 42]);
      expect(lines.map((at) => lineOfSource(map, at))).toEqual([PRINT_LINE, PRINT_LINE]);
      expect(await printed('compiled', true)).toMatch(/total 42\n/);
    });

  it('UX-19 keeps a breakpoint that was set before the program was started', async () => {
    const url = `${HOME}/plain.cjs`;
    await tools.keepBreakpoint({ url, lineNumber: 3 });
    await start('plain', ['plain.cjs']);
    const { target } = await tools.event(parsed(url));
    const { params } = await tools.event((event) => event.target === target && event.method === 'Debugger.paused');
    const pause = { target, frame: params.callFrames[0] };
    expect(pause.frame.location.lineNumber).toBe(3);
    expect(await valueOf('[n, result]', pause)).toEqual([42, 21]);
    await tools.send('Debugger.resume', {}, target);
    expect(await printed('plain', false)).toBe('21\n');
  });

  it('UX-19 stops at its beginning with --inspect-brk, and its lines are those of the stack of an error', async () => {
    await container.mount({ 'brk.cjs': 'console.log(21);\n' });
    await start('broken', ['--inspect-brk', 'brk.cjs']);
    const { target } = await tools.event((event) => event.target.title.includes('--inspect-brk'));
    await paused(target, 0);
    await tools.send('Debugger.stepInto', {}, target);
    await paused(target, 1);
    await tools.send('Debugger.resume', {}, target);
    expect(await printed('broken', false)).toBe('21\n');
    await container.mount({ 'thrown.cjs': 'const x = 1;\n  throw new Error(`line ${x + 1}`);\n' });
    expect((await container.run('node', ['thrown.cjs'])).stderr).toMatch(
      /\/home\/project\/thrown\.cjs:2\n[^]*at Object\.<anonymous> \(\/home\/project\/thrown\.cjs:2:9\)/,
    );
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
