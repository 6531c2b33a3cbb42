/** A repeatable source of chance: the seed of a failed run shows the same again. */
export type Random = () => number;

/** Mulberry32: small, and good enough to choose by. */
export function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** One of them, each as likely. */
export const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

interface JsonSchema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  format?: string;
  minimum?: number;
  maximum?: number;
}

/** Texts that programs have stumbled over. */
const odd = [
  '',
  '\0',
  '\ud800',
  'a\u202eb',
  "'; drop table users; --",
  '../../../etc/passwd',
  '${7*7}',
  '%00',
  'x'.repeat(5000),
  '__proto__',
  '-1',
  '1e309',
  '\u{1f600}',
  'true',
];
/** Borders of integers and of doubles. */
const numbers = [0, -1, 1, 2 ** 31, 2 ** 53, -(2 ** 63), 0.5, 1e308];

/** A value that mostly fits the schema, and sometimes in one place not at all. `ids` are what stands for UUIDs. */
export function makeValue(random: Random, schema: JsonSchema, ids: readonly string[], depth = 0): unknown {
  if (random() < 0.04 || depth > 6) return pick<unknown>(random, [null, [], {}, ...odd, ...numbers, true]);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return pick(random, schema.enum);
  const union = schema.anyOf ?? schema.oneOf;
  if (union !== undefined) return makeValue(random, pick(random, union), ids, depth + 1);
  switch (schema.type) {
    case 'object': {
      const entries = Object.entries(schema.properties ?? {})
        .filter(([name]) => schema.required?.includes(name) === true || random() < 0.5)
        .map(([name, field]) => [name, makeValue(random, field, ids, depth + 1)] as const);
      if (random() < 0.05) entries.push(['unheardOf', 1]);
      return Object.fromEntries(entries);
    }
    case 'array':
      return Array.from({ length: Math.floor(random() * 4) }, () =>
        makeValue(random, schema.items ?? {}, ids, depth + 1),
      );
    case 'integer':
    case 'number':
      return random() < 0.7 ? (schema.minimum ?? 0) + Math.floor(random() * 5) : pick(random, numbers);
    case 'boolean':
      return random() < 0.5;
    case 'null':
      return null;
    case 'string':
      if (schema.format === 'uuid') return random() < 0.9 ? pick(random, ids) : pick(random, odd);
      if (schema.format === 'email')
        return random() < 0.7 ? `a${Math.floor(random() * 9)}@example.org` : pick(random, odd);
      return pick(random, random() < 0.6 ? ['index.html', 'a', 'latest', 'tab', 'a'.repeat(64), ...ids] : odd);
    default:
      return pick<unknown>(random, [null, 'a', 1, ...odd]);
  }
}
