import { type SQL, sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { entityTable, fieldColumn } from './plugin-row.ts';

/** A condition on an indexed field. */
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

/** Committed rows of one tenant, oldest first (PL-16). */
export async function queryPluginRows(
  db: DbOrTx,
  tenantId: string,
  {
    pluginId,
    entity,
    conditions,
    limit,
  }: { pluginId: string; entity: string; conditions: readonly RowCondition[]; limit: number },
): Promise<PluginDataRow[]> {
  return await db.execute<PluginDataRow>(sql`
    select id, version, data::text as data from ${entityTable(pluginId, entity)}
    where tenant_id = ${tenantId} and deleted_at is null ${sql.join(conditions.map(conditionSql))}
    order by created_at, id limit ${limit}`);
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
