/** Scripts that print `figure <number>`; the same text runs in a container and in native Node. */
const timed = (setup: string, work: string): string => `
const t = () => performance.now();
${setup}
(async () => {
  const began = t();
  ${work}
  console.log('figure ' + (t() - began).toFixed(3));
  process.exit(0);
})();
`;

const manyFiles = `
const fs = require('fs'), os = require('os'), path = require('path');
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'probe-'));
const names = Array.from({ length: 1000 }, (_, i) => path.join(dir, 'f' + i));
for (const name of names) fs.writeFileSync(name, 'x'.repeat(500));
for (const name of names) fs.readFileSync(name);
`;

/** By the name in the report. Each prints one figure in milliseconds, without the start of Node. */
export const PROBES: Readonly<Record<string, string>> = {
  'readFileSync x1000': timed(manyFiles, 'for (const name of names) fs.readFileSync(name);'),
  'statSync x1000': timed(manyFiles, 'for (const name of names) fs.statSync(name);'),
  'spawn and pipe round trip': timed(
    `const { spawn } = require('child_process');`,
    `await new Promise((done) => {
       const c = spawn(process.execPath, ['-e', 'process.stdin.pipe(process.stdout)']);
       c.stdout.on('data', () => c.stdin.end());
       c.on('close', done);
       c.stdin.write('x');
     });`,
  ),
  'http keep-alive, 300 requests': timed(
    `const http = require('http'); const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
     const server = http.createServer((q, r) => r.end('ok'));
     const get = (port) => new Promise((done, fail) =>
       http.get({ port, agent }, (r) => { r.resume(); r.on('end', done); }).on('error', fail));`,
    `await new Promise((done) => server.listen(0, done));
     for (let i = 0; i < 300; i++) await get(server.address().port);`,
  ),
  'sha256 of 20 MB': timed(
    `const { createHash } = require('crypto'); const data = Buffer.alloc(20e6, 7);`,
    `createHash('sha256').update(data).digest('hex');`,
  ),
  'gzipSync of 1 MB': timed(
    `const zlib = require('zlib');
     const lines = Array.from({ length: 40000 }, (_, i) => 'line ' + (i * 7919 % 10007) + ' of text\\n');
     const data = Buffer.from(lines.join('')).subarray(0, 1e6);`,
    `zlib.gzipSync(data);`,
  ),
  'hex of 1 MB x20': timed(
    `const data = Buffer.alloc(1e6, 171);`,
    `for (let i = 0; i < 20; i++) data.toString('hex');`,
  ),
  'await and nextTick x300': timed(
    '',
    `for (let i = 0; i < 300; i++) await new Promise((done) => process.nextTick(done));`,
  ),
  'setImmediate x300': timed('', `for (let i = 0; i < 300; i++) await new Promise((done) => setImmediate(done));`),
};
