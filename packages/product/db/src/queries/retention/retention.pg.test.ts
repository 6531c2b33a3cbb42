import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing.ts';
import { deleteOldCommands } from '../runs/delete-old-commands.ts';
import { deleteOldEvents } from '../events/delete-old-events.ts';
import { cancelBuild } from '../publish/cancel-build.ts';
import { claimJob } from '../publish/claim-job.ts';
import { createBuild } from '../publish/create-build.ts';
import { finishSucceeded } from '../publish/finish-succeeded.ts';
import { markRunning } from '../publish/mark-running.ts';
import { makeFile, makeProject, type ProjectFixture } from '../query-fixtures.ts';
import { deleteExpiredGrants } from './delete-expired-grants.ts';
import { deleteOldAudit } from './delete-old-audit.ts';
import { deleteOldBuilds } from './delete-old-builds.ts';
import { deleteOldLogs } from './delete-old-logs.ts';
import { measureStorage } from './measure-storage.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterAll(() => database.close());

const dayUs = 86_400_000_000;

async function publish(project: ProjectFixture, end: 'succeeded' | 'cancelled'): Promise<string> {
  const { id: snapshotId } = await project.save(randomUUID());
  const request = { snapshotId, deadlineUs: dayUs };
  const queued = await createBuild(database.db, project.ownerId, project.projectId, request);
  if (queued.outcome !== 'queued') throw new Error(queued.outcome);
  const { id } = queued.build;
  if (end === 'cancelled') {
    await cancelBuild(database.db, project.ownerId, id);
    return id;
  }
  const job = (await claimJob(database.db, 'w', dayUs))!;
  await markRunning(database.db, job, id);
  await finishSucceeded(database.db, job, id, {
    artifactId: randomUUID(),
    entries: [await makeFile(database.db, project.ownerId, 'index.html', randomUUID())],
    publicBase: 'http://x.localhost',
    tokenLifetimeUs: undefined,
  });
  return id;
}

const age = (buildId: string, days: number) =>
  database.db.execute(
    sql`update preview_builds set finished_at = slipway_now() - ${days * dayUs}::bigint where id = ${buildId}`,
  );
const idsOf = async (project: ProjectFixture) =>
  (
    await database.db.execute<{ id: string }>(
      sql`select id from preview_builds where project_id = ${project.projectId}`,
    )
  ).map(({ id }) => id);
const count = async (table: string, where = sql`true`): Promise<number> => {
  const [row] = await database.db.execute<{ count: number }>(
    sql`select count(*) from ${sql.identifier(table)} where ${where}`,
  );
  return row!.count;
};

describe('what is kept, and for how long', () => {
  it('SV-08 a build without success goes with its job and log; one that succeeded stays while it is shown, young or among the newest', async () => {
    const project = await makeProject(database.db);
    const [oldFailed, youngFailed] = [await publish(project, 'cancelled'), await publish(project, 'cancelled')];
    const succeeded: string[] = [];
    for (let at = 0; at < 4; at++) succeeded.push(await publish(project, 'succeeded'));
    await age(oldFailed, 31);
    await age(youngFailed, 29);
    for (const [at, id] of succeeded.entries()) await age(id, 204 - at);
    // What the project shows is the oldest of all, as after a rollback.
    await database.db.execute(
      sql`update projects set active_build_id = ${succeeded[0]!} where id = ${project.projectId}`,
    );
    const keep = { unsuccessfulUs: 30 * dayUs, succeededUs: 180 * dayUs, keepSucceeded: 2 };
    expect(await deleteOldBuilds(database.db, keep)).toBe(2);
    expect((await idsOf(project)).sort()).toEqual([youngFailed, succeeded[0]!, succeeded[2]!, succeeded[3]!].sort());
    for (const table of ['runtime_jobs', 'artifacts', 'preview_tokens', 'build_logs'])
      expect(
        await count(
          table,
          sql`${sql.identifier(table === 'runtime_jobs' ? 'preview_build_id' : 'build_id')} in (${oldFailed}, ${succeeded[1]!})`,
        ),
        table,
      ).toBe(0);
    expect(await deleteOldBuilds(database.db, keep)).toBe(0);
  });

  it('SV-08 a log goes before its build, and a log that is still written stays', async () => {
    const project = await makeProject(database.db);
    const [old, young] = [await publish(project, 'succeeded'), await publish(project, 'succeeded')];
    await age(old, 31);
    expect(await deleteOldLogs(database.db, 30 * dayUs)).toBeGreaterThan(0);
    expect(await deleteOldLogs(database.db, 30 * dayUs)).toBe(0);
    expect([
      await count('build_logs', sql`build_id = ${old}`),
      await count('build_logs', sql`build_id = ${young}`),
    ]).toEqual([0, 3]);
    expect(await idsOf(project)).toContain(old);
  });

  it('SV-08 events, commands, what opened a door once, and the oldest lines of the audit log', async () => {
    const { db } = database;
    const project = await makeProject(db);
    await project.save('one');
    await db.execute(sql`update owner_events set created_at = created_at - ${2 * dayUs}::bigint`);
    await project.save('two');
    await deleteOldEvents(db, dayUs);
    expect(await count('owner_events', sql`owner_id = ${project.ownerId}`)).toBe(1);

    const at = sql`slipway_now() - ${31 * dayUs}::bigint`;
    await db.execute(sql`
      insert into tickets (token_hash, purpose, owner_id, expires_at) values ('t', 'x', ${project.ownerId}, slipway_now() - 1)`);
    await db.execute(sql`
      insert into invitations (token_hash, role, invited_by, expires_at)
      values ('old', 'user', ${project.ownerId}, ${at}), ('young', 'user', ${project.ownerId}, slipway_now() - 1)`);
    await deleteExpiredGrants(db);
    expect([await count('tickets'), await count('invitations')]).toEqual([0, 1]);

    await db.execute(sql`
      insert into audit_log (created_at, action, details) values (slipway_now() - ${401 * dayUs}::bigint, 'sign-in', '{}'),
        (slipway_now() - ${399 * dayUs}::bigint, 'sign-in', '{}')`);
    await deleteOldAudit(db);
    expect(await count('audit_log')).toBe(1);
    expect(await deleteOldCommands(db)).toBe(0);
  });

  it('SV-08 what each table takes is told, the largest first', async () => {
    const sizes = await measureStorage(database.db);
    expect(sizes.length).toBeGreaterThan(20);
    expect(sizes.map(({ bytes }) => bytes)).toEqual(sizes.map(({ bytes }) => bytes).sort((a, b) => b - a));
    expect(sizes.find(({ table }) => table === 'blobs')?.bytes).toBeGreaterThan(0);
  });
});
