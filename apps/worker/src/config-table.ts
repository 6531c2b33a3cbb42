import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { configFields } from './config.ts';

/** For docs: every variable with its default and what it means, read off the schemas. */
export function configTable(): string {
  const rows = Object.entries(configFields).map(([name, schema]) => {
    const described: { default?: unknown } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    // The one default that differs from checkout to checkout.
    const value =
      name === 'STATE_DIR' ? '`.slipway`' : described.default === undefined ? '–' : `\`${String(described.default)}\``;
    return `| \`${name}\` | ${value} | ${schema.description ?? ''} |`;
  });
  return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

// Only where it is run itself; the test imports it.
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  console.log(configTable());
