import type { CreateSandboxBody, Sandbox } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { ownerLimit } from '../quotas/owner-limit.ts';
import { getSandbox } from './get-sandbox.ts';

/** `taken`: another request made one of that id in between. */
export type CreateSandboxResult =
  | { outcome: 'created'; sandbox: Sandbox }
  | { outcome: 'too-many'; limit: number }
  | { outcome: 'taken' };

/**
 * Makes the record of a sandbox over a project of its own (SB-01). The owner's row is locked, so that of many requests
 * at once no more get through than there is room for; those that were destroyed do not count.
 */
export async function createSandbox(
  db: Db,
  ownerId: string,
  body: Omit<CreateSandboxBody, 'template'> & { projectId: string },
  configuredLimit: number,
): Promise<CreateSandboxResult> {
  const { id: name, projectId, command, ...config } = body;
  return await db.transaction(async (tx): Promise<CreateSandboxResult> => {
    await tx.execute(sql`select from users where id = ${ownerId} for no key update`);
    const [room] = await tx.execute<{ limit: number; full: boolean }>(sql`
      select l.amount as "limit", l.amount <= (
        select count(*) from sandboxes where owner_id = ${ownerId} and status <> 'destroyed') as full
      from (select ${ownerLimit(sql`${ownerId}`, 'sandboxes', configuredLimit)} as amount) l`);
    if (room!.full) return { outcome: 'too-many', limit: room!.limit };
    const made = await tx.execute(sql`
      insert into sandboxes (owner_id, project_id, name, config, command)
      select ${ownerId}, p.id, ${name}, ${JSON.stringify(config)}::jsonb, ${command} from projects p
      where p.id = ${projectId} and p.owner_id = ${ownerId}
      on conflict do nothing returning id`);
    const sandbox = made.length > 0 ? await getSandbox(tx, ownerId, name) : undefined;
    return sandbox ? { outcome: 'created', sandbox } : { outcome: 'taken' };
  });
}
