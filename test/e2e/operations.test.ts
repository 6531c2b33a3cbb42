/** What is asked of a running server from outside: by the commands of the operator's book, and by `slipway verify`. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { apiPaths, attestationPaths, buildResponse, createProjectResponse, snapshotResponse } from '@slipway/contracts';
import { claimJob, finishVerification, openDatabase } from '@slipway/db';
import { createTestDatabase, type TestDatabase } from '@slipway/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runVerb } from '../../apps/cli/src/verb/run-verb.ts';
import { verbs } from '../../apps/cli/src/verbs.ts';
import { runVerify } from '../../apps/cli/src/verify/run-verify.ts';
import { ask, mustBe, signIn } from './ask.ts';
import { type Product, startProduct } from './product.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const book = join(root, 'docs/operations');

let folder: string;
let database: TestDatabase;
let empty: TestDatabase;
let product: Product;
const servers: Server[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-book-'));
  [database, empty] = [await createTestDatabase(), await createTestDatabase()];
  product = await startProduct({ ROLE: 'api', DATABASE_URL: database.url, LOG_LEVEL: 'warn', STATE_DIR: folder });
  // npx, which the book runs the command by, and the command as an image has it. Nothing of that name is in the path.
  writeFileSync(
    join(folder, 'npx'),
    `#!/bin/sh\nshift\nexec "${process.execPath}" "${root}apps/cli/dist/main.mjs" "$@"\n`,
  );
  chmodSync(join(folder, 'npx'), 0o755);
});
afterAll(async () => {
  servers.forEach((server) => server.close());
  await product?.stop();
  await empty?.close();
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `slipway verify …` and what it wrote. */
async function verify(...argv: string[]) {
  const { written, ...surroundings } = around();
  const code = await runVerify(argv, surroundings);
  return { code, ...written };
}
function around() {
  const written = { stdout: '', stderr: '' };
  return {
    written,
    env: { SLIPWAY_URL: product.url },
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
  };
}

/** Puts the bytes of these files where its owner may name them. */
async function store(token: string, files: Record<string, string>) {
  const stored = [];
  for (const [path, text] of Object.entries(files)) {
    const bytes = new TextEncoder().encode(text);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    mustBe(await ask(product.port, 'PUT', apiPaths.blob(sha256), { token, bytes }), 200, 'put');
    stored.push({ path, mode: 0o644, sha256, size: bytes.length });
  }
  return stored;
}

/** What a tab has published, and its link; with `source` of a save of these files. */
async function publish(files: Record<string, string>, source?: Record<string, string>) {
  const { port } = product;
  const token = await signIn(port);
  const body = { name: 'Site', template: 'vanilla-ts' };
  const made = createProjectResponse.parse(
    JSON.parse(mustBe(await ask(port, 'POST', apiPaths.projects, { token, body }), 201, 'create').body),
  );
  const { project } = made;
  let { snapshot } = made;
  if (source) {
    const entries = (await store(token, source)).map((file) => ({ kind: 'file', ...file }));
    const commit = { baseRevision: snapshot!.revision, entries };
    const saved = await ask(port, 'POST', apiPaths.snapshots(project.id), { token, body: commit });
    ({ snapshot } = snapshotResponse.parse(JSON.parse(mustBe(saved, 201, 'save').body)));
  }
  const built = await store(token, files);
  const sent = { snapshotId: snapshot!.id, files: built, log: [], durationMs: 1 };
  const answer = mustBe(await ask(port, 'POST', apiPaths.tabBuilds(project.id), { token, body: sent }), 201, 'publish');
  return { ...buildResponse.parse(JSON.parse(answer.body)).build, built };
}

it('P-34 a site is proven from outside: its signature, the builder\u2019s keys, and every byte that it sends', async () => {
  const build = await publish({ 'index.html': '<h1>hi</h1>', 'assets/a b.js': 'go()', '.well-known/x': 'me' });
  const link = build.previewUrl!;
  const early = await verify(link);
  expect([early.code, early.stdout]).toEqual([1, expect.stringMatching(/has not verified .*: pending\n$/)]);
  const { db, close } = openDatabase(database.url);
  const job = (await claimJob(db, 'w', 15_000_000))!;
  await finishVerification(db, job, build.id, { verification: 'verified' });
  const proven = await verify(link, '--builder', product.url);
  expect(proven).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(new RegExp(`^verified: all 3 files .* ${product.url} .*\\n.*commit [0-9a-f]{40}`)),
  });
  const other = await verify(link, '--builder', 'https://other.example.org');
  expect([other.code, other.stdout]).toEqual([1, expect.stringContaining('not by https://other.example.org')]);

  // A copy of the site elsewhere that sends other bytes, with the attestation of this one.
  const site = String((await ask(product.port, 'GET', link)).headers['location']);
  const attestation = (await ask(product.port, 'GET', new URL(attestationPaths.ofSite, site).href)).body;
  const copyOf = async (change: (path: string, body: string) => string): Promise<string> => {
    const server = createServer((request, response) => {
      const original = async (): Promise<string> =>
        request.url === attestationPaths.ofSite
          ? attestation
          : (await ask(product.port, 'GET', new URL(request.url ?? '/', site).href)).body;
      original().then(
        (body) => response.end(change(request.url ?? '/', body)),
        () => response.writeHead(502).end(),
      );
    });
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  };
  const altered = await verify(await copyOf((path, body) => (path.endsWith('.js') ? `${body} ` : body)), '--json');
  expect([altered.code, JSON.parse(altered.stdout)]).toMatchObject([
    1,
    { outcome: 'different', differences: ['assets/a b.js: the site sends other bytes'] },
  ]);
  const forged = await verify(
    await copyOf((path, body) => {
      if (path !== attestationPaths.ofSite) return body;
      const document = JSON.parse(body) as { envelope: { payload: string } };
      const text = Buffer.from(document.envelope.payload, 'base64').toString().replace('index.html', 'other.html');
      return JSON.stringify({
        ...document,
        envelope: { ...document.envelope, payload: Buffer.from(text).toString('base64') },
      });
    }),
  );
  expect([forged.code, forged.stdout]).toEqual([1, 'not verified: the signature is forged\n']);
  const nothing = await verify(await copyOf(() => 'no json'));
  expect([nothing.code, nothing.stdout]).toEqual([1, expect.stringMatching(/has no attestation\n$/)]);
  await close();
}, 120_000);

