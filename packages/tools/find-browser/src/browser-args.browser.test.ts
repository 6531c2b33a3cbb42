import { readdirSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { HEADLESS_ARGS } from './browser-args.mjs';
import { mustFindBrowser } from './find-browser.mjs';

const browser = await chromium.launch({ executablePath: mustFindBrowser(), args: ['--no-sandbox', ...HEADLESS_ARGS] });
afterAll(() => browser.close());

/** The arguments of every process that this one has started, and theirs. */
function listDescendants(): string[][] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      // proc(5): the parent is the second field behind the name, which may hold anything.
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch (error) {
      // It has ended meanwhile.
      if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  const isOurs = (pid: number): boolean => {
    for (let at = pid; at > 1; at = parents.get(at) ?? 0) if (parents.get(at) === process.pid) return true;
    return false;
  };
  return [...parents.keys()]
    .filter(isOurs)
    .map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean));
}

it('what Playwright turns off stays off beside what is turned off here', async () => {
  await browser.newPage();
  const processes = listDescendants();
  const main = processes.find((args) => args.includes('--headless') && !args.some((arg) => arg.startsWith('--type=')));
  const lists = main!
    .filter((arg) => arg.startsWith('--disable-features='))
    .map((arg) => arg.slice(arg.indexOf('=') + 1).split(','));
  expect(lists.length).toBeGreaterThan(1);
  const last = lists.at(-1)!;
  for (const feature of lists.flat()) expect(last).toContain(feature);
});
