import type { Entity, Field } from './manifest.ts';

/** JSON of an entity or an event: brackets within each other. Engines differ in how many they bear. */
const JSON_DEPTH = 64;
/** An entry of an index must fit on a third of a page of the database. */
const INDEXED_CHARACTERS = 500;
/** A day, or a day and a time with its zone. The form alone: the 31st of February passes. */
const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Reads JSON text that a plugin gave; what is none, or is nested too deep, is an error for the plugin. */
export function parseGuestJson(
  text: string,
): { outcome: 'parsed'; value: unknown } | { outcome: 'error'; message: string } {
  if (depthOf(text) > JSON_DEPTH) return { outcome: 'error', message: `Invalid JSON: deeper than ${JSON_DEPTH}` };
  try {
    return { outcome: 'parsed', value: JSON.parse(text) };
  } catch {
    return { outcome: 'error', message: 'Invalid JSON' };
  }
}

/**
 * Counts brackets outside of strings, without recursion. Of text that is no JSON the count means nothing;
 * `JSON.parse` refuses that afterwards.
 */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text[index];
    if (inString) {
      if (code === '\\') index++;
      else if (code === '"') inString = false;
    } else if (code === '"') inString = true;
    else if (code === '[' || code === '{') deepest = Math.max(deepest, ++depth);
    else if (code === ']' || code === '}') depth--;
  }
  return deepest;
}

/** What is wrong with an entity's data by the manifest; undefined when nothing is. */
export function checkEntityData(entity: Entity, value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'Invalid data: it is no object';
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(entity.fields, key))
      return `Invalid data: there is no field ${JSON.stringify(key.slice(0, 40))}`;
  }
  for (const [name, field] of Object.entries(entity.fields)) {
    const given = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    if (given === undefined || given === null) {
      if (field.required) return `Invalid data: "${name}" is required`;
    } else if (!holds(field, given)) return `Invalid data: "${name}" is no ${field.type}`;
    else if (field.indexed && typeof given === 'string' && given.length > INDEXED_CHARACTERS) {
      return `Invalid data: "${name}" is indexed and has more than ${INDEXED_CHARACTERS} characters`;
    }
  }
  return hasNul(value) ? 'Invalid data: a text has a character U+0000' : undefined;
}

/** Numbers must be finite; `json` takes anything. */
export function holds({ type }: Pick<Field, 'type'>, value: unknown): boolean {
  switch (type) {
    case 'json':
      return true;
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'integer':
      return Number.isSafeInteger(value);
    case 'date':
      return typeof value === 'string' && DATE.test(value);
    default:
      return typeof value === type;
  }
}

/** Databases have no such character in texts, and half a character none at all. */
export function hasNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed();
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, item]) => hasNul(key) || hasNul(item));
}

/** Only an indexed field can stand in one. */
export interface Condition {
  readonly field: string;
  readonly type: Field['type'];
  readonly operator: 'eq' | 'lt' | 'gt' | 'in';
  /** One value, or those of `in`. */
  readonly values: readonly (string | number | boolean)[];
}

/** Conditions and values of `in` that one query may have. */
const CONDITIONS = 16;
const VALUES = 100;

/** Reads `{field: {eq, lt, gt, in}}` over indexed fields; all conditions must hold. */
export function parseFilter(
  entity: Entity,
  text: string,
): { outcome: 'parsed'; conditions: Condition[] } | { outcome: 'error'; message: string } {
  const parsed = parseGuestJson(text === '' ? '{}' : text);
  if (parsed.outcome === 'error') return parsed;
  const refuse = (message: string) => ({ outcome: 'error' as const, message: `Invalid filter: ${message}` });
  if (!isObject(parsed.value)) return refuse('it is no object');
  const conditions: Condition[] = [];
  for (const [name, wanted] of Object.entries(parsed.value)) {
    const field = Object.hasOwn(entity.fields, name) ? entity.fields[name] : undefined;
    if (!field?.indexed) return refuse(`there is no indexed field ${JSON.stringify(name.slice(0, 40))}`);
    if (!isObject(wanted)) return refuse(`of "${name}" it is no object`);
    for (const [operator, value] of Object.entries(wanted)) {
      if (!['eq', 'lt', 'gt', 'in'].includes(operator)) return refuse(`of "${name}" it is neither eq, lt, gt nor in`);
      const values: unknown[] = operator === 'in' && Array.isArray(value) ? value : [value];
      if (values.length > VALUES) return refuse(`"${name}" has more than ${VALUES} values`);
      if (!values.every((item) => holds(field, item) && !hasNul(item))) return refuse(`"${name}" is no ${field.type}`);
      conditions.push({
        field: name,
        type: field.type,
        operator: operator as Condition['operator'],
        values: values as Condition['values'],
      });
    }
  }
  return conditions.length > CONDITIONS
    ? refuse(`more than ${CONDITIONS} conditions`)
    : { outcome: 'parsed', conditions };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
