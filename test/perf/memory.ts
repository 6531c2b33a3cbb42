import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { openTestContainer, type TestContainer } from '../containers/open-container.ts';
import { openBrowser } from '../e2e/browser.ts';

const templates = fileURLToPath(new URL('../../node_modules/create-vite/', import.meta.url));
const SETTLE_MS = 1500;

/** Proportional set size of all renderers of the browser, in MB: what the tab with its workers takes. */
async function rendererMegabytes(browser: Browser): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = (await session.send('SystemInfo.getProcessInfo')) as {
    processInfo: { type: string; id: number }[];
  };
  await session.detach();
  return processInfo
    .filter(({ type }) => type === 'renderer')
    .map(
      ({ id }) => Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1000,
    )
    .reduce((sum, megabytes) => sum + megabytes, 0);
}

/** The memory of a tab at rest, per idle process, after an install, and with a dev server. */
export async function benchMemory(): Promise<void> {
  const browser = await openBrowser();
  const folder = await mkdtemp(join(tmpdir(), 'slipway-memory-'));
  const rows: [string, number][] = [];
  let container: TestContainer | undefined;
  try {
    await cp(join(templates, 'template-vanilla-ts'), folder, { recursive: true });
    await rename(join(folder, '_gitignore'), join(folder, '.gitignore'));
    container = await openTestContainer(browser);
    const { run } = container;
    const booted = await rendererMegabytes(browser);
    rows.push(['container booted, one spare process', booted]);

    const count = 10;
    const sleepers = Array.from({ length: count }, () =>
      run('node', ['-e', 'setTimeout(() => {}, 20000)'], { limitMs: 9000 }),
    );
    await new Promise((resolve) => setTimeout(resolve, 5000));
    rows.push([`each of ${count} idle node processes`, ((await rendererMegabytes(browser)) - booted) / count]);
    await Promise.all(sleepers);

    await container.mount({ folder });
    await run('npm', ['install', '--no-audit', '--no-fund'], { limitMs: 180_000 });
    rows.push(['after npm install of vanilla-ts', await rendererMegabytes(browser)]);
    const dev = run('npm', ['run', 'dev'], { limitMs: 15_000 });
    await new Promise((resolve) => setTimeout(resolve, 8000));
    rows.push(['with vite dev running', await rendererMegabytes(browser)]);
    await dev;
    rows.push(['after it was stopped', await rendererMegabytes(browser)]);
  } finally {
    await container?.close();
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
  process.stdout.write('\n| | MB (PSS of all renderers) |\n|---|---|\n');
  for (const [name, megabytes] of rows) process.stdout.write(`| ${name} | ${megabytes.toFixed(1)} |\n`);
}
