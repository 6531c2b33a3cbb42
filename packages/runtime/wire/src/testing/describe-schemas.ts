import * as z from 'zod';

/** A text that changes whenever one of the schemas does; the order of their names does not matter. */
export function describeSchemas(schemas: Readonly<Record<string, z.ZodType>>): string {
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
  return JSON.stringify(described);
}
