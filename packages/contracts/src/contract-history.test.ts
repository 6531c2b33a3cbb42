import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { apiHistory, controlHistory } from './contract-history.ts';
import { controlEvent, controlOffer, controlReply, controlRequest, controlVersion } from './container-control.ts';
import * as contracts from './index.ts';

const controlNames = ['controlOffer', 'controlEvent', 'controlReply', 'controlRequest'];

function schemaHash(schemas: Record<string, z.ZodType>): string {
  const described = Object.keys(schemas)
    .sort()
    .map((name) => [
      name,
      z.toJSONSchema(schemas[name]!, {
        unrepresentable: 'any',
        // A Uint8Array has no JSON Schema; without a mark of its own it could become `any` unnoticed.
        override: ({ zodSchema, jsonSchema }) => {
          if (zodSchema._zod.def.type === 'custom') jsonSchema.title = 'bytes';
        },
      }),
    ]);
  return createHash('sha256').update(JSON.stringify(described)).digest('hex').slice(0, 16);
}

describe('contract history', () => {
  test('a changed API schema needs a new line of history', () => {
    const schemas = Object.fromEntries(
      Object.entries(contracts).filter(([name, value]) => value instanceof z.ZodType && !controlNames.includes(name)),
    ) as Record<string, z.ZodType>;
    expect(Object.keys(schemas).length).toBeGreaterThan(40);
    expect(apiHistory.at(-1)?.hash).toBe(schemaHash(schemas));
  });

  test('a changed container-control message needs a new line of history', () => {
    expect(controlHistory.at(-1)?.hash).toBe(schemaHash({ controlOffer, controlEvent, controlReply, controlRequest }));
  });

  test('versions count up by one, and the offer carries the last control version', () => {
    for (const history of [apiHistory, controlHistory]) {
      expect(history.map((entry) => entry.version)).toEqual(history.map((_, at) => at + 1));
    }
    expect(controlVersion).toBe(controlHistory.at(-1)?.version);
  });
});
