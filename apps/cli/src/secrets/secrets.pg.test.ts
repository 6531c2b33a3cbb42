import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getOrCreateSecret, listSealedValues, placeOf, sealedColumns } from '@slipway/db';
import { createTestDatabase, makeUser, type TestDatabase } from '@slipway/db/testing';
import { createSecretBox, loadSecretKeys, makeKeyText, type SecretBox, sealingKeyId } from '@slipway/secrets';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../verb/verb.ts';
import { runSecrets } from './run-secrets.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'slipway-cli-secrets-'));
}, 60_000);
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => database.db.execute(sql`truncate server_secrets, refresh_families cascade`));

async function secrets(argv: string[], keys: Record<string, string> = {}): Promise<{ code: number; text: string }> {
  let text = '';
  const write = (piece: string) => (text += piece);
  const env = { DATABASE_URL: database.url, STATE_DIR: folder, ...keys };
  const code = await runSecrets(argv, env, { stdout: { write }, stderr: { write } });
  return { code, text };
}
const place = (name: string) => placeOf(sealedColumns.serverSecret, name);
const boxOf = (SECRET_KEY?: string): SecretBox =>
  createSecretBox(loadSecretKeys({ STATE_DIR: folder, ...(SECRET_KEY === undefined ? {} : { SECRET_KEY }) }));
const put = (name: string, box: SecretBox, text = name) =>
  getOrCreateSecret(database.db, name, box.seal(text, place(name)));
const keyIds = async () =>
  new Set(
    (await listSealedValues(database.db, sealedColumns.serverSecret, '', 9000)).map((row) => sealingKeyId(row.value)),
  );

describe('slipway secrets', () => {
  it('SV-23 rotate makes a key in the state folder and seals everything with it; --drop-old leaves that key alone', async () => {
    const box = boxOf();
    for (const name of ['a', 'b']) await put(name, box);
    await database.db.execute(sql`insert into server_secrets (name, value) values ('clear', 'in clear')`);
    const before = await keyIdsOf(['a']);
    expect(await secrets(['rotate'])).toEqual({ code: 0, text: '3 values open, 3 of them were sealed anew\n' });
    expect((await keyIds()).size).toBe(1);
    expect(await keyIds()).not.toEqual(before);
    const rows = await listSealedValues(database.db, sealedColumns.serverSecret, '', 10);
    expect(rows.map(({ key, value }) => box.open(value, place(key)))).toEqual(['a', 'b', 'in clear']);
    const keysNow = () => readFileSync(join(folder, 'secret-key'), 'utf8').trim().split('\n').length;
    expect(keysNow()).toBe(2);
    expect((await secrets(['rotate', '--drop-old'])).code).toBe(0);
    expect(keysNow()).toBe(1);
    expect(await secrets(['check'])).toEqual({ code: 0, text: '3 values open, 0 of them by an older key\n' });
  });

  it('SV-23 with keys of the operator the first one seals; more values than a page', async () => {
    const [older, newer] = [makeKeyText(), makeKeyText()];
    const box = boxOf(older);
    await Promise.all(Array.from({ length: 1001 }, (_, at) => put(`many ${at}`, box)));
    const rotated = await secrets(['rotate'], { SECRET_KEY: `${newer},${older}` });
    expect(rotated).toEqual({ code: 0, text: '1001 values open, 1001 of them were sealed anew\n' });
    expect((await secrets(['check'], { SECRET_KEY: newer })).code).toBe(0);
    await expect(secrets(['rotate', '--drop-old'], { SECRET_KEY: newer })).rejects.toThrow(UsageError);
  });

  it('SV-23 a restore without its key: check says what is lost, forget removes that and nothing else', async () => {
    const [lostKey, key] = [makeKeyText(), makeKeyText()];
    await put('lost', boxOf(lostKey));
    await put('kept', boxOf(key));
    const userId = await makeUser(database.db);
    const familyId = '0b5f3a52-5d3b-4d3b-9d3b-0b5f3a525d3b';
    const upstream = boxOf(lostKey).seal('theirs', placeOf(sealedColumns.upstreamToken, familyId));
    await database.db.execute(sql`
      insert into refresh_families (id, user_id, expires_at, upstream_token) values (${familyId}, ${userId}, 1, ${upstream})`);
    const env = { SECRET_KEY: key };
    const lostPlaces = `  server_secrets.value:lost\n  refresh_families.upstream_token:${familyId}\n`;
    expect(await secrets(['check'], env)).toEqual({
      code: 1,
      text: `1 values open, 0 of them by an older key\n2 do not open with the keys here:\n${lostPlaces}`,
    });
    expect((await secrets(['forget'], env)).code).toBe(0);
    expect(await secrets(['check'], env)).toMatchObject({
      code: 0,
      text: expect.stringContaining('1 values open') as string,
    });
  });

  it('SV-23 key prints one that works; anything else is a wrong use', async () => {
    const { text } = await secrets(['key']);
    expect(boxOf(text).open(boxOf(text).seal('x', 'y'), 'y')).toBe('x');
    for (const argv of [[], ['turn'], ['rotate', '--all'], ['check', 'x'], ['key', 'x']])
      await expect(secrets(argv)).rejects.toThrow(UsageError);
  });
});

async function keyIdsOf(names: string[]): Promise<Set<string>> {
  const rows = await listSealedValues(database.db, sealedColumns.serverSecret, '', 100);
  return new Set(rows.filter(({ key }) => names.includes(key)).map(({ value }) => sealingKeyId(value)));
}
