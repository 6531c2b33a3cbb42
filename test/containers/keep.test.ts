/** What outlives a page, in real tabs: see packages/runtime/vfs/src/keep for the log, and container/src/keep. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openBrowser } from '../e2e/browser.ts';
import { killAtRandom } from './kept-kills.ts';
import { openTestContainer, type TestContainer } from './open-container.ts';

let browser: Browser;
let container: TestContainer;
beforeAll(async () => {
  browser = await openBrowser();
});
afterEach(() => container.close());
afterAll(() => browser.close());

const open = async (): Promise<void> => {
  container = await openTestContainer(browser, { keep: true });
};
const sh = async (script: string): Promise<string> => {
  const { stdout, stderr, code } = await container.run('sh', ['-c', script]);
  if (code !== 0) throw new Error(`"${script}" ended with ${code}: ${stderr}`);
  return stdout;
};

it('TC-10 files, modes and links of the home folder are there after reloads; what lies elsewhere is not', async () => {
  await open();
  expect(await container.kept()).toEqual({ state: 'kept', restored: false });
  await sh('mkdir -p node_modules/x ~/.cache; echo kept > node_modules/x/f; ln -s f node_modules/x/l; echo t > /tmp/t');
  await sh('chmod 755 node_modules/x/f; mkdir -p ~/.npm/_cacache; echo c > ~/.npm/_cacache/c');
  await container.page.evaluate(() => globalThis.slipway.control().then((control) => control.persist('a note')));
  // Each finds the files free: the one before has let them go.
  for (let round = 0; round < 5; round++) {
    await container.reopen('reload');
    expect(await container.kept()).toEqual({ state: 'kept', restored: true, note: 'a note' });
  }
  expect(await sh('cat node_modules/x/l; stat -c %a node_modules/x/f; ls -A /tmp; ls -A ~/.npm')).toBe('kept\n755\n');
  expect((await container.inspect(true)).problems).toEqual([]);
  expect((await container.inspect(false)).keptBytes).toBeGreaterThan(0);
});

it('TC-10 killed at random moments it opens sound, each file old or new', async () => {
  await open();
  expect(await killAtRandom(container, 4)).toEqual([]);
});

it('TC-10 one tab keeps: another one does not until it takes over, and deleting leaves nothing', async () => {
  await open();
  await sh('echo first > f');
  const second = await container.openTab();
  const keptIn = () => second.evaluate(() => globalThis.slipway.kept());
  expect(await keptIn()).toEqual({ state: 'elsewhere', restored: false });
  await second.evaluate(() => globalThis.slipway.control().then((control) => control.takeKept()));
  await expect.poll(() => container.kept()).toMatchObject({ state: 'elsewhere' });
  // It goes on without: what it changes now is its own.
  await sh('echo later > f');
  await second.close();
  await container.reopen('reload');
  expect(await container.kept()).toMatchObject({ state: 'kept', restored: true });
  expect(await sh('cat f')).toBe('first\n');
  await container.page.evaluate(() => globalThis.slipway.control().then((control) => control.forgetKept()));
  expect(await container.kept()).toEqual({ state: 'off', restored: false });
  await container.reopen('reload');
  expect(await container.kept()).toEqual({ state: 'kept', restored: false });
  expect(await sh('ls')).toBe('');
});

it('TC-10 without room it says so, goes on, and what was kept before opens', async () => {
  await open();
  await sh('echo before > f');
  await container.page.evaluate(() => globalThis.slipway.control().then((control) => control.persist()));
  const devtools = await container.page.context().newCDPSession(container.page);
  const quota = { origin: container.runtimeOrigin, quotaSize: 3_000_000 };
  await devtools.send('Storage.overrideQuotaForOrigin', quota);
  await sh('head -c 20000000 /dev/zero > big; echo after > f');
  await expect
    .poll(() => container.kept())
    .toMatchObject({ state: 'failed', message: expect.stringMatching('no more room') });
  expect(await sh('cat f; wc -c < big')).toMatch(/^after\n20000000/);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: container.runtimeOrigin });
  await container.reopen('crash');
  expect(await container.kept()).toMatchObject({ state: 'kept', restored: true });
  expect(await sh('cat f')).toBe('before\n');
});

it('a page that does not ask keeps nothing', async () => {
  container = await openTestContainer(browser);
  expect(await container.kept()).toEqual({ state: 'off', restored: false });
  await sh('echo x > f');
  await container.reopen('reload');
  expect(await sh('ls')).toBe('');
});