it('P-34 P-33 a site is built anew on this machine from its save, and what differs is named file by file', async () => {
  const made = { 'index.html': '<h1>hi</h1>', 'app.js': 'go()', 'only here.txt': 'x' };
  const source = {
    'package.json': '{ "name": "p", "version": "1.0.0", "scripts": { "build": "node make.cjs" } }',
    'make.cjs': `const fs = require('fs');
      fs.mkdirSync('dist');
      for (const [path, text] of Object.entries(${JSON.stringify(made)})) fs.writeFileSync('dist/' + path, text);`,
  };
  const build = await publish({ 'index.html': '<h1>hi</h1>', 'app.js': 'go() ', 'only-there.txt': 'y' }, source);
  const { db, close } = openDatabase(database.url);
  await finishVerification(db, (await claimJob(db, 'w', 15_000_000))!, build.id, { verification: 'verified' });
  await close();
  const [stranger, anew] = await Promise.all([
    // Whoever a site says has built it gets no token for that.
    runVerify([build.previewUrl!, '--rebuild'], { ...around(), env: {} }),
    verify(build.previewUrl!, '--rebuild', '--builder', product.url),
  ]);
  expect([stranger, anew.code, anew.stderr]).toEqual([1, 1, expect.stringContaining('$ npm run build\n')]);
  expect(anew.stdout.slice(anew.stdout.indexOf('rebuilt'))).toMatch(
    new RegExp(
      [
        '^rebuilt here, and different:',
        '  app.js: [0-9a-f]{12} is published, [0-9a-f]{12} is built',
        '  only here.txt: is built, and not published',
        '  only-there.txt: is published, and the build does not make it\n$',
      ].join('\n'),
    ),
  );
}, 120_000);

/** The lines of every `sh` block, page by page. */
function commandsOfTheBook(): { page: string; command: string }[] {
  return readdirSync(book)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .flatMap((page) =>
      [...readFileSync(join(book, page), 'utf8').matchAll(/^```sh\n([^]*?)^```/gm)].flatMap((block) =>
        block[1]!
          .trim()
          .split('\n')
          .map((command) => ({ page, command: command.replace(/ +#.*/, '') })),
      ),
    );
}

type Environment = Record<string, string | undefined>;

async function runInShell(command: string, env: Environment): Promise<string> {
  return (await promisify(execFile)('sh', ['-c', command], { cwd: root, env })).stdout;
}

/** `slipway …` in this process. */
async function runHere(words: string, env: Environment): Promise<string> {
  const said = { stdout: '', stderr: '' };
  const code = await runVerb(words.split(' '), verbs, {
    env,
    stdout: { write: (text) => (said.stdout += text) },
    stderr: { write: (text) => (said.stderr += text) },
  });
  if (code !== 0) throw Object.assign(new Error(`exit code ${code}`), said);
  return said.stdout;
}

it('SV-20 every command of the operator’s book does what the book says, as it is written there', async () => {
  const commands = commandsOfTheBook();
  expect(commands.length).toBeGreaterThan(8);
  const failed: string[] = [];
  const done = new Set<string>();
  let found = false;
  for (const { page, command } of commands) {
    // Several pages say the same.
    if (done.has(command)) continue;
    done.add(command);
    const written = command
      .replaceAll('/var/backups', folder)
      .replaceAll('127.0.0.1:4000', `127.0.0.1:${product.port}`);
    const restores = / restore /.test(command);
    const env = {
      ...process.env,
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      DATABASE_URL: restores ? empty.url : database.url,
      STATE_DIR: folder,
      PORT: String(product.port),
    };
    // By the shell, as it stands there, until the command has been found that way; then its verbs without a process each.
    const [, words] = /^(?:npx )?slipway ([\w./ -]+)$/.exec(written) ?? [];
    try {
      const stdout = words === undefined || !found ? await runInShell(written, env) : await runHere(words, env);
      found ||= words !== undefined;
      if (stdout === '') failed.push(`${page}: ${command} says nothing`);
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      failed.push(`${page}: ${command}: ${stdout}${stderr}`);
    }
  }
  expect(failed).toEqual([]);
}, 400_000);
