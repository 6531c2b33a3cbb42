/**
 * DI-03, DI-04, DI-05: a page of another site embeds the runtime, in browsers that give
 * third parties no storage at all and in those that give them a partition.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiPage, boot, embed, openApiPage } from './api/open-api-page.ts';

/** What a browser allows a third party, and the switches that make ours do so. */
const BROWSERS = [
  // Playwright's own switches turn partitions off: third parties get nothing, and are told by SecurityErrors.
  {
    title: 'third-party storage is denied',
    browserArgs: [],
    locks: 'SecurityError: The request was denied.',
    preview: {
      heading: 'This preview cannot be shown here',
      said: 'The browser denies storage to this page because another site embeds it. Allow third-party cookies and site data for "HOST" in the browser\'s settings, or embed the runtime from a page of the same site',
    },
  },
  // The last switch of a name counts: nothing of Playwright's list is turned off. Third-party cookies are.
  {
    title: 'third-party storage is partitioned',
    browserArgs: ['--disable-features=Translate', '--test-third-party-cookie-phaseout'],
    locks: 'granted',
    preview: { heading: 'served', said: undefined },
  },
];

/** Programs of many kinds, and what each prints. All see what reaches `unhandledRejection` while they run. */
const PROGRAMS: readonly (readonly [script: string, output: string])[] = [
  ['console.log("said")', 'said\n'],
  ['setTimeout(() => console.log("later"), 200)', 'later\n'],
  ['setImmediate(() => process.nextTick(() => console.log("ticked")))', 'ticked\n'],
  ['Promise.resolve("kept").then(console.log)', 'kept\n'],
  [
    '(async () => { for (let n = 0; n < 3; n++) await new Promise((next) => setTimeout(next, 20)); console.log("awaited") })()',
    'awaited\n',
  ],
  [
    'require("fs").promises.writeFile("a.txt", "text").then(() => console.log(require("fs").readFileSync("a.txt", "utf8")))',
    'text\n',
  ],
  [
    'require("zlib").gzip("x".repeat(1000), (error, bytes) => console.log(error, require("zlib").gunzipSync(bytes).length))',
    'null 1000\n',
  ],
  [
    'require("http").createServer((q, r) => r.end("served")).listen(0, async function () { console.log(await (await fetch("http://localhost:" + this.address().port)).text()); this.close() })',
    'served\n',
  ],
  ['console.log(require("child_process").spawnSync("node", ["-p", "6*7"]).stdout.toString().trim())', '42\n'],
  ['require("child_process").exec("echo shell", (error, stdout) => process.stdout.write(stdout))', 'shell\n'],
  [
    'const { Worker } = require("worker_threads"); new Worker("require(\\"worker_threads\\").parentPort.postMessage(7)", { eval: true }).on("message", console.log)',
    '7\n',
  ],
  [
    'new (require("worker_threads").Worker)("const c = new BroadcastChannel(\\"c\\"); c.postMessage(\\"cast\\"); c.close()", { eval: true }); const c = new BroadcastChannel("c"); c.onmessage = ({ data }) => { console.log(data); c.close() }',
    'cast\n',
  ],
];

