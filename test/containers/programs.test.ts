/** Programs of the npm registry, unmodified, from a mounted node_modules that was installed natively. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTree } from '@slipway/embed/node';
import { type ApiPage, embed, LABEL, openApiPage } from './api/open-api-page.ts';
import { installPrograms } from './programs/install.ts';

/** Each runs a compiler or a test runner several times. */
const TOOL_LIMIT_MS = 300_000;

let api: ApiPage;
let page: Page;

beforeAll(async () => {
  const tree = Buffer.from(await readTree(installPrograms()));
  api = await openApiPage({ appFiles: (path) => (path === '/tree' ? tree : undefined) });
  page = api.page;
  const folder = fileURLToPath(new URL('programs/files/', import.meta.url));
  const files = Object.fromEntries(
    readdirSync(folder).map((name) => [name, { file: { contents: readFileSync(folder + name, 'utf8') } }]),
  );
  await page.evaluate(async (files) => {
    await window.container.mount(await (await fetch('/tree')).arrayBuffer());
    await window.container.mount(files);
    await window.container.mount({ public: { directory: { 'data.txt': { file: { contents: 'a static file' } } } } });
  }, files);
}, 300_000);
afterAll(() => api?.close());

const run = (command: string, args: string[]): Promise<{ output: string; code: number }> =>
  page.evaluate(
    async ({ command, args }) => window.collect(await window.container.spawn(command, args, { env: { NO_COLOR: 1 } })),
    { command, args },
  );

/** Starts a server, resolves when its port can be used. */
const serve = (file: string, port: number): Promise<void> =>
  page.evaluate(
    async ({ file, port }) => {
      let ready = false;
      const stop = window.container.on('server-ready', (opened) => void (ready ||= opened === port));
      const child = await window.container.spawn('node', [file, String(port)]);
      let output = '';
      void child.output.pipeTo(new WritableStream({ write: (text) => void (output += text) }));
      let code: number | undefined;
      void child.exit.then((ended) => (code = ended));
      await window.until(() => ready || code !== undefined);
      stop();
      if (!ready) throw new Error(`${file} ended with ${code}: ${output}`);
    },
    { file, port },
  );

type Answer = { status: number; type: string | null; text: string };
type Request = readonly [path: string, method: string, body: string | null];

/** The same requests from a program and from the page of a preview. */
async function ask(port: number, requests: readonly Request[]): Promise<Answer[]> {
  const { output, code } = await run('node', ['requests.mjs', String(port), JSON.stringify(requests)]);
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  const frame = await embed(page, api.hosts.preview(port, LABEL));
  const answers = await frame.evaluate(
    (requests) =>
      Promise.all(
        requests.map(async ([path, method, body]) => {
          const response = await fetch(path, {
            method,
            ...(body === null ? {} : { body, headers: { 'Content-Type': 'application/json' } }),
          });
          return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
        }),
      ),
    requests,
  );
  expect(answers).toEqual(JSON.parse(output));
  return answers;
}

const json = (value: unknown): string => JSON.stringify(value);

