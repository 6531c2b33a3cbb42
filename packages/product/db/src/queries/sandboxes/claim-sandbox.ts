import type { SandboxConfig, SandboxVerb } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** A sandbox in the hands of one worker; every write it makes names the epoch. */
export interface HeldSandbox {
  id: string;
  epoch: number;
  ownerId: string;
  projectId: string;
  name: string;
  config: SandboxConfig;
  command: string | null;
  status: 'created' | 'running' | 'exited' | 'destroyed';
  recoveries: number;
}

/** `checkpointName` is null for the verbs that need none. */
export interface ClaimedRequest {
  requestId: string;
  verb: SandboxVerb;
  checkpointName: string | null;
  sandbox: HeldSandbox;
}

const held = sql`s.id, s.lease_epoch as epoch, s.owner_id as "ownerId", s.project_id as "projectId", s.name, s.config,
  s.command, s.status, s.recoveries`;

/**
 * The oldest verb that this worker may do: of a sandbox that it has, or that nobody has (`room` says whether it can
 * take
 * one more). Verbs of one sandbox come one after another: those in `busy` are left out, and a later one waits for the
 * earlier. A sandbox that runs at a worker that is gone has to be recovered first (`claimLostSandbox`).
 */
export async function claimSandboxRequest(
  db: DbOrTx,
  workerId: string,
  { leaseUs, room, busy }: { leaseUs: number; room: boolean; busy: readonly string[] },
): Promise<ClaimedRequest | undefined> {
  const [row] = await db.execute<
    HeldSandbox & { requestId: string; verb: SandboxVerb; checkpointName: string | null } & Record<string, unknown>
  >(sql`
    with next as (
      select r.id as request_id, r.verb, r.checkpoint_name, s.id as sandbox_id
      from sandbox_requests r join sandboxes s on s.id = r.sandbox_id
      where r.state = 'waiting' and not s.id::text in (select jsonb_array_elements_text(${JSON.stringify(busy)}::jsonb))
        and not exists (
          select from sandbox_requests e where e.sandbox_id = r.sandbox_id and e.state = 'waiting' and e.seq < r.seq)
        and (s.lease_worker = ${workerId} and s.lease_expires_at >= slipway_now()
          or ${room} and s.status <> 'running'
            and (s.lease_expires_at is null or s.lease_expires_at < slipway_now()))
      order by r.seq limit 1 for update of s skip locked
    ), s as (
      update sandboxes s set lease_epoch = case
          when s.lease_worker = ${workerId} and s.lease_expires_at >= slipway_now() then s.lease_epoch
          else s.lease_epoch + 1 end,
        lease_worker = ${workerId}, lease_expires_at = slipway_now() + ${leaseUs}::bigint, updated_at = slipway_now()
      from next where s.id = next.sandbox_id returning s.*
    ) select ${held}, next.request_id as "requestId", next.verb, next.checkpoint_name as "checkpointName"
      from s, next`);
  if (!row) return undefined;
  const { requestId, verb, checkpointName, ...sandbox } = row;
  return { requestId, verb, checkpointName, sandbox };
}

/** A sandbox that runs, by its row, at a worker whose lease has lapsed: its machine went with that (RC-02). */
export async function claimLostSandbox(
  db: DbOrTx,
  workerId: string,
  leaseUs: number,
): Promise<HeldSandbox | undefined> {
  const [row] = await db.execute<HeldSandbox & Record<string, unknown>>(sql`
    with s as (
      update sandboxes set lease_worker = ${workerId}, lease_epoch = lease_epoch + 1,
        lease_expires_at = slipway_now() + ${leaseUs}::bigint, updated_at = slipway_now()
      where id = (
        select id from sandboxes where status = 'running' and lease_expires_at < slipway_now()
        order by lease_expires_at limit 1 for update skip locked)
      returning *
    ) select ${held} from s`);
  return row;
}
