import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CreateProjectResponse } from '@slipway/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../testing.ts';
import { writeTar } from './tar.ts';

let tested: TestServer;
let folder: string;
beforeAll(async () => {
  tested = await createTestServer();
  folder = mkdtempSync(join(tmpdir(), 'slipway-export-'));
}, 60_000);
afterAll(async () => {
  await tested.close();
  rmSync(folder, { recursive: true });
});

/** As the tar of the machine reads it. */
function unpack(archive: Buffer): void {
  const { status, stderr } = spawnSync('tar', ['-x', '-f', '-', '-C', folder], { input: archive });
  expect([status, String(stderr)]).toEqual([0, '']);
}

it('SV-12 a person takes all her data along, in an archive that tar reads: account, projects, files', async () => {
  const token = await tested.signIn();
  const api = (method: string, path: string, options = {}) =>
    tested.call(method, `/api/v1${path}`, { token, ...options });
  const made = await api('POST', '/projects', { json: { name: '../My \u00c4pp' } });
  const { project } = made.json<CreateProjectResponse>();
  const files = {
    'index.html': Buffer.from('<p>hello'),
    'run.sh': Buffer.from('#!/bin/sh\n'),
    'empty.txt': Buffer.alloc(0),
    [`${'deep/'.repeat(30)}\u00e9.bin`]: Buffer.alloc(70_000, 7),
  };
  const entries = [];
  for (const [path, bytes] of Object.entries(files)) {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect((await api('PUT', `/blobs/${sha256}`, { body: bytes })).status).toBe(200);
    entries.push({ kind: 'file', path, mode: path === 'run.sh' ? 0o755 : 0o644, sha256, size: bytes.length });
  }
  const saved = await api('POST', `/projects/${project.id}/snapshots`, { json: { baseRevision: 0, entries } });
  expect(saved.status).toBe(201);

  const exported = await api('GET', '/account/export');
  expect(exported.headers).toMatchObject({
    'content-type': 'application/x-tar',
    'content-disposition': 'attachment; filename="slipway-export.tar"',
  });
  unpack(exported.body);
  const account = JSON.parse(readFileSync(join(folder, 'account.json'), 'utf8')) as Record<string, unknown>;
  expect(account).toMatchObject({ user: { email: 'owner@localhost' }, projects: [{ id: project.id }] });
  expect(JSON.stringify(account)).not.toMatch(/password|hash/i);
  const home = join(folder, 'projects', `__My \u00c4pp-${project.id.slice(0, 8)}`);
  for (const [path, bytes] of Object.entries(files))
    expect(readFileSync(join(home, 'files', path)).equals(bytes), path).toBe(true);
  expect(statSync(join(home, 'files', 'run.sh')).mode & 0o111).not.toBe(0);
  expect(JSON.parse(readFileSync(join(home, 'project.json'), 'utf8'))).toMatchObject({ snapshots: [{ revision: 1 }] });
});

it('a file that has another size than it said is an error, not a broken archive', async () => {
  async function* entries() {
    yield { path: 'a', size: 3, bytes: [new Uint8Array(2)] };
  }
  const read = async () => {
    for await (const piece of writeTar(entries())) expect(piece.length).toBeGreaterThan(0);
  };
  await expect(read()).rejects.toThrow('Cannot write "a": it has 2 bytes, not 3');
});
