import type { Entity, EntityRow } from '@slipway/plugin-host';

/** Rows without fields that only another version's manifest has: its values stay stored, and are not shown. */
export function readableRows(entity: Entity, rows: readonly EntityRow[]): EntityRow[] {
  return rows.map((row) => {
    const data = JSON.parse(row.data) as Record<string, unknown>;
    const known = Object.entries(data).filter(([name]) => Object.hasOwn(entity.fields, name));
    // As it came where nothing is hidden: a text's length costs fuel.
    return known.length === Object.keys(data).length
      ? row
      : { ...row, data: JSON.stringify(Object.fromEntries(known)) };
  });
}
