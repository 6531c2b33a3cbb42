import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config/config.ts';
import { templateSourceKinds } from '../config/template-source-kinds.ts';
import { createTemplateSource } from './create-template-source.ts';

const textOf = (files: readonly { path: string; bytes: Uint8Array }[], path: string): string =>
  new TextDecoder().decode(files.find((file) => file.path === path)?.bytes);

describe.each(templateSourceKinds)('the source of templates "%s"', (kind) => {
  const source = createTemplateSource(kind);

  it('reads every template that it lists, each with a package.json under the name of the project', async () => {
    const templates = await source.list();
    expect(templates.length).toBeGreaterThan(0);
    for (const { id } of templates) {
      const files = await source.read(id, 'My Project!');
      expect(JSON.parse(textOf(files ?? [], 'package.json'))).toMatchObject({ name: 'my-project' });
      expect(new Set(files?.map((file) => file.path)).size).toBe(files?.length);
    }
  });

  it.each(['no-such-template', '', '../react', 'vanilla/..'])('has no template "%s"', async (id) => {
    expect(await source.read(id, 'name')).toBeUndefined();
  });
});

it.each([
  ['TEMPLATE_SOURCE', 'elsewhere'],
  ['BLOB_STORE', 'floppy'],
])('a server whose %s is "%s" does not start, and names it', (name, value) => {
  expect(() => parseConfig({ [name]: value })).toThrow(new RegExp(`^Cannot read the configuration:\\n  ${name}: `));
});
