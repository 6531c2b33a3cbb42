import { HEADLESS_ARGS } from '@slipway/find-browser/browser-args';
import { mustFindBrowser } from '@slipway/find-browser';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildEngineComponents } from './testing/engine-components.ts';
import { ENGINE_CALLS, type EngineCell, runEngineCalls } from './testing/engine-table.ts';

/**
 * The table of engines in its short form: four components, compiled from WAT, AssemblyScript
 * and JavaScript, with calls that end in every way, in this Node and in a worker of Chromium.
 */
let browser: Browser;
let components: Record<string, Uint8Array<ArrayBuffer>>;
let table: EngineCell[];

beforeAll(async () => {
  [browser, components] = await Promise.all([
    chromium.launch({ executablePath: mustFindBrowser(), args: ['--no-sandbox', ...HEADLESS_ARGS] }),
    buildEngineComponents(),
  ]);
  table = runEngineCalls(components);
});
afterAll(() => browser?.close());

it('PL-18: each call ends as it should, for the same fuel as ever', () => {
  expect(table.length).toBe(ENGINE_CALLS.length);
  // Of WAT, where no compiler is between: AssemblyScript and QuickJS count what their pinned versions make.
  const counted = table.filter(({ component }) => component === 'wat' || component === 'hostile');
  expect(counted.map(({ component, kind, fuel }) => `${component} ${kind} ${fuel}`)).toEqual(GOLDEN);
  const compiled = table.filter(({ component }) => component !== 'wat' && component !== 'hostile');
  expect(compiled.map(({ component, kind }) => `${component} ${kind}`)).toEqual([
    'assemblyscript ok',
    'assemblyscript ok',
    'assemblyscript guest',
    'assemblyscript fuel',
    'javascript ok',
    'javascript ok',
    'javascript guest',
    'javascript fuel',
    'javascript stack',
  ]);
});

it('PL-18: Chromium counts the same fuel, makes the same operations and fails in the same way', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { runEngineCalls } from './testing/engine-table.ts';
        onmessage = ({ data }) => postMessage(runEngineCalls(data));`,
      resolveDir: import.meta.dirname,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'iife',
  });
  const page = await browser.newPage();
  const origin = 'http://plugins.localhost';
  await page.route(`${origin}/**`, (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    const component = components[name];
    if (component) return route.fulfill({ body: Buffer.from(component), contentType: 'application/wasm' });
    if (name === 'worker.js') return route.fulfill({ body: outputFiles[0]!.text, contentType: 'text/javascript' });
    return route.fulfill({ body: '<!doctype html>', contentType: 'text/html' });
  });
  await page.goto(`${origin}/page`);
  const found = await page.evaluate(async (names) => {
    const bytes = await Promise.all(
      names.map(async (name) => [name, new Uint8Array(await (await fetch(`/${name}`)).arrayBuffer())] as const),
    );
    // A worker has the smallest stack of all places in which plugins run.
    const worker = new Worker('/worker.js');
    const answer = await new Promise<unknown>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(Object.fromEntries(bytes));
    });
    worker.terminate();
    return answer;
  }, Object.keys(components));
  expect(found).toEqual(table);
  await page.close();
});

const GOLDEN = [
  'wat ok 295',
  'wat guest 177',
  'wat guest 173',
  'wat ok 292',
  'wat ok 20081',
  'wat fuel 154',
  'wat stack 46',
  'wat memory 13576',
  'hostile trap 41',
  'hostile fuel 10000001',
  'hostile stack 17537',
  'hostile memory 1024108',
  'hostile ok 181',
];
