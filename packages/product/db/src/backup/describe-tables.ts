import type postgres from 'postgres';

/** A table to copy. */
export interface CopiedTable {
  name: string;
  columns: string[];
}

/** Every table of the product, so ordered that no row comes before one that it refers to. */
export async function describeTables(client: postgres.Sql | postgres.TransactionSql): Promise<CopiedTable[]> {
  const tables = await client<CopiedTable[]>`
    select c.relname as name, json_agg(a.attname order by a.attnum) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where n.nspname = 'public' and c.relkind = 'r' group by c.relname order by c.relname`;
  const references = await client<{ from: string; to: string }[]>`
    select distinct c.conrelid::regclass::text as "from", c.confrelid::regclass::text as "to"
    from pg_constraint c join pg_namespace n on n.oid = c.connamespace
    where c.contype = 'f' and n.nspname = 'public' and c.conrelid <> c.confrelid`;
  const ordered: CopiedTable[] = [];
  const placed = new Set<string>();
  while (ordered.length < tables.length) {
    const next = tables.filter(
      ({ name }) => !placed.has(name) && references.every(({ from, to }) => from !== name || placed.has(to)),
    );
    if (next.length === 0) throw new Error('Cannot order the tables for a copy: some refer to each other in a circle');
    for (const table of next) {
      ordered.push(table);
      placed.add(table.name);
    }
  }
  return ordered;
}

/** A name as SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A table with its columns, as COPY takes them. */
export function copyTarget({ name, columns }: CopiedTable): string {
  return `${quoteName(name)} (${columns.map(quoteName).join(', ')})`;
}
