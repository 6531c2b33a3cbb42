import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestDatabase, type TestDatabase } from '@slipway/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDoctor } from './run-doctor.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterAll(() => database.close());

async function doctor(argv: readonly string[], env: Record<string, string>) {
  let stdout = '';
  const code = await runDoctor(argv, env, { stdout: { write: (text) => (stdout += text) }, stderr: process.stderr });
  return { code, stdout };
}

describe('slipway doctor', () => {
  it('SV-20 looks at the machine, the database and the server, and says what it found', async () => {
    let status = 200;
    const server = createServer((_, answer) => void answer.writeHead(status).end('{"status":"not ready"}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const env = { ...machine(), DATABASE_URL: database.url, PORT: String((server.address() as AddressInfo).port) };
    const well = await doctor(['--json'], env);
    expect(well.code).toBe(0);
    expect(JSON.parse(well.stdout)).toMatchObject({
      node: { state: 'ok' },
      browser: { state: 'ok' },
      server: { state: 'ok' },
      version: { state: 'ok', text: expect.stringMatching(/^Postgres \d+/) },
      migrations: { state: 'ok' },
      limits: { state: 'ok' },
      notifications: { state: 'ok' },
      clock: { state: 'ok' },
      storage: { state: 'ok', text: expect.stringContaining('MiB') },
    });
    status = 503;
    const sick = await doctor([], env);
    expect([sick.code, sick.stdout]).toEqual([
      1,
      expect.stringMatching(/^fail {2}server +http.*\/ready says 503: .*not ready/m),
    ]);
    server.close();
  }, 60_000);

  it('SV-20 says what must be mended, and goes on where it can', async () => {
    await database.client`delete from drizzle.__drizzle_migrations where id = (select max(id) from drizzle.__drizzle_migrations)`;
    const behind = await doctor([], { ...machine(), DATABASE_URL: database.url, PORT: '1' });
    expect([behind.code, behind.stdout]).toEqual([
      0,
      expect.stringMatching(/^warn {2}migrations +1 migrations are to come/m),
    ]);
    const wrong = new URL(database.url);
    wrong.password = 'wrong';
    const away = await doctor([], {
      ...machine(),
      DATABASE_URL: wrong.href,
      PORT: '1',
      SLIPWAY_CHROMIUM: '/no/such/browser',
    });
    expect(away.code).toBe(1);
    expect(away.stdout).toMatch(/^fail {2}browser /m);
    expect(away.stdout).toMatch(/^fail {2}version +password authentication failed/m);
    expect(away.stdout).not.toContain('wrong@');
    await expect(doctor(['--what'], {})).rejects.toThrow('cannot understand "--what"');
  }, 60_000);
});

/** Of this machine: where its browser is. */
function machine(): Record<string, string> {
  const { PATH = '', SLIPWAY_CHROMIUM } = process.env;
  return { PATH, ...(SLIPWAY_CHROMIUM === undefined ? {} : { SLIPWAY_CHROMIUM }) };
}
