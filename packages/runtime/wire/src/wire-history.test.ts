import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import * as z from 'zod';
import * as wire from './index.ts';

/** Of this room, but no message of the client: the control port has a history of its own, the IDE and the pages that it follows are of one build. */
const OURS =
  /^(mirrorPass[A-Z]|control[A-Z]|storage[A-Z]|followReport$|relay[A-Z]|runtimeConfig$|hostLabel$|bootPhase$|processInfo$|openPort$|outputStream$)/;

function describeSchemas(): string {
  const schemas = Object.entries(wire).filter(
    (entry): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType && !OURS.test(entry[0]),
  );
  return JSON.stringify(
    schemas
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, schema]) => [
        name,
        z.toJSONSchema(schema, {
          unrepresentable: 'any',
          io: 'input',
          override: ({ zodSchema, jsonSchema }) => {
            // Functions and bytes have no JSON Schema; their messages tell them apart.
            if (zodSchema._zod.def.type === 'custom')
              jsonSchema.title = String((zodSchema._zod.def as { error?: () => unknown }).error?.());
          },
        }),
      ]),
  );
}

it('a changed message of the client protocol needs a new line of history', () => {
  const constants = JSON.stringify([
    wire.RequestType,
    wire.ValueType,
    wire.hostEvents,
    wire.WireDirentType,
    wire.RELOAD_REQUEST_TYPE,
    wire.RELOAD_ANSWER_TYPE,
  ]);
  const hash = createHash('sha256').update(describeSchemas()).update(constants).digest('hex').slice(0, 16);
  expect(wire.wireHistory.at(-1)?.hash).toBe(hash);
  expect(wire.wireHistory.map((entry) => entry.version)).toEqual(wire.wireHistory.map((_, at) => at + 1));
});
