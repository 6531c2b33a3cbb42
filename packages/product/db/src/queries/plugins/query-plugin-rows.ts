import { type SQL, sql } from 'drizzle-orm';
import { askPrepared } from '../../connection/ask-prepared.ts';
import type { Db } from '../../connection/database.ts';
import { becomePlugin } from './plugin-role.ts';
import { entityTable, fieldColumn } from './plugin-row.ts';

/** Only an indexed field has a column to compare; but for `in` there is one value. */
export interface RowCondition {
  field: string;
  operator: 'eq' | 'lt' | 'gt' | 'in';
  values: readonly (string | number | boolean)[];
}

/** A row of an entity; `data` is JSON. */
export interface PluginDataRow extends Record<string, unknown> {
  id: string;
  version: number;
  data: string;
}

/** Which rows, in which order. */
export interface RowQuery {
  pluginId: string;
  entity: string;
  conditions: readonly RowCondition[];
  limit: number;
  /** An indexed field; otherwise the oldest come first. */
  sort?: { field: string; descending: boolean } | undefined;
  offset?: number;
}

/** Committed rows of one tenant (PL-16), asked as the role of plugins: the policies of the table are a second lock. */
export async function queryPluginRows(db: Db, tenantId: string, query: RowQuery): Promise<PluginDataRow[]> {
  const { pluginId, entity, conditions, limit, sort, offset = 0 } = query;
  const by = sort ? sql`${fieldColumn(sort.field)} ${sort.descending ? sql`desc` : sql`asc`} nulls last, ` : sql``;
  return await db.transaction(async (tx) => {
    const rows = sql`
      select id, version, data::text as data from ${entityTable(pluginId, entity)}
      where tenant_id = ${tenantId} and deleted_at is null ${sql.join(conditions.map(conditionSql))}
      order by ${by} created_at, id limit ${limit} offset ${offset}`;
    const become = becomePlugin(tx, tenantId);
    // Lists have a text for each length: too many to be prepared.
    if (conditions.every(({ operator }) => operator !== 'in')) {
      const [, found] = await Promise.all([become, askPrepared<PluginDataRow>(tx, rows)]);
      return found;
    }
    await become;
    return await tx.execute<PluginDataRow>(rows);
  });
}

function conditionSql({ field, operator, values }: RowCondition): SQL {
  const column = fieldColumn(field);
  switch (operator) {
    case 'eq':
      return sql` and ${column} = ${values[0]}`;
    case 'lt':
      return sql` and ${column} < ${values[0]}`;
    case 'gt':
      return sql` and ${column} > ${values[0]}`;
    case 'in':
      return values.length === 0
        ? sql` and false`
        : sql` and ${column} in (${sql.join(
            values.map((value) => sql`${value}`),
            sql`, `,
          )})`;
  }
}
