import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { measureStorage } from '../retention/measure-storage.ts';

/** A class of docs/operations/storage.md: its tables, and in short how long their rows are kept. */
export interface StorageClassRule {
  readonly tables: readonly string[];
  readonly kept: string;
}

/** Every table of the product is in one of them; `test/house/operations.test.ts` holds this against the page. */
export const STORAGE_CLASSES: Readonly<Record<string, StorageClassRule>> = {
  people: { tables: ['users', 'credentials'], kept: 'until the account is deleted' },
  'sign-ins': { tables: ['refresh_families', 'refresh_tokens'], kept: 'a day after their end' },
  attempts: { tables: ['sign_in_attempts'], kept: 'some minutes' },
  grants: {
    tables: ['access_tokens', 'access_token_scopes', 'invitations', 'password_resets', 'tickets', 'shares'],
    kept: '30 days after their end',
  },
  audit: { tables: ['audit_log'], kept: '400 days' },
  limits: { tables: ['owner_quotas'], kept: 'with their owner' },
  keys: { tables: ['server_secrets', 'agent_providers'], kept: 'until their owner takes them away' },
  projects: {
    tables: ['projects', 'project_holders', 'run_leases', 'project_runs'],
    kept: 'until the project is deleted',
  },
  snapshots: { tables: ['snapshots'], kept: 'all of a day, then fewer and fewer; named ones with their project' },
  'published-trees': { tables: ['trees', 'tree_entries'], kept: 'with the artifacts that name them' },
  history: {
    tables: ['objects', 'commits', 'refs', 'ref_log', 'checkpoints', 'project_origins', 'remotes'],
    kept: 'while something leads to it',
  },
  bytes: { tables: ['blobs', 'owner_blobs', 'blob_leftovers'], kept: 'a day after the last that names them' },
  builds: {
    tables: ['preview_builds', 'runtime_jobs', 'build_steps'],
    kept: 'RETAIN_BUILDS_DAYS, failed ones RETAIN_FAILED_BUILDS_DAYS',
  },
  logs: { tables: ['build_logs'], kept: 'RETAIN_LOGS_DAYS' },
  'packed-forms': { tables: ['blob_encodings'], kept: 'with their bytes' },
  sites: { tables: ['project_sites', 'site_hosts', 'build_variables'], kept: 'until the project is deleted' },
  artifacts: { tables: ['artifacts', 'preview_tokens'], kept: 'with their build' },
  events: { tables: ['owner_events', 'event_cursors'], kept: 'RETAIN_EVENTS_HOURS' },
  sandboxes: { tables: ['sandboxes', 'sandbox_requests'], kept: 'RETAIN_SANDBOXES_DAYS after their end' },
  plugins: {
    tables: ['plugins', 'plugin_modules', 'plugin_versions', 'plugin_deliveries', 'role_permissions'],
    kept: 'until they are uninstalled',
  },
  'plugin-calls': { tables: ['plugin_calls'], kept: '14 days' },
  commands: { tables: ['project_commands'], kept: 'ten minutes' },
  workers: { tables: ['workers'], kept: 'an hour after their last word' },
  agent: {
    tables: ['agent_sessions', 'agent_commands', 'agent_events', 'agent_tool_calls'],
    kept: 'until the session is deleted',
  },
};

/** What the rows of plugins' own entities take: they have a schema of their own. */
async function measurePluginData(db: DbOrTx): Promise<{ bytes: number; rows: number }> {
  const [row] = await db.execute<{ bytes: number; rows: number }>(sql`
    select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint as bytes,
      coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint as rows
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname = 'plugin_data'`);
  return row!;
}

/** What each class takes, the largest first; `rows` null: the statistics know none of its tables yet. */
export async function measureClasses(
  db: DbOrTx,
): Promise<{ name: string; kept: string; bytes: number; rows: number | null }[]> {
  const tables = new Map((await measureStorage(db)).map((table) => [table.table, table]));
  const plugins = await measurePluginData(db);
  const classes = Object.entries(STORAGE_CLASSES).map(([name, { tables: names, kept }]) => {
    const known = names.flatMap((table) => tables.get(table) ?? []);
    const counted = known.filter(({ rows }) => rows >= 0);
    return {
      name,
      kept,
      bytes: known.reduce((sum, { bytes }) => sum + bytes, 0) + (name === 'plugins' ? plugins.bytes : 0),
      rows: counted.length === 0 ? null : counted.reduce((sum, { rows }) => sum + rows, 0),
    };
  });
  return classes.sort((one, other) => other.bytes - one.bytes);
}
