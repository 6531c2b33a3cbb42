import type postgres from 'postgres';
import { lockStatements, PLUGIN_ROLE } from '../queries/plugins/plugin-role.ts';

/**
 * Makes the role of plugins, lets us become it, and locks tables of the time before it. Roles belong to the whole
 * cluster, so no migration can own one. Where we may make no roles an operator has to; until then there are no plugins.
 */
export async function securePluginTables(client: postgres.ISql): Promise<void> {
  await client.unsafe(`do $$ begin
    if not exists (select from pg_roles where rolname = '${PLUGIN_ROLE}') then
      create role ${PLUGIN_ROLE} nologin noinherit;
    end if;
  exception when duplicate_object or unique_violation or insufficient_privilege then null; end $$`);
  if (!(await mayBecome(client))) {
    await client.unsafe(`do $$ begin
      if exists (select from pg_roles where rolname = '${PLUGIN_ROLE}') then
        grant ${PLUGIN_ROLE} to current_user;
      end if;
    exception when insufficient_privilege then null; end $$`);
    if (!(await mayBecome(client))) return await refuseWithPlugins(client);
  }
  await client.unsafe(`grant usage on schema plugin_data to ${PLUGIN_ROLE}`);
  const open = await client<{ name: string }[]>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'plugin_data' and c.relkind = 'r' and not c.relrowsecurity`;
  for (const { name } of open) {
    for (const statement of lockStatements(`plugin_data."${name}"`)) await client.unsafe(statement);
  }
}

async function mayBecome(client: postgres.ISql): Promise<boolean> {
  const [row] = await client<{ can: boolean | null }[]>`
    select pg_has_role(oid,
      case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end) as can
    from pg_roles where rolname = ${PLUGIN_ROLE}`;
  return row?.can === true;
}

async function refuseWithPlugins(client: postgres.ISql): Promise<void> {
  const tables = await client`select from pg_tables where schemaname = 'plugin_data' limit 1`;
  if (tables.length === 0) return;
  throw new Error(
    `Cannot secure the tables of plugins: this user may not make the role "${PLUGIN_ROLE}". ` +
      `As an administrator of the database: create role ${PLUGIN_ROLE} nologin; grant ${PLUGIN_ROLE} to <this user>`,
  );
}
