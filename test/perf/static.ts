import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync } from 'node:zlib';
import { makePublishedProject } from '../../apps/server/src/sites/testing/publish-site.ts';
import { createTestServer } from '../../apps/server/src/testing.ts';
import { type Figures, printFigures } from './figures.ts';

const ROUNDS = 3;
const SECONDS = 2;
const CONNECTIONS = 16;
const BODY = Buffer.from(`/* ${'x'.repeat(10 * 1024 - 6)} */`);

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

/**
 * `npm run bench -- static`: requests in a second for a file of 10 KB, for a 304 and for brotli, beside a bare
 * `node:http` that has the same bytes in memory and looks at nothing but the address. That is the most which any
 * server in Node can do: sirv is no dependency of ours, and nginx is not on every machine.
 */
export async function benchStatic(): Promise<void> {
  const tested = await createTestServer();
  const bare = createServer((request, response) => {
    const notModified = request.headers['if-none-match'] !== undefined;
    const packed = request.headers['accept-encoding'] !== undefined;
    const body = packed ? brotliCompressedBody : BODY;
    response.writeHead(notModified ? 304 : 200, {
      ETag: '"x"',
      'Content-Type': 'text/javascript; charset=utf-8',
      ...(packed ? { 'Content-Encoding': 'br' } : {}),
      ...(notModified ? {} : { 'Content-Length': body.length }),
    });
    response.end(notModified ? undefined : body);
  });
  const brotliCompressedBody = brotliCompressSync(BODY);
  await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
  try {
    const project = await makePublishedProject(tested.database.db);
    const { host } = await project.publish({ 'index.html': '', 'app.js': BODY });
    const { etag = '' } = (await tested.call('GET', '/app.js', { host })).headers;
    const cases: [name: string, header: string][] = [
      ['10 KB file', ''],
      ['304', `If-None-Match: ${etag}\r\n`],
      ['brotli', 'Accept-Encoding: br\r\n'],
    ];
    const rows: Figures[] = [];
    for (const [name, header] of cases) {
      const request = `GET /app.js HTTP/1.1\r\nHost: ${host}:${tested.server.port}\r\n${header}\r\n`;
      const ours: number[] = [];
      const native: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        ours.push(await load(tested.server.port, request));
        native.push(await load((bare.address() as AddressInfo).port, request));
      }
      rows.push({ name, ours, native });
    }
    printFigures(`Published files, ${CONNECTIONS} connections; native is a bare node:http`, 'requests/s', rows);
  } finally {
    bare.close();
    bare.closeAllConnections();
    await tested.close();
  }
}

function load(port: number, request: string): Promise<number> {
  const asked = JSON.stringify({ port, request, connections: CONNECTIONS, seconds: SECONDS });
  const child = spawn(process.execPath, ['-e', CLIENT, asked], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve) => child.on('exit', () => resolve(Number(text))));
}
