import type postgres from 'postgres';

/**
 * What no session of ours may exceed (SV-01). They belong to the role in this
 * database: startup options would be refused by a pooler, and a SET after connect
 * would reach only one of the server's sessions behind it.
 *
 * A session that holds locks and says nothing is ended before anybody who waits
 * for those locks gives up: idle < lock < statement.
 */
const limits = {
  idle_in_transaction_session_timeout: '5s',
  lock_timeout: '8s',
  statement_timeout: '60s',
  // A machine that went away does not say goodbye: its sessions are found out within half a minute.
  tcp_keepalives_idle: '15',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
} as const;

/** Gives the connecting role its limits in this database. What the operator has set for it already stays as it is. */
export async function setConnectionLimits(client: postgres.ISql): Promise<void> {
  // Settings come as "name=value": of the role, of the database, of both, or of everybody.
  const rows = await client<{ setting: string }[]>`
    select distinct unnest(s.setconfig) as setting from pg_db_role_setting s
    where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
      and s.setrole in (0, (select oid from pg_roles where rolname = current_user))`;
  const known = new Set(rows.map(({ setting }) => setting.slice(0, setting.indexOf('='))));
  const [{ database } = { database: '' }] = await client<{ database: string }[]>`select current_database() as database`;
  for (const [name, value] of Object.entries(limits)) {
    if (known.has(name)) continue;
    const quoted = client.unsafe(`'${value}'`);
    await client`alter role current_user in database ${client(database)} set ${client(name)} to ${quoted}`;
  }
}

/**
 * For work that may wait for another process's, and take as long as its tables need: until its transaction ends, or
 * the session of a connection of its own.
 */
export async function liftConnectionLimits(
  client: postgres.ISql,
  { until }: { until: 'transaction' | 'session' },
): Promise<void> {
  const local = until === 'transaction';
  await client`
    select set_config('statement_timeout', '0', ${local}), set_config('lock_timeout', '0', ${local}),
      set_config('idle_in_transaction_session_timeout', '0', ${local})`;
}
