import type { PluginField } from '@slipway/contracts';

/** Of the manifest, which the server has checked. */
export type Fields = Readonly<Record<string, PluginField>>;
/** Not checked here: the server did it when the row was written. */
export type RowData = Readonly<Record<string, unknown>>;

/** A value as text, in a cell or in a field of a form. */
export function showValue(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** What was typed into a field, as the manifest wants it; throws with what is wrong. Nothing typed is nothing. */
export function readValue(name: string, { type }: Pick<PluginField, 'type'>, text: string): unknown {
  if (text.trim() === '') return undefined;
  switch (type) {
    case 'number':
    case 'integer': {
      const value = Number(text);
      if (!Number.isFinite(value) || (type === 'integer' && !Number.isSafeInteger(value)))
        throw new Error(`“${name}” is no ${type}`);
      return value;
    }
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw new Error(`“${name}” is true or false`);
      return text === 'true';
    case 'json':
      try {
        return JSON.parse(text) as unknown;
      } catch {
        throw new Error(`“${name}” is no JSON`);
      }
    default:
      return text;
  }
}

/** A form's data as a row; checkboxes are there when they are ticked. */
export function readForm(fields: Fields, form: FormData): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const given = form.get(name);
    const value =
      field.type === 'boolean' ? given !== null : readValue(name, field, typeof given === 'string' ? given : '');
    if (value === undefined && field.required) throw new Error(`“${name}” is required`);
    if (value !== undefined) data[name] = value;
  }
  return data;
}

/**
 * Rows as a table for other programs, RFC 4180. What a spreadsheet would take for a formula
 * gets a quote in front.
 */
export function toCsv(fields: Fields, rows: readonly { id: string; data: RowData }[]): string {
  const names = ['id', ...Object.keys(fields)];
  const cell = (value: unknown): string => {
    const text = showValue(value);
    const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = rows.map(({ id, data }) => names.map((name) => cell(name === 'id' ? id : data[name])).join(','));
  return [names.join(','), ...lines].map((line) => `${line}\r\n`).join('');
}
