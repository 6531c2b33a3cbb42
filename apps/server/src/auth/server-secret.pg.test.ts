import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@slipway/db/testing';
import { createSecretBox, isSealed, loadSecretKeys, makeKeyText } from '@slipway/secrets';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer } from '../testing.ts';
import { getServerSecret } from './server-secret.ts';
import { createTokenSigner } from './token-signer.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'slipway-server-secret-'));
}, 60_000);
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

const stored = async (name: string) => {
  const [row] = await database.db.execute<{ value: string }>(
    sql`select value from server_secrets where name = ${name}`,
  );
  return row!.value;
};

describe('secrets of the server', () => {
  it('SV-23 what an earlier version stored in clear is sealed at the start, and who was signed in stays so', async () => {
    const clear = 'a'.repeat(43);
    await database.db.execute(sql`insert into server_secrets (name, value) values ('token-signing-key', ${clear})`);
    const tested = await createTestServer({ database });
    expect(isSealed(await stored('token-signing-key'))).toBe(true);
    const dump = JSON.stringify(await database.db.execute(sql`select * from server_secrets`));
    expect(dump).not.toContain(clear);
    const token = await tested.signIn();
    const signer = createTokenSigner(clear, () => Date.now() / 1000);
    expect(signer.readAccess(token)).toMatchObject({ use: 'access' });
    expect((await tested.call('GET', '/api/v1/auth/me', { token })).status).toBe(200);
    await tested.close();
  });

  it('SV-23 a server with another key refuses to start, and says which key is missing', async () => {
    await (await createTestServer({ database })).close();
    await expect(createTestServer({ database, env: { SECRET_KEY: makeKeyText() } })).rejects.toThrow(
      /^Cannot open "server_secrets.value:token-signing-key": it is sealed with the key "[0-9a-f]{16}", which is not here$/,
    );
  });

  it('SV-23 servers that start at once, with a file of their own to make, agree on key and secret', async () => {
    const secrets = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const box = createSecretBox(loadSecretKeys({ STATE_DIR: folder }));
        return await getServerSecret(database.db, box, 'shared', makeKeyText);
      }),
    );
    expect(new Set(secrets).size).toBe(1);
    await database.db.execute(sql`update server_secrets set value = ${secrets[0]!} where name = 'shared'`);
    const again = await Promise.all(
      Array.from({ length: 6 }, () =>
        getServerSecret(database.db, createSecretBox(loadSecretKeys({ STATE_DIR: folder })), 'shared', makeKeyText),
      ),
    );
    expect(new Set([...again, ...secrets]).size).toBe(1);
    expect(isSealed(await stored('shared'))).toBe(true);
    expect(await stored('shared')).not.toContain(readFileSync(join(folder, 'secret-key'), 'utf8').trim());
  });
});