describe('servers, asked through loopback and through the preview', () => {
  it('express 5: routes, JSON bodies, static files, an async handler that throws', async () => {
    await serve('express.cjs', 5001);
    const answers = await ask(5001, [
      ['/users/7?a=b&a=c', 'GET', null],
      ['/echo', 'POST', json({ n: 1, ü: ['€'] })],
      ['/echo', 'POST', '{broken'],
      ['/static/data.txt', 'GET', null],
      ['/fails', 'GET', null],
      ['/none', 'GET', null],
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 201, 400, 200, 500, 404]);
    expect(answers.slice(0, 2).map(({ text }) => JSON.parse(text) as unknown)).toEqual([
      { id: '7', query: { a: ['b', 'c'] } },
      { got: { n: 1, ü: ['€'] } },
    ]);
    expect([answers[3]?.text, answers[4]?.text]).toEqual(['a static file', json({ error: 'on purpose' })]);
  });

  it('fastify 5: routes, schemas, hooks, errors', async () => {
    await serve('fastify.cjs', 5002);
    const answers = await ask(5002, [
      ['/users/7?a=b', 'GET', null],
      ['/echo', 'POST', json({ n: 1 })],
      ['/echo', 'POST', json({ n: 'x' })],
      ['/fails', 'GET', null],
      ['/none', 'GET', null],
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 201, 400, 500, 404]);
    expect(answers.slice(0, 2).map(({ text }) => JSON.parse(text) as unknown)).toEqual([
      { id: '7', query: { a: 'b' } },
      { got: { n: 1 } },
    ]);
    expect(JSON.parse(answers[2]?.text ?? '')).toMatchObject({ code: 'FST_ERR_VALIDATION' });
    expect(
      (
        await run('node', [
          '--input-type=module',
          '-e',
          'console.log((await fetch("http://localhost:5002/")).headers.get("x-hook"))',
        ])
      ).output,
    ).toBe('ran\n');
  });

  it('hono on @hono/node-server: routes, streams, errors', async () => {
    await serve('hono.mjs', 5003);
    const answers = await ask(5003, [
      ['/users/7?a=b', 'GET', null],
      ['/echo', 'POST', json({ n: 1 })],
      ['/stream', 'GET', null],
      ['/fails', 'GET', null],
      ['/none', 'GET', null],
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 201, 200, 500, 404]);
    expect([JSON.parse(answers[0]?.text ?? ''), answers[2]?.text, answers[3]?.text]).toEqual([
      { id: '7', query: { a: 'b' } },
      'one two three ',
      json({ error: 'on purpose' }),
    ]);
  });

  it('ws: a server with a ws client, and with the WebSocket of a preview', async () => {
    await serve('ws-server.cjs', 5004);
    const hello = json({ path: '/socket?a=b', protocol: 'chat' });
    const client = await run('node', ['ws-client.cjs', '5004']);
    expect(JSON.parse(client.output)).toEqual({
      seen: ['binary 100000 7', 'grün', 'pong p', hello].sort(),
      code: 4001,
      reason: 'as asked',
    });
    const frame = await embed(page, api.hosts.preview(5004, LABEL));
    const seen = await frame.evaluate(
      () =>
        new Promise<unknown>((resolve) => {
          const socket = new WebSocket(`ws://${location.host}/socket?a=b`, ['chat']);
          socket.binaryType = 'arraybuffer';
          const seen: string[] = [];
          socket.onopen = () => {
            socket.send('grün');
            socket.send(new Uint8Array(100_000).fill(7));
          };
          socket.onmessage = ({ data }) => {
            seen.push(
              typeof data === 'string'
                ? data
                : `binary ${(data as ArrayBuffer).byteLength} ${new Uint8Array(data as ArrayBuffer)[99_999]}`,
            );
            if (typeof data !== 'string') socket.send('bye');
          };
          socket.onclose = ({ code, reason }) => resolve({ seen, code, reason });
        }),
    );
    expect(seen).toEqual({ seen: [hello, 'grün', 'binary 100000 7'], code: 4001, reason: 'as asked' });
  });
});

