import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { loadAll } from 'js-yaml';
import * as z from 'zod';

/** What the tests read of an object of Kubernetes; its own schema has said that the rest is right. */
const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
export type Manifest = z.infer<typeof manifest>;

const folder = new URL('../../docs/operations/kubernetes/', import.meta.url);

/** Every object of the folder, with the file that it is in. */
export function readManifests(): { file: string; object: Manifest }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) =>
      loadAll(readFileSync(new URL(file, folder), 'utf8')).map((object) => ({ file, object: manifest.parse(object) })),
    );
}

/** Kubernetes' own schemas of the kinds that are used: see `source` in the file. */
const schemas = z
  .object({
    kinds: z.record(z.string(), z.object({ $ref: z.string() })),
    definitions: z.record(z.string(), z.looseObject({})),
  })
  .parse(JSON.parse(readFileSync(new URL('kubernetes-schemas.json', import.meta.url), 'utf8')));
const ajv = new Ajv({ allErrors: true, strict: false }).addSchema({ $id: 'kubernetes', ...schemas });

/** What the cluster would refuse of it; empty: nothing. */
export function schemaProblems(object: Manifest): string[] {
  const reference = schemas.kinds[`${object.apiVersion} ${object.kind}`];
  if (!reference) return [`no schema of ${object.apiVersion} ${object.kind}`];
  const validate = ajv.getSchema(`kubernetes${reference.$ref}`)!;
  if (validate(object)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
