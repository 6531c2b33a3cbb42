import type postgres from 'postgres';

/** `columns` in the order in which they are copied. */
export interface CopiedTable {
  name: string;
  columns: string[];
}

/** Plugins' tables are in a schema of their own; with it they are named here. */
const PLUGIN_SCHEMA = 'plugin_data';

/**
 * Every table of the product and of its plugins, so ordered that no row comes before one that it refers to, nor a
 * plugin's before `plugins`, from which its table is made. What roles may do comes with the migrations.
 */
export async function describeTables(client: postgres.Sql | postgres.TransactionSql): Promise<CopiedTable[]> {
  const tables = await client<CopiedTable[]>`
    select case n.nspname when 'public' then '' else n.nspname || '.' end || c.relname as name,
      json_agg(a.attname order by a.attnum) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where n.nspname in ('public', ${PLUGIN_SCHEMA}) and c.relkind = 'r' and c.relname <> 'role_permissions'
    group by n.nspname, c.relname order by n.nspname desc, c.relname`;
  const references = await client<{ from: string; to: string }[]>`
    select distinct c.conrelid::regclass::text as "from", c.confrelid::regclass::text as "to"
    from pg_constraint c join pg_namespace n on n.oid = c.connamespace
    where c.contype = 'f' and n.nspname in ('public', ${PLUGIN_SCHEMA}) and c.conrelid <> c.confrelid`;
  const made = tables.filter(isPluginTable).map(({ name }) => ({ from: name, to: 'plugins' }));
  const ordered: CopiedTable[] = [];
  const placed = new Set<string>();
  while (ordered.length < tables.length) {
    const next = tables.filter(
      ({ name }) =>
        !placed.has(name) && [...references, ...made].every(({ from, to }) => from !== name || placed.has(to)),
    );
    if (next.length === 0) throw new Error('Cannot order the tables for a copy: some refer to each other in a circle');
    for (const table of next) {
      ordered.push(table);
      placed.add(table.name);
    }
  }
  return ordered;
}

/** A plugin's own tables lie in a schema of theirs: the name says it, and no list is needed. */
export const isPluginTable = ({ name }: { name: string }): boolean => name.startsWith(`${PLUGIN_SCHEMA}.`);

/** A name as SQL, be it with the plugins' schema in front. */
export function quoteName(name: string): string {
  if (isPluginTable({ name })) return `${PLUGIN_SCHEMA}.${quoteName(name.slice(PLUGIN_SCHEMA.length + 1))}`;
  return `"${name.replaceAll('"', '""')}"`;
}

/** Columns by name: their order may be another one in the database that is restored into. */
export function copyTarget({ name, columns }: CopiedTable): string {
  return `${quoteName(name)} (${columns.map(quoteName).join(', ')})`;
}
