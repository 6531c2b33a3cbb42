import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../e2e/browser.ts';
import { createProject, openFile, openTerminal, saved, shows, toStart, type } from '../e2e/ide-steps.ts';
import { startProduct } from '../e2e/product.ts';
import { median } from './figures.ts';

const WEB = fileURLToPath(new URL('../../apps/web', import.meta.url));
const LINES = 5_000;
const KEYS = 'const typed = "every key counts"; ';
/** Each page has its turn, so that what else the machine does meets both. */
const ROUNDS = 4;
const KEY_GAP_MS = 80;

/**
 * Key to paint in a long file, against a page that is CodeMirror and nothing else; and what is loaded before the
 * editor.
 */
export async function benchIde(): Promise<void> {
  printShell();
  const product = await startProduct();
  const browser = await openBrowser();
  const bare = await serveBare();
  try {
    const context = await browser.newContext({ viewport: { width: 1300, height: 850 } });
    // esbuild, which runs this file, names functions by a helper that no page has.
    await context.addInitScript('globalThis.__name = (value) => value');
    const pages = [await openIde(context, product.url), await openBare(context, bare.url)];
    const delays: number[][] = [[], []];
    for (let round = 0; round < ROUNDS; round++)
      for (const [at, page] of pages.entries()) delays[at]?.push(...(await typeAndMeasure(page)));
    const [ide = [], plain = []] = delays;
    process.stdout.write(`\n| key to paint, ${LINES} lines | median, ms | 95th, ms | keys |\n|---|---|---|---|\n`);
    for (const [name, values] of [
      ['the IDE', ide],
      ['bare CodeMirror', plain],
    ] as const)
      process.stdout.write(
        `| ${name} | ${median(values).toFixed(1)} | ${percentile(values, 95).toFixed(1)} | ${values.length} |\n`,
      );
    const middle = median(ide) - median(plain);
    const worst = percentile(ide, 95) - percentile(plain, 95);
    process.stdout.write(`| difference | ${middle.toFixed(1)} | ${worst.toFixed(1)} | |\n`);
  } finally {
    await browser.close();
    bare.close();
    await product.stop();
  }
}

/**
 * What a project's page asks for before CodeMirror, the dock or a dialog: the entry, the workspace, and what those
 * import.
 */
function printShell(): void {
  const assets = join(WEB, 'dist', 'assets');
  const all = readdirSync(assets);
  const html = readFileSync(join(WEB, 'dist', 'index.html'), 'utf8');
  const wanted = [...html.matchAll(/assets\/([\w.-]+\.(?:js|css))/g)].map(([, name = '']) => name);
  wanted.push(...all.filter((name) => /^workspace-page-[\w-]+\.(?:js|css)$/.test(name)));
  const seen = new Set<string>();
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    // Static imports alone: `import(…)` is what comes later.
    const code = readFileSync(join(assets, name), 'utf8');
    for (const [, , imported = ''] of code.matchAll(/\b(?:from|import)\s*(["'])\.\/([\w.-]+\.js)\1/g))
      wanted.push(imported);
  }
  process.stdout.write('\n| shell, before the editor | brotli 9, KB |\n|---|---|\n');
  let total = 0;
  for (const name of [...seen].sort()) {
    const size = brotliCompressSync(readFileSync(join(assets, basename(name))), {
      params: { [constants.BROTLI_PARAM_QUALITY]: 9 },
    }).length;
    total += size;
    process.stdout.write(`| ${name} | ${(size / 1000).toFixed(1)} |\n`);
  }
  process.stdout.write(`| all | ${(total / 1000).toFixed(1)} |\n`);
}

const lineOf = (n: number): string =>
  `export const value${n} = [${n}, 'text ${n}'].map((each) => String(each)); // line ${n}`;

async function openIde(context: BrowserContext, url: string): Promise<Page> {
  const page = await createProject(context, url, 'Bench');
  await page.getByRole('button', { name: 'Stop' }).click();
  await openTerminal(page);
  const line = '"export const value"+n+" = ["+n+", \\x27text "+n+"\\x27].map((each) => String(each)); // line "+n';
  const program = `for(let n=0;n<${LINES};n++)console.log(${line})`;
  await type(page, `node -e '${program}' > long.ts; clear; echo ma''de`);
  await shows(page, 'made');
  await saved(page);
  await openFile(page, 'long.ts');
  await toStart(page);
  return page;
}

/** CodeMirror with the same extensions as everybody's, and nothing around it. */
async function serveBare(): Promise<{ url: string; close(): void }> {
  const built = await build({
    stdin: {
      contents: `import { basicSetup, EditorView } from 'codemirror';
        import { javascript } from '@codemirror/lang-javascript';
        const line = (n) => ${lineOf.toString().slice(lineOf.toString().indexOf('=>') + 2)};
        const doc = Array.from({ length: ${LINES} }, (_, n) => line(n)).join('\\n');
        const extensions = [basicSetup, javascript({ typescript: true }), EditorView.lineWrapping];
        new EditorView({ doc, extensions, parent: document.body });`,
      resolveDir: WEB,
    },
    bundle: true,
    write: false,
    format: 'esm',
    minify: true,
  });
  const script = built.outputFiles[0]?.text ?? '';
  const page =
    '<!doctype html><style>body{margin:0}.cm-editor{height:100vh}</style><body><script type="module" src="/a.js"></script>';
  const server = createServer((request, response) => {
    const isScript = request.url === '/a.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Cannot serve the bare page: no port');
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}

async function openBare(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await toStart(page);
  return page;
}

/** From the moment of a key, as the browser has it, to the first moment after the frame that shows it. */
async function typeAndMeasure(page: Page): Promise<readonly number[]> {
  await page.bringToFront();
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+Home');
  await page.evaluate(() => {
    const measured: number[] = [];
    const measure = (event: KeyboardEvent): void => {
      requestAnimationFrame(() => {
        // A message comes after the frame was painted.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => measured.push(performance.now() - event.timeStamp);
        port2.postMessage(undefined);
      });
    };
    addEventListener('keydown', measure, { capture: true });
    Object.assign(window, {
      measured,
      stopMeasuring: () => removeEventListener('keydown', measure, { capture: true }),
    });
  });
  await page.keyboard.type(KEYS, { delay: KEY_GAP_MS });
  return await page.evaluate(() => {
    const { measured, stopMeasuring } = window as unknown as { measured: number[]; stopMeasuring(): void };
    stopMeasuring();
    return measured;
  });
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * part) / 100))] ?? NaN;
}
