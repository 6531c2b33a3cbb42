import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { HeldSandbox } from './claim-sandbox.ts';

type Fence = Pick<HeldSandbox, 'id' | 'epoch'>;

/** Renews the leases of a worker; the ids of those that it still has. */
export async function renewSandboxes(
  db: DbOrTx,
  workerId: string,
  sandboxes: readonly Fence[],
  leaseUs: number,
): Promise<string[]> {
  if (sandboxes.length === 0) return [];
  const rows = await db.execute<{ id: string }>(sql`
    update sandboxes s set lease_expires_at = slipway_now() + ${leaseUs}::bigint, updated_at = slipway_now()
    from jsonb_to_recordset(${JSON.stringify(sandboxes.map(({ id, epoch }) => ({ id, epoch })))}::jsonb)
      as h(id uuid, epoch bigint)
    where s.id = h.id and s.lease_epoch = h.epoch and s.lease_worker = ${workerId} returning s.id`);
  return rows.map(({ id }) => id);
}

/** A row's next status, from one of those that the state machine allows. */
export interface SandboxMove {
  from: readonly string[];
  to: HeldSandbox['status'];
  exitCode?: number | null;
  problem?: string | null;
  recovered?: boolean;
}

/**
 * Writes a status under the lease's fence; who has ended it gives it back afterwards. False where the lease is lost,
 * or the status is another already.
 */
export async function moveSandbox(db: DbOrTx, { id, epoch }: Fence, move: SandboxMove): Promise<boolean> {
  const { from, to, exitCode = null, problem = null, recovered = false } = move;
  const starts = to === 'running';
  const ends = to === 'exited' || to === 'destroyed';
  const rows = await db.execute(sql`
    update sandboxes set status = ${to}, updated_at = slipway_now(),
      started_at = case when ${starts} then slipway_now() when ${to === 'created'} then null else started_at end,
      ended_at = case when ${ends} then coalesce(ended_at, slipway_now()) else null end,
      exit_code = case when ${ends} then coalesce(${exitCode}::int, exit_code) end,
      problem = case when ${ends} then coalesce(${problem}::text, problem) end,
      recoveries = recoveries + ${recovered ? 1 : 0}
    where id = ${id} and lease_epoch = ${epoch}
      and status in (select jsonb_array_elements_text(${JSON.stringify(from)}::jsonb))
    returning id`);
  return rows.length > 0;
}

/** Says how a verb went, unless the lease is lost: then another worker does it again. */
export async function settleSandboxRequest(
  db: DbOrTx,
  { id, epoch }: Fence,
  requestId: string,
  problem: string | null,
): Promise<void> {
  await db.execute(sql`
    update sandbox_requests r set state = ${problem === null ? 'done' : 'failed'}, problem = ${problem},
      updated_at = slipway_now()
    from sandboxes s
    where r.id = ${requestId} and r.state = 'waiting' and s.id = r.sandbox_id and s.id = ${id}
      and s.lease_epoch = ${epoch}`);
}

/** Gives a sandbox back that has no machine: whoever is asked next takes it. */
export async function releaseSandbox(db: DbOrTx, { id, epoch }: Fence): Promise<void> {
  await db.execute(sql`
    update sandboxes set lease_worker = null, lease_expires_at = null, updated_at = slipway_now()
    where id = ${id} and lease_epoch = ${epoch} and status <> 'running'`);
}