for (const { title, browserArgs, locks, preview } of BROWSERS) {
  describe(`a page of another site where ${title}`, () => {
    let api: ApiPage;
    let page: Page;
    beforeAll(async () => {
      api = await openApiPage({ boot: false, browserArgs });
      page = await api.openPage('/', api.hosts.thirdParty);
      await boot(page, `http://rt.slipway.localhost:${api.hosts.port}`);
    });
    afterAll(() => api?.close());

    const run = (command: string, args: readonly string[]): Promise<{ output: string; code: number }> =>
      page.evaluate(
        async ({ command, args }) =>
          await window.collect(await window.container.spawn(command, args, { env: { NO_COLOR: '1' } })),
        { command, args: [...args] },
      );

    it('is what the browser makes of it', async () => {
      const frame = page.frames().find((each) => /^http:\/\/e[0-9a-f]+\.rt\./.test(each.url()));
      expect(await frame?.evaluate(() => navigator.locks.request('any', () => 'granted').catch(String))).toBe(locks);
    });

    it('DI-03 programs run and exit with 0, whatever they use', async () => {
      const results: unknown[] = [];
      for (const [script] of PROGRAMS) results.push([script, await run('node', ['-e', script])]);
      expect(results).toEqual(PROGRAMS.map(([script, output]) => [script, { output, code: 0 }]));
    });

    it("DI-03 ended programs give back what they had: every worker's place is free again", async () => {
      for (let round = 0; round < 4; round++) await run('node', ['-e', '0']);
      // How the kernel learns of a worker's end differs; that it does must not.
      const usage = await page.evaluate(() => {
        let id = 0;
        return window.until(() => {
          const { inspection } = (window.control.findLast((message) => message.type === 'reply' && message.ok) ??
            {}) as { inspection?: { slots: { inUse: number; resting: number } } };
          if (inspection?.slots.inUse === 0 && inspection.slots.resting === 0) return inspection.slots;
          window.controlPort?.postMessage({ type: 'inspect', id: ++id });
          return undefined;
        });
      });
      expect(usage).toMatchObject({ inUse: 0, resting: 0 });
    });

    it('DI-03 npm runs', async () => {
      expect(await run('npm', ['--version'])).toEqual({
        output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
        code: 0,
      });
    });

    it('DI-04 no rejection or error but its own reaches a program or its threads', async () => {
      const watched = `
        const { Worker, isMainThread } = require('worker_threads');
        for (const name of ['unhandledRejection', 'uncaughtException', 'multipleResolves', 'warning']) process.on(name, (what) => console.log(name, String(what)));
        if (isMainThread) {
          new Worker(__filename).on('error', (error) => console.log('thread', String(error)));
          require('child_process').spawn('node', ['-e', '0']);
        }
        setTimeout(() => Promise.reject(new Error('own')), 300);
        setTimeout(() => console.log(isMainThread), 600);
      `;
      await page.evaluate((text) => window.container.fs.writeFile('watched.js', text), watched);
      // Several, since a program begins in a worker that was made ready before, or in one that was not.
      for (let round = 0; round < 4; round++) {
        const { output, code } = await run('node', ['watched.js']);
        expect({ output: output.split('\n').sort(), code }).toEqual({
          output: ['', 'false', 'true', 'unhandledRejection Error: own', 'unhandledRejection Error: own'],
          code: 0,
        });
      }
    });

    // Without storage there are no previews that two tabs could be told apart by.
    if (locks === 'granted')
      it('DI-05 two tabs of one embedder are two containers with previews of their own, and a place is used again', async () => {
        const serve = async (text: string): Promise<{ tab: Page; url: string }> => {
          const tab = await api.openPage('/', api.hosts.thirdParty, page.context());
          await boot(tab, `http://rt.slipway.localhost:${api.hosts.port}`);
          const url = await tab.evaluate(async (text) => {
            const ready = new Promise<string>((resolve) =>
              window.container.on('server-ready', (_port, address) => resolve(address)),
            );
            await window.container.fs.writeFile('page.html', `<!doctype html><h1>${text}</h1>`);
            await window.container.spawn('node', [
              '-e',
              'require("http").createServer((q, r) => { r.setHeader("Content-Type", "text/html"); r.end(require("fs").readFileSync("page.html")) }).listen(4000)',
            ]);
            return await ready;
          }, text);
          const frame = await embed(tab, url, 'h1');
          await frame.waitForSelector(`h1:text-is("${text}")`);
          return { tab, url };
        };
        const first = await serve('first');
        const second = await serve('second');
        expect(new URL(second.url).host).not.toBe(new URL(first.url).host);
        await first.tab.close();
        const third = await serve('third');
        expect(third.url).toBe(first.url);
        await Promise.all([second.tab.close(), third.tab.close()]);
      });

    it('DI-03 previews run, or say what to allow', async () => {
      const url = await page.evaluate(async () => {
        const ready = new Promise<string>((resolve) =>
          window.container.on('server-ready', (_port, address) => resolve(address)),
        );
        await window.container.spawn('node', [
          '-e',
          'require("http").createServer((q, r) => { r.setHeader("Content-Type", "text/html"); r.end("<!doctype html><h1>served</h1>") }).listen(3000)',
        ]);
        return await ready;
      });
      const { heading, said } = preview;
      const frame = await embed(page, url, 'h1');
      await frame.waitForSelector(`h1:text-is("${heading}")`);
      if (said !== undefined) expect(await frame.innerText('p')).toBe(said.replace('HOST', new URL(url).host));
    });
  });
}
