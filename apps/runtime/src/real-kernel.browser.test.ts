/**
 * The runtime as built (`npx tsx apps/runtime/build.ts`), real programs in it, seen through the unmodified client and a
 * preview.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HEADLESS_ARGS } from '@slipway/find-browser/browser-args';
import { mustFindBrowser } from '@slipway/find-browser';
import { build } from 'esbuild';
import { chromium, type Browser, type Frame, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveTestHosts, type TestHosts } from './testing/serve-hosts.ts';

const dist = join(import.meta.dirname, '../dist');
const LABEL = 'real1';

const SERVER = `
const http = require('http'), crypto = require('crypto');
const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://' + request.headers.host);
  if (url.pathname === '/') { response.setHeader('Content-Type', 'text/html'); response.end('<!doctype html><html><head><title>t</title></head><body><h1>real ' + request.headers.host + '</h1></body></html>'); return; }
  if (url.pathname === '/echo') { let size = 0; request.on('data', (piece) => { size += piece.length; }); request.on('end', () => response.end(JSON.stringify({ method: request.method, size }))); return; }
  if (url.pathname === '/large') { for (let n = 0; n < 50; n++) response.write(Buffer.alloc(100000, n)); response.end(); return; }
  if (url.pathname === '/stop') { response.end('bye'); server.close(); server.closeAllConnections?.(); setTimeout(() => process.exit(0), 20); return; }
  response.statusCode = 404; response.end('none');
});
server.on('upgrade', (request, socket) => {
  const accept = crypto.createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n');
  socket.write(Buffer.from([0x81, 5, ...Buffer.from('hello')]));
});
server.listen(3000, () => console.log('listening'));
`;

let hosts: TestHosts;
let browser: Browser;
let app: Page;

beforeAll(async () => {
  if (!existsSync(join(dist, 'headless.html')))
    throw new Error('Cannot test the runtime: build it first (npx tsx apps/runtime/build.ts)');
  const page = await build({
    entryPoints: [join(import.meta.dirname, 'testing/app-page.ts')],
    bundle: true,
    format: 'esm',
    write: false,
    target: 'chrome120',
  });
  hosts = await serveTestHosts(dist, page.outputFiles[0]?.text ?? '');
  browser = await chromium.launch({ executablePath: mustFindBrowser(), args: ['--no-sandbox', ...HEADLESS_ARGS] });
});
afterAll(async () => {
  await browser?.close();
  await hosts?.close();
});

beforeEach(async () => {
  const context = await browser.newContext();
  context.setDefaultTimeout(60_000);
  app = await context.newPage();
  await app.goto(hosts.app);
  await app.waitForFunction(() => document.title === 'ready');
  await app.evaluate(async (origin) => {
    Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: origin });
    window.container = await window.client.WebContainer.boot();
    window.container.on('port', (...args) => void window.events.push(['port', ...args]));
  }, hosts.runtime(LABEL));
});

const run = (command: string, args: string[], options: object = {}): Promise<{ text: string; code: number }> =>
  app.evaluate(
    async ({ command, args, options }) => {
      const process = await window.container.spawn(command, args, options);
      let text = '';
      for (let reader = process.output.getReader(), next = await reader.read(); !next.done; next = await reader.read())
        text += next.value;
      return { text, code: await process.exit };
    },
    { command, args, options },
  );

describe('real programs', () => {
  it('output, exit codes, environment and directory', async () => {
    await app.evaluate(() => window.container.fs.mkdir('sub'));
    expect(await run('node', ['-e', 'console.log("grün €"); process.exit(3)'])).toEqual({ text: 'grün €\n', code: 3 });
    expect(
      (await run('node', ['-p', '[process.cwd(), process.env.A].join()'], { cwd: 'sub', env: { A: 1 } })).text,
    ).toContain('/sub,1');
    expect((await run('node', ['-e', 'throw new Error("x")'])).code).toBe(1);
    const missing = await app.evaluate(() =>
      window.container.spawn('no-such-thing').then(
        () => 'ran',
        (error: Error & { code?: string }) => error.code,
      ),
    );
    expect(missing).toBe('ENOENT');
  });

  it('what a program writes is what the client reads', async () => {
    await run('node', ['-e', 'require("fs").writeFileSync("out.bin", Buffer.from([0, 255, 10]))']);
    expect(await app.evaluate(async () => [...(await window.container.fs.readFile('out.bin'))])).toEqual([0, 255, 10]);
  });

  it('a killed program ends, one in a busy loop too', async () => {
    const code = await app.evaluate(async () => {
      const process = await window.container.spawn('node', ['-e', 'for (;;) {}']);
      setTimeout(() => process.kill(), 300);
      return process.exit;
    });
    expect(code).toBe(143);
  });

  it('a server: preview, uploads, large answers, WebSocket, and the port closes with it', async () => {
    await app.evaluate(async (source) => {
      await window.container.fs.writeFile('server.js', source);
      await window.container.spawn('node', ['server.js']);
    }, SERVER);
    await app.waitForFunction(() => window.events.some(([, port, type]) => port === 3000 && type === 'open'));
    const url = hosts.preview(3000, LABEL);
    await app.evaluate((url) => {
      const element = document.createElement('iframe');
      element.src = url;
      document.body.append(element);
    }, url);
    let frame: Frame | undefined;
    await expect.poll(() => (frame = app.frames().find((each) => each.url().startsWith(url))) !== undefined).toBe(true);
    await frame?.waitForSelector('h1:has-text("real localhost:3000")');
    const result = await frame?.evaluate(async () => {
      const echo = await (await fetch('/echo', { method: 'POST', body: new Uint8Array(900_000) })).json();
      const large = (await (await fetch('/large')).arrayBuffer()).byteLength;
      const message = await new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://${location.host}/`);
        socket.onmessage = ({ data }) => resolve(data);
        socket.onerror = () => reject(new Error('no socket'));
      });
      const parallel = await Promise.all(
        Array.from({ length: 60 }, async (_, n) => (await fetch(n % 2 === 0 ? '/echo' : '/none')).status),
      );
      const stop = await (await fetch('/stop')).text();
      return { echo, large, message, parallel: parallel.filter((status) => status === 200).length, stop };
    });
    expect(result).toEqual({
      echo: { method: 'POST', size: 900_000 },
      large: 5_000_000,
      message: 'hello',
      parallel: 30,
      stop: 'bye',
    });
    await app.waitForFunction(() => window.events.some(([, port, type]) => port === 3000 && type === 'close'));
    expect(await frame?.evaluate(async () => (await fetch('/')).status)).toBe(503);
  });

  it('teardown ends everything; the next container starts empty', async () => {
    const result = await app.evaluate(async () => {
      await window.container.fs.writeFile('left', '1');
      const { exit } = await window.container.spawn('node', ['-e', 'setInterval(() => {}, 1000)']);
      window.container.teardown();
      window.container = await window.client.WebContainer.boot();
      return { exit: await exit, files: await window.container.fs.readdir('.') };
    });
    expect(result).toEqual({ exit: 137, files: [] });
    expect((await run('node', ['-e', 'console.log("again")'])).text).toBe('again\n');
  });
});
