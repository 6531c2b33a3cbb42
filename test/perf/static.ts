import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync } from 'node:zlib';
import sirv from 'sirv';
import { makePublishedProject } from '../../apps/server/src/sites/testing/publish-site.ts';
import { createTestServer } from '../../apps/server/src/testing.ts';

const ROUNDS = 3;
const SECONDS = 2;
const CONNECTIONS = 16;
const START_TRIES = 100;
const START_MS = 50;
const BODY = Buffer.from(`/* ${'x'.repeat(10 * 1024 - 6)} */`);

const PACKED = brotliCompressSync(BODY);

/** Asks one thing over and over by so many connections, and prints how many answers came in a second. */
const CLIENT = `
const { connect } = require('node:net');
const { port, request, connections, seconds } = JSON.parse(process.argv[1]);
let answers = 0;
for (let at = 0; at < connections; at++) {
  const socket = connect(port, '127.0.0.1');
  let left = Buffer.alloc(0);
  socket.on('connect', () => socket.write(request));
  socket.on('data', (chunk) => {
    left = left.length === 0 ? chunk : Buffer.concat([left, chunk]);
    const end = left.indexOf('\\r\\n\\r\\n');
    if (end === -1) return;
    const length = Number(/content-length: (\\d+)/i.exec(left.subarray(0, end).toString())?.[1] ?? 0);
    if (left.length < end + 4 + length) return;
    left = Buffer.alloc(0);
    answers++;
    socket.write(request);
  });
}
setTimeout(() => { process.stdout.write(String(answers / seconds)); process.exit(0); }, seconds * 1000);
`;

/** A server of the one file; undefined where this machine does not have it. */
interface Peer {
  name: string;
  port: number;
  /** What it gives as the file's tag. */
  etag: string;
  /** Whether it sends packed bytes that are there. */
  brotli: boolean;
  /** What requests say which host they mean. */
  host: string;
  close(): Promise<void> | void;
}

/**
 * `npm run bench -- static`: requests in a second for a file of 10 KB, for a 304 and for brotli, beside sirv, the
 * machine's nginx with one worker, and a bare `node:http` that has the same bytes in memory and looks at nothing but
 * the address: the most which any server in Node can do. All in one run, a round of each after the other.
 */
export async function benchStatic(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-static-'));
  writeFileSync(join(folder, 'app.js'), BODY);
  writeFileSync(join(folder, 'app.js.br'), PACKED);
  const peers: Peer[] = [];
  try {
    for (const open of [openOurs, openSirv, openNginx, openBare]) {
      const peer = await open(folder);
      if (peer) peers.push(peer);
    }
    const cases: [name: string, header: (peer: Peer) => string | undefined][] = [
      ['10 KB file', () => ''],
      ['304', ({ etag }) => `If-None-Match: ${etag}\r\n`],
      ['brotli', ({ brotli }) => (brotli ? 'Accept-Encoding: br\r\n' : undefined)],
    ];
    for (const [name, headerOf] of cases) {
      const figures = new Map(peers.map((peer) => [peer.name, [] as number[]]));
      for (let round = 0; round < ROUNDS; round++) {
        for (const peer of peers) {
          const header = headerOf(peer);
          if (header === undefined) continue;
          const request = `GET /app.js HTTP/1.1\r\nHost: ${peer.host}\r\n${header}\r\n`;
          figures.get(peer.name)!.push(await load(peer.port, request));
        }
      }
      print(name, figures);
    }
  } finally {
    for (const peer of peers) await peer.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(name: string, figures: ReadonlyMap<string, readonly number[]>): void {
  const ours = median([...figures.values()][0] ?? []);
  process.stdout.write(`\n${name}, ${CONNECTIONS} connections, median of ${ROUNDS} rounds\n`);
  for (const [peer, values] of figures) {
    if (values.length === 0) continue;
    const rate = median(values);
    process.stdout.write(`  ${peer.padEnd(12)} ${Math.round(rate)} requests/s, Slipway ${(ours / rate).toFixed(2)}x\n`);
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

async function openOurs(): Promise<Peer> {
  const tested = await createTestServer();
  const project = await makePublishedProject(tested.database.db);
  const { host } = await project.publish({ 'index.html': '', 'app.js': BODY });
  const { etag = '' } = (await tested.call('GET', '/app.js', { host })).headers;
  const { port } = tested.server;
  return { name: 'Slipway', port, etag, brotli: true, host: `${host}:${port}`, close: () => tested.close() };
}

async function openSirv(folder: string): Promise<Peer> {
  return await openNode('sirv', createServer(sirv(folder, { etag: true, brotli: true })));
}

async function openBare(): Promise<Peer> {
  const server = createServer((request, response) => {
    const notModified = request.headers['if-none-match'] !== undefined;
    const packed = request.headers['accept-encoding'] !== undefined;
    const body = packed ? PACKED : BODY;
    response.writeHead(notModified ? 304 : 200, {
      ETag: '"x"',
      'Content-Type': 'text/javascript; charset=utf-8',
      ...(packed ? { 'Content-Encoding': 'br' } : {}),
      ...(notModified ? {} : { 'Content-Length': body.length }),
    });
    response.end(notModified ? undefined : body);
  });
  return await openNode('node:http', server);
}

async function openNode(name: string, server: Server): Promise<Peer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { name, port, etag: await etagOf(port), brotli: true, host: `127.0.0.1:${port}`, close };
}

/** Debian's has no module for brotli. One worker, as the others are one process. */
async function openNginx(folder: string): Promise<Peer | undefined> {
  if (spawnSync('nginx', ['-v']).status !== 0) return undefined;
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const config = join(folder, 'nginx.conf');
  writeFileSync(
    config,
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
    events { worker_connections 512; }
    http { access_log off; keepalive_requests 10000000; sendfile on; types { text/javascript js; }
      client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
      uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi; open_file_cache max=100;
      server { listen 127.0.0.1:${port}; root ${folder}; } }`,
  );
  const child = spawn('nginx', ['-c', config, '-p', folder], { stdio: 'ignore' });
  const close = async (): Promise<void> => {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  };
  // Its workers are other users' where it is root's: they must be able to read what is served.
  chmodSync(folder, 0o755);
  return { name: 'nginx', port, etag: await etagOf(port), brotli: false, host: `127.0.0.1:${port}`, close };
}

/** Asks until the server is there. */
async function etagOf(port: number): Promise<string> {
  for (let left = START_TRIES; ; left--) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/app.js`);
      if (!answer.ok) throw new Error(`Cannot measure: the server answered ${answer.status}`);
      return answer.headers.get('etag') ?? '';
    } catch (error) {
      if (left === 0) throw error;
      await sleep(START_MS);
    }
  }
}

function load(port: number, request: string): Promise<number> {
  const asked = JSON.stringify({ port, request, connections: CONNECTIONS, seconds: SECONDS });
  const child = spawn(process.execPath, ['-e', CLIENT, asked], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve) => child.on('exit', () => resolve(Number(text))));
}
