import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { AgentProject } from './find-unheld-work.ts';

/** Workers hear here of projects that somebody waits for; the payload is the project's id. */
export const STAND_IN_CHANNEL = 'slipway_stand_in';

/** Asks for a sandbox that has the project while no tab does. Whoever waits asks again: a hint may get lost. */
export async function askStandIn(db: DbOrTx, projectId: string): Promise<void> {
  await db.execute(sql`select pg_notify(${STAND_IN_CHANNEL}, ${projectId})`);
}

/** Undefined while a lease on it holds. */
export async function findUnheldProject(db: DbOrTx, projectId: string): Promise<AgentProject | undefined> {
  const [project] = await db.execute<AgentProject & Record<string, unknown>>(sql`
    select p.id as "projectId", p.owner_id as "ownerId" from projects p
    where p.id = ${projectId} and not exists (
      select from project_holders h where h.project_id = p.id and h.lapses_at >= slipway_now()
    )`);
  return project;
}
