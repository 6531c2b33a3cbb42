/**
 * Programs in a tab reach what the operator allows: a real Postgres with its own driver, a site without CORS, a
 * WebSocket; and what nobody allows is refused at once.
 */
import { createTestDatabase, type TestDatabase } from '@slipway/db/testing';
import { createHash } from 'node:crypto';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, openContext } from './browser.ts';
import { signIn } from './ask.ts';
import { BOOT_MS, openSmallProject, openTerminal, shows, type } from './ide-steps.ts';
import { makeProject } from './make-project.ts';
import { type Product, startProduct } from './product.ts';

// Of the machine, but not its loopback: in a container that is the container itself.
const address = Object.values(networkInterfaces())
  .flat()
  .find((entry) => entry?.family === 'IPv4' && !entry.internal)?.address;

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let database: TestDatabase;
let postgres: Server;
let site: HttpServer;
let mongo: Server;
let ports: { readonly postgres: number; readonly site: number; readonly mongo: number };

beforeAll(async () => {
  if (address === undefined) throw new Error('Cannot test the relay: this machine has no address but its loopback');
  database = await createTestDatabase();
  const { hostname, port } = new URL(database.url);
  postgres = createServer((socket) => {
    const behind = connect(Number(port), hostname);
    socket.on('error', () => behind.destroy()).pipe(behind);
    behind.on('error', () => socket.destroy()).pipe(socket);
  });
  site = createHttpServer((request, response) => {
    if (request.url === '/moved') return void response.writeHead(307, { Location: '/told' }).end();
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (text: string) => (body += text));
    // What fetch of a browser neither sends nor shows.
    request.on('end', () =>
      response.setHeader('Set-Cookie', 'a=1').end(`${request.method} ${request.headers.cookie} ${body}`),
    );
    return undefined;
  });
  site.on('upgrade', (request, socket) => {
    const accept = createHash('sha1').update(
      `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`,
    );
    socket.on('error', () => socket.destroy());
    socket.write(
      'HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${accept.digest('base64')}\r\n\r\n`,
    );
    socket.write(Buffer.concat([Buffer.from([0x81, 5]), Buffer.from('hello')]));
  });
  // Not its protocol: what is shown is that a run reaches it, and finds it by the name it is given.
  mongo = createServer((socket) => socket.on('error', () => socket.destroy()).pipe(socket));
  for (const server of [postgres, site, mongo])
    await new Promise<void>((resolve) => server.listen(0, address, resolve));
  ports = {
    postgres: (postgres.address() as AddressInfo).port,
    site: (site.address() as AddressInfo).port,
    mongo: (mongo.address() as AddressInfo).port,
  };
  product = await startProduct({
    RELAY_ALLOW: `${address}:${ports.postgres},${address}:${ports.site}`,
    RUN_MONGO_TARGET: `${address}:${ports.mongo}`,
  });
  browser = await openBrowser();
  context = await openContext(browser);
  page = await openSmallProject(context, product, 'Relay');
  await openTerminal(page);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await database?.close();
  postgres?.close();
  site?.closeAllConnections();
  site?.close();
  mongo?.close();
});

it('TC-08 a driver of Postgres speaks to a real one, and large answers come whole', async () => {
  const { username, password, pathname } = new URL(database.url);
  const url = `postgres://${username}:${password}@${address}:${ports.postgres}${pathname}`;
  await type(page, `npm i --no-save --silent pg && export DB='${url}'; echo pg-''$?`);
  await shows(page, 'pg-0');
  await type(
    page,
    `node -e 'const c=new (require("pg").Client)(process.env.DB);c.connect().then(()=>c.query("select repeat($1,3000000) as t, 6*7 as n",["ab"])).then(({rows:[r]})=>{console.log("answer",r.n,r.t.length);return c.end()})'`,
  );
  await shows(page, 'answer 42 6000000');
});

it('TC-07 a site without CORS is asked as Node asks it: headers, redirects, bodies, cookies of the program', async () => {
  await type(
    page,
    `node -e 'fetch("http://${address}:${ports.site}/moved",{method:"POST",body:"b",headers:{cookie:"c=2"}}).then(async r=>console.log("said",await r.text(),r.redirected,r.headers.getSetCookie()))'`,
  );
  await shows(page, "said POST c=2 b true [ 'a=1' ]");
});

it('TC-08 a WebSocket of a program opens', async () => {
  await type(
    page,
    `node -e 'const s=new WebSocket("ws://${address}:${ports.site}/");s.onmessage=e=>{console.log("heard",e.data);process.exit()}'`,
  );
  await shows(page, 'heard hello');
});

it('TC-08 what the relay does not lead to is refused at once, with the setting’s name', async () => {
  await type(page, `node -e 'require("net").connect(3306,"${address}").on("error",e=>console.log("got",e.code))'`);
  await shows(page, 'got ECONNREFUSED');
  await shows(page, /RELAY_ALLOW/);
  // A driver that speaks first is no HTTP, either.
  await type(
    page,
    `node -e 'const s=require("net").connect(6379,"${address}");s.write("*1");s.on("error",e=>console.log("then",e.code))'`,
  );
  await shows(page, 'then ECONNREFUSED');
  expect(product.log()).not.toContain('Unhandled');
});

const ASKS_MONGO = `
const { connect } = require('node:net');
console.log('url is ' + process.env.MONGO_URL + ' ' + (process.env.MONGO_URL === process.env.MONGODB_URI));
const socket = connect(27017, '127.0.0.1', () => socket.write('ping'));
socket.on('data', (bytes) => console.log('mongo said ' + bytes));
socket.on('error', (error) => console.log('mongo ' + error.code));
setInterval(() => undefined, 1000);
`;

it(
  'RN-14 a run finds the operator’s MongoDB in its container, and is told when it is away',
  { timeout: 180_000 },
  async () => {
    const id = await makeProject(product.port, await signIn(product.port), 'Mongo', {
      'package.json': JSON.stringify({ name: 'mongo', private: true, scripts: { dev: 'node dev.cjs' } }),
      'dev.cjs': ASKS_MONGO,
    });
    await page.goto(`${product.url}/projects/${id}`);
    await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
    await page.getByRole('tab', { name: 'Run', exact: true }).click();
    const output = page.locator('#panel-run .xterm-rows');
    await output.filter({ hasText: `app_${id} true` }).waitFor();
    await output.filter({ hasText: 'mongo said ping' }).waitFor();
    mongo.close();
    // What the server found out is believed for five seconds.
    await expect
      .poll(
        async () => {
          await page.getByRole('group', { name: 'Scripts' }).getByRole('button', { name: 'dev' }).click();
          return (await output.textContent())?.includes('MONGO_URL is not set');
        },
        { timeout: 60_000, interval: 2000 },
      )
      .toBe(true);
    await output.filter({ hasText: 'url is undefined true' }).waitFor();
  },
);
