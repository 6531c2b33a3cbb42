import { randomUUID } from 'node:crypto';
import { createTestServer } from '../testing.ts';
import { makeProject } from '@slipway/db/testing';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { fuzz } from './testing/fuzz.ts';

/** `FUZZ=10000 npm test -- apps/server/src/http/fuzz` is the long form; the seed of a failure shows it again. */
const count = Number(process.env['FUZZ'] ?? 1500);
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);

it('SV-04 SV-11 P-07 whatever is sent to whatever route: no error of the server’s, nobody else’s data, and it serves on', async () => {
  const tested = await createTestServer({ env: { QUOTA_PROJECTS: '100000', LOG_LEVEL: 'silent' } });
  const token = await tested.signIn();
  const mine = (
    await tested.call('POST', '/api/v1/projects', { token, json: { name: 'Mine', template: 'vanilla' } })
  ).json<{
    project: { id: string };
    snapshot: { id: string };
  }>();
  // A stranger's, by name, content and label.
  const stranger = await makeProject(tested.database.db);
  const secret = `secret-${randomUUID()}`;
  const snapshot = await stranger.save(secret);
  await tested.database.db.execute(sql`update projects set name = ${secret} where id = ${stranger.projectId}`);
  const before = process.memoryUsage().rss;
  const report = await fuzz(
    {
      port: tested.server.port,
      routes: tested.server.routes(),
      token,
      origin: tested.server.hosts.appOrigin,
      ids: [mine.project.id, mine.snapshot.id, stranger.projectId, snapshot.id, stranger.ownerId, randomUUID()],
      secrets: [secret],
    },
    { count, seed },
  );
  expect(report.faults, `seed ${seed}`).toEqual([]);
  expect(report.requests).toBeGreaterThanOrEqual(count);
  // What is right is among it: a fuzz that is refused everywhere proves little.
  expect(report.statuses['2xx'], JSON.stringify(report.statuses)).toBeGreaterThan(count / 20);
  expect((await tested.call('GET', '/ready')).status).toBe(200);
  expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 ** 2);
  await tested.close();
}, 300_000);
