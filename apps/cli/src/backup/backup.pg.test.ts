import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, placeOf, sealedColumns } from '@slipway/db';
import { createTestDatabase, makeProject, type TestDatabase } from '@slipway/db/testing';
import { createSecretBox, loadSecretKeys, makeKeyText } from '@slipway/secrets';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSecrets } from '../secrets/run-secrets.ts';
import { runBackup, runRestore } from './run-backup.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'slipway-backup-'));
}, 60_000);
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

type Run = (
  argv: readonly string[],
  env: Record<string, string>,
  output: Parameters<typeof runBackup>[2],
) => Promise<number>;

async function run(verb: Run, argv: readonly string[], env: Record<string, string>) {
  let stdout = '';
  const code = await verb(argv, env, { stdout: { write: (text) => (stdout += text) }, stderr: process.stderr });
  return { code, stdout };
}

/** A file of a project, and a secret that this key seals. */
async function fill(key: string): Promise<{ projectId: string; text: string }> {
  const text = 'kept in the database';
  const project = await makeProject(database.db);
  await project.save(text);
  const place = placeOf(sealedColumns.serverSecret, 'a-key');
  const sealed = createSecretBox(
    loadSecretKeys({ SECRET_KEY: key, SECRET_KEY_FILE: undefined, STATE_DIR: folder }),
  ).seal('the secret', place);
  await database.db.execute(sql`insert into server_secrets (name, value) values ('a-key', ${sealed})`);
  return { projectId: project.projectId, text };
}

describe('slipway backup and restore', () => {
  it('SV-20 SV-23 bring everything to an empty machine; secrets open with their key, and without it the rest works', async () => {
    const key = makeKeyText();
    const { projectId, text } = await fill(key);
    const file = join(folder, 'all.backup');
    const saved = await run(runBackup, [file], { DATABASE_URL: database.url });
    expect(saved).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d+ rows of \d+ tables, \d+ bytes, saved to .*all\.backup\nThe key that seals/),
    });
    expect([statSync(file).mode & 0o777, existsSync(`${file}.part`)]).toEqual([0o600, false]);

    // A machine that has nothing: no database, no key.
    const machine = { STATE_DIR: join(folder, 'machine') };
    const restored = await run(runRestore, [file], machine);
    expect(restored.stdout).toMatch(/^\d+ rows of \d+ tables, \d+ bytes, restored from /);
    expect((await run(runSecrets, ['check'], { ...machine, SECRET_KEY: key })).code).toBe(0);
    const lost = await run(runSecrets, ['check'], machine);
    expect([lost.code, lost.stdout]).toEqual([1, expect.stringContaining('a-key')]);
    expect((await run(runSecrets, ['forget'], machine)).code).toBe(0);
    expect((await run(runSecrets, ['check'], machine)).code).toBe(0);

    // What the machine has now is saved, and that is what is in the file.
    const again = join(folder, 'again.backup');
    await run(runBackup, [again], machine);
    const target = await createTestDatabase();
    await run(runRestore, [again], { DATABASE_URL: target.url });
    const own = openDatabase(target.url, { maxConnections: 1 });
    const [row] = await own.db.execute<{ id: string; text: string }>(sql`
      select p.id, convert_from(b.bytes, 'UTF8') as text from projects p, blobs b`);
    expect(row).toEqual({ id: projectId, text });
    await own.close();
    await target.close();
  }, 120_000);

  it('SV-20 say what is wrong, and leave nothing half', async () => {
    const env = { DATABASE_URL: database.url };
    await expect(run(runBackup, [], env)).rejects.toThrow('no file given');
    await expect(run(runRestore, ['a', 'b'], env)).rejects.toThrow('cannot understand "a b"');
    await expect(run(runRestore, [join(folder, 'none')], env)).rejects.toThrow('ENOENT');
    const nowhere = join(folder, 'no', 'such', 'folder');
    await expect(run(runBackup, [nowhere], env)).rejects.toThrow('ENOENT');
    const file = join(folder, 'full.backup');
    await run(runBackup, [file], env);
    await expect(run(runRestore, [file], env)).rejects.toThrow('holds something already');
  }, 60_000);
});
