import { sql } from 'drizzle-orm';
import { askPrepared } from '../../connection/ask-prepared.ts';
import type { DbOrTx } from '../../connection/database.ts';

/**
 * Who a plugin's statements are in the database: a role that cannot sign in, owns nothing, and sees by the
 * policies of its tables the rows of one tenant alone. A second lock behind `tenant_id` in every statement.
 */
export const PLUGIN_ROLE = 'slipway_plugins';

/** The setting by which policies know the tenant. Without it no row is anybody's. */
const TENANT = `nullif(current_setting('slipway.tenant', true), '')::uuid`;

/** Statements that lock a plugin's table; its name was held against a pattern. No right to delete: rows are marked. */
export function lockStatements(table: string): string[] {
  return [
    `alter table ${table} enable row level security`,
    `create policy tenant on ${table} to ${PLUGIN_ROLE}
      using (tenant_id = ${TENANT}) with check (tenant_id = ${TENANT})`,
    `grant select, insert, update on ${table} to ${PLUGIN_ROLE}`,
  ];
}

/** From here to the end of the transaction, or `becomeOurselves`, statements are a plugin's on behalf of a tenant. */
export async function becomePlugin(tx: DbOrTx, tenantId: string): Promise<void> {
  await askPrepared(
    tx,
    sql`select set_config('slipway.tenant', ${tenantId}, true), set_config('role', ${PLUGIN_ROLE}, true)`,
  );
}

/** The rest of the transaction is the product's own again. */
export async function becomeOurselves(tx: DbOrTx): Promise<void> {
  await askPrepared(tx, sql`select set_config('role', ${'none'}, true)`);
}

/** Whether this session may be that role: where the database's owner may make no roles, an operator must have. */
export async function canBecomePlugin(db: DbOrTx): Promise<boolean> {
  const [row] = await db.execute<{ can: boolean | null }>(sql`
    select pg_has_role(oid,
      case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end) as can
    from pg_roles where rolname = ${PLUGIN_ROLE}`);
  return row?.can === true;
}
