import { sql, type SQL } from 'drizzle-orm';

/** Where a table has its leases. All names are the code's own: they reach the SQL as they are. */
export interface LeaseNames {
  table: string;
  key: string;
  /** Whose the row is; with it, every query of the lease can be kept to one owner's rows. */
  owner?: string;
  holder: string;
  epoch: string;
  lapsesAt: string;
  /** Which rows can be leased at all, such as jobs that have not ended: a column, and what it must be one of. */
  live?: { column: string; values: readonly string[] };
}

/** A table whose rows are leased; made by `defineLease`. */
export interface LeaseKind {
  readonly names: Readonly<LeaseNames>;
}

const NAME = /^[a-z][a-z0-9_]*$/;

/** Says once how a table's leases are stored. Throws where a name is not one of Postgres's plain ones. */
export function defineLease(names: LeaseNames): LeaseKind {
  const { table, key, owner, holder, epoch, lapsesAt, live } = names;
  // The values too: as parameters they would keep Postgres from using a partial index.
  for (const name of [table, key, owner, holder, epoch, lapsesAt, live?.column, ...(live?.values ?? [])])
    if (name !== undefined && !NAME.test(name))
      throw new Error(`Cannot define the leases of "${table}": "${name}" is no plain name`);
  return { names };
}

/** With the alias that the statement gave the table; throws where the kind has no such column. */
export function column(kind: LeaseKind, name: Exclude<keyof LeaseNames, 'table' | 'live'>, alias?: string): SQL {
  const own = kind.names[name];
  if (own === undefined) throw new Error(`Cannot lease by ${name}: table "${kind.names.table}" has no such column`);
  return sql.raw(alias === undefined ? own : `${alias}.${own}`);
}

/** Always true for a kind without states. */
export function isLive({ names: { live } }: LeaseKind, alias?: string): SQL {
  if (live === undefined) return sql`true`;
  const own = alias === undefined ? live.column : `${alias}.${live.column}`;
  return sql.raw(`${own} in (${live.values.map((value) => `'${value}'`).join(', ')})`);
}

/** Not quoted: it comes from our own code and never from a request. */
export function tableOf(kind: LeaseKind): SQL {
  return sql.raw(kind.names.table);
}
