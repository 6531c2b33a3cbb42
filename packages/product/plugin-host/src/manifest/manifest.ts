import { InstantiationError } from '../ground/refusal.ts';

/** Types of an entity's fields. Dates are ISO texts and stay so. */
export const FIELD_TYPES = ['string', 'number', 'integer', 'boolean', 'date', 'json'] as const;

/** A new one needs a column type in the database, too (`columnTypeOf`). */
export type FieldType = (typeof FIELD_TYPES)[number];

/** `type` says what a value must be, and which column it gets where it is `indexed`. */
export interface Field {
  readonly type: FieldType;
  readonly required: boolean;
  /** Indexed fields are those that queries may ask for. */
  readonly indexed: boolean;
}

/** Things that a plugin stores, each with an id, a version and these fields. */
export interface Entity {
  readonly fields: Readonly<Record<string, Field>>;
}

/** Part of the component's file, so that neither comes without the other. */
export interface Manifest {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** Patterns of the events it wants; see `matchesPattern`. */
  readonly events: readonly string[];
  readonly entities: Readonly<Record<string, Entity>>;
}

/** Custom section of a component that holds its manifest, as JSON. */
export const MANIFEST_SECTION = 'slipway:manifest';

const LIMITS = { bytes: 64 * 1024, patterns: 32, entities: 16, fields: 64, indexed: 8, name: 100 } as const;
/** Plugins and entities: with `-` made `_` and `__` between, two pairs never become one name of a table. */
const NAME = /^(?=.{1,24}$)[a-z](-?[a-z0-9])*$/;
const FIELD_NAME = /^[a-z][A-Za-z0-9]{0,31}$/;
/** Three numbers without anything behind them: no pre-releases. */
const VERSION = /^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$/;
/** One to eight parts, each a word or `*` for any one word. */
const PATTERN = /^(\*|[a-z][a-z0-9-]*)(\.(\*|[a-z][a-z0-9-]*)){0,7}$/;
const RESERVED: ReadonlySet<string> = new Set(['id', 'version', 'constructor']);

/** Reads a manifest from the bytes of a component's section (PL-17); throws `InstantiationError`. */
export function parseManifest(bytes: Uint8Array | undefined): Manifest {
  if (!bytes) throw new InstantiationError(`it has no manifest: no custom section "${MANIFEST_SECTION}"`);
  if (bytes.length > LIMITS.bytes) throw new InstantiationError(`its manifest has more than ${LIMITS.bytes} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new InstantiationError('its manifest is not JSON in UTF-8');
  }
  return validateManifest(value);
}

/** Whether a value is a manifest; throws `InstantiationError` with the first thing that is wrong. */
export function validateManifest(value: unknown): Manifest {
  const manifest = object(value, 'the manifest', ['id', 'name', 'version', 'events', 'entities']);
  return {
    id: text(manifest['id'], 'id', NAME),
    name: text(manifest['name'], 'name', /^[^\p{Cc}\p{Cs}]{1,100}$/u),
    version: text(manifest['version'], 'version', VERSION),
    events: patterns(manifest['events']),
    entities: entries(manifest['entities'] ?? {}, 'entities', LIMITS.entities, NAME, readEntity),
  };
}

function patterns(value: unknown): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > LIMITS.patterns) {
    throw new InstantiationError(`events of its manifest are no list of at most ${LIMITS.patterns} patterns`);
  }
  const all = value.map((item: unknown) => {
    const pattern = text(item, 'events', PATTERN);
    if (pattern.length > LIMITS.name) throw new InstantiationError(`events of its manifest: "${pattern}" is too long`);
    return pattern;
  });
  if (new Set(all).size < all.length) throw new InstantiationError('events of its manifest say one pattern twice');
  return all;
}

function readEntity(value: unknown, name: string): Entity {
  const what = `entity "${name}"`;
  const entity = object(value, what, ['fields']);
  const fields = entries(entity['fields'], `fields of ${what}`, LIMITS.fields, FIELD_NAME, readField);
  if (Object.values(fields).filter(({ indexed }) => indexed).length > LIMITS.indexed) {
    throw new InstantiationError(`${what} of its manifest has more than ${LIMITS.indexed} indexed fields`);
  }
  return { fields };
}

function readField(value: unknown, name: string): Field {
  if (RESERVED.has(name)) throw new InstantiationError(`a field of its manifest cannot be called "${name}"`);
  const field = object(value, `field "${name}"`, ['type', 'required', 'indexed']);
  const type = FIELD_TYPES.find((known) => known === field['type']);
  if (!type) throw new InstantiationError(`field "${name}" of its manifest has no type of ${FIELD_TYPES.join(', ')}`);
  const flag = (key: string): boolean => {
    const set = field[key] ?? false;
    if (typeof set !== 'boolean')
      throw new InstantiationError(`field "${name}" of its manifest: "${key}" is no boolean`);
    return set;
  };
  const indexed = flag('indexed');
  if (indexed && type === 'json') throw new InstantiationError(`field "${name}" of its manifest is JSON and indexed`);
  return { type, required: flag('required'), indexed };
}

/** Unknown keys are refused: a misspelt one would otherwise be passed over in silence. */
function object(value: unknown, what: string, keys: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InstantiationError(`${what} is no object`);
  }
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw new InstantiationError(`${what} has an unknown key ${JSON.stringify(unknown)}`);
  return value as Record<string, unknown>;
}

function text(value: unknown, key: string, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value)) {
    const said = JSON.stringify(value)?.slice(0, LIMITS.name);
    throw new InstantiationError(`"${key}" of its manifest is not as it must be (${pattern.source}): ${said}`);
  }
  return value;
}

function entries<T>(
  value: unknown,
  what: string,
  limit: number,
  names: RegExp,
  read: (value: unknown, name: string) => T,
): Record<string, T> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InstantiationError(`${what} of its manifest is no object`);
  }
  const all = Object.entries(value);
  if (all.length > limit) throw new InstantiationError(`${what} of its manifest has more than ${limit} entries`);
  return Object.fromEntries(
    all.map(([name, item]) => {
      text(name, what, names);
      return [name, read(item, name)];
    }),
  );
}
