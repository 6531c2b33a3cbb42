import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { configFields } from './config/config.ts';

/** The operator's table of settings, as Markdown: generated, so that it cannot drift from what is read. */
export function configTable(): string {
  const rows = Object.entries(configFields).map(([name, schema]) => {
    const described: { default?: unknown } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    return `| \`${name}\` | ${formatDefault(name, described.default)} | ${schema.description ?? ''} |`;
  });
  return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

function formatDefault(name: string, value: unknown): string {
  // The one default that differs from checkout to checkout.
  if (name === 'STATE_DIR') return '`.slipway`';
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '–';
  return `\`${Array.isArray(value) ? value.join(',') : String(value)}\``;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  console.log(configTable());
