import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { apiHistory } from './contract-history.ts';
import * as contracts from './index.ts';

function schemaHash(schemas: Record<string, z.ZodType>): string {
  const described = Object.keys(schemas)
    .sort()
    .map((name) => [name, z.toJSONSchema(schemas[name]!, { unrepresentable: 'any' })]);
  return createHash('sha256').update(JSON.stringify(described)).digest('hex').slice(0, 16);
}

describe('contract history', () => {
  it('a changed API schema needs a new line of history', () => {
    const schemas = Object.fromEntries(
      Object.entries(contracts).filter(([, value]) => value instanceof z.ZodType),
    ) as Record<string, z.ZodType>;
    expect(Object.keys(schemas).length).toBeGreaterThan(40);
    expect(apiHistory.at(-1)?.hash).toBe(schemaHash(schemas));
  });

  it('versions count up by one', () => {
    expect(apiHistory.map((entry) => entry.version)).toEqual(apiHistory.map((_, at) => at + 1));
  });
});