describe('libraries and tools', () => {
  it('lodash, by require and by import', async () => {
    expect(
      (
        await run('node', [
          '-p',
          'const _ = require("lodash"); JSON.stringify([_.VERSION.split(".")[0], _.chunk([1, 2, 3], 2), _.get({ a: [{ b: 1 }] }, "a[0].b"), _.template("hi <%= name %>")({ name: "x" })])',
        ])
      ).output,
    ).toBe('["4",[[1,2],[3]],1,"hi x"]\n');
    expect(
      (
        await run('node', [
          '--input-type=module',
          '-e',
          'import _ from "lodash"; import debounce from "lodash/debounce.js"; const f = debounce(() => console.log("once", _.sum([1, 2])), 5); f(); f();',
        ])
      ).output,
    ).toBe('once 3\n');
  });

  it('semver, as a library and as a command', async () => {
    expect(
      (
        await run('node', [
          '-p',
          'const s = require("semver"); [s.satisfies("1.6.4", "^1.2"), s.inc("1.2.3", "minor"), s.rcompare("1.0.0", "2.0.0")].join()',
        ])
      ).output,
    ).toBe('true,1.3.0,1\n');
    expect(await run('./node_modules/.bin/semver', ['-r', '>=1.2', '1.0.0', '1.5.0', '2.0.0'])).toEqual({
      output: '1.5.0\n2.0.0\n',
      code: 0,
    });
  });

  it(
    'tsc of TypeScript 5.9 builds, and fails with 2 at a type error',
    async () => {
      await page.evaluate(() =>
        window.container.mount({
          ts: {
            directory: {
              'tsconfig.json': {
                file: {
                  contents:
                    '{ "compilerOptions": { "strict": true, "target": "es2022", "module": "nodenext", "declaration": true, "sourceMap": true, "outDir": "out" }, "include": ["src"] }',
                },
              },
              'package.json': { file: { contents: '{ "type": "module" }' } },
              src: {
                directory: {
                  'sum.ts': {
                    file: {
                      contents:
                        'export const sum = (...all: readonly number[]): number => all.reduce((a, b) => a + b, 0);\n',
                    },
                  },
                  'main.ts': {
                    file: {
                      contents:
                        'import { sum } from "./sum.js";\nenum Size { small = sum(1, 2) }\nconsole.log(Size.small);\n',
                    },
                  },
                },
              },
            },
          },
        }),
      );
      expect(await run('./node_modules/.bin/tsc', ['--version'])).toEqual({ output: 'Version 5.9.3\n', code: 0 });
      expect(await run('./node_modules/.bin/tsc', ['-p', 'ts'])).toEqual({ output: '', code: 0 });
      expect((await run('node', ['ts/out/main.js'])).output).toBe('3\n');
      expect(await page.evaluate(() => window.container.fs.readdir('ts/out'))).toEqual([
        'main.d.ts',
        'main.js',
        'main.js.map',
        'sum.d.ts',
        'sum.js',
        'sum.js.map',
      ]);
      await page.evaluate(() => window.container.fs.writeFile('ts/src/wrong.ts', 'export const text: string = 7;\n'));
      const wrong = await run('./node_modules/.bin/tsc', ['-p', 'ts', '--noEmit', '--pretty', 'false']);
      expect(wrong).toEqual({
        output: "ts/src/wrong.ts(1,14): error TS2322: Type 'number' is not assignable to type 'string'.\n",
        code: 2,
      });
    },
    TOOL_LIMIT_MS,
  );

  it(
    'vitest 4 in its threads pool: passing files, TypeScript, snapshots, and a failing test',
    async () => {
      await page.evaluate(() =>
        window.container.mount({
          vt: {
            directory: {
              'vitest.config.mjs': {
                file: { contents: 'export default { test: { pool: "threads", include: ["*.spec.ts"] } };' },
              },
              'sum.ts': { file: { contents: 'export const sum = (a: number, b: number): number => a + b;\n' } },
              'one.spec.ts': {
                file: {
                  contents:
                    'import { expect, it, vi } from "vitest";\nimport { isMainThread } from "node:worker_threads";\nimport { sum } from "./sum";\nit("adds", () => { expect(sum(1, 2)).toBe(3); expect(isMainThread).toBe(false); });\nit("mocks", async () => { const f = vi.fn(async () => 7); expect(await f()).toBe(7); expect(f).toHaveBeenCalledOnce(); });\nit("snapshots", () => expect({ a: [1] }).toMatchSnapshot());\n',
                },
              },
              'two.spec.ts': {
                file: {
                  contents:
                    'import { expect, it } from "vitest";\nit.each([1, 2, 3])("squares %i", (n) => expect(n * n).toBeGreaterThan(0));\n',
                },
              },
            },
          },
        }),
      );
      const passing = await run('./node_modules/.bin/vitest', [
        'run',
        '--root',
        'vt',
        '--reporter=json',
        '--outputFile=report.json',
      ]);
      expect(passing.code, passing.output).toBe(0);
      expect(
        JSON.parse(await page.evaluate(() => window.container.fs.readFile('vt/report.json', 'utf-8'))),
      ).toMatchObject({ numPassedTests: 6, numFailedTests: 0, numTotalTestSuites: 2, success: true });
      expect(
        await page.evaluate(() => window.container.fs.readFile('vt/__snapshots__/one.spec.ts.snap', 'utf-8')),
      ).toContain('exports[`snapshots 1`]');
      await page.evaluate(() =>
        window.container.fs.writeFile(
          'vt/bad.spec.ts',
          'import { expect, it } from "vitest";\nit("fails", () => expect(1).toBe(2));\n',
        ),
      );
      const failing = await run('./node_modules/.bin/vitest', ['run', '--root', 'vt']);
      expect(failing.code).toBe(1);
      expect(failing.output).toContain('expected 1 to be 2');
      expect(failing.output).toContain('bad.spec.ts:2:');
    },
    TOOL_LIMIT_MS,
  );
});
