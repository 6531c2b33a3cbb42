import { readFileSync } from 'node:fs';
import { STORAGE_CLASSES } from '@slipway/db';
import { expect, it } from 'vitest';
import { verbs } from '../../apps/cli/src/verbs.ts';
import { configTable as workerTable } from '../../apps/worker/src/config-table.ts';
import { needsBrowser } from '../../packages/tools/setup/needs-browser.mjs';
import { read, sourceFiles } from './sources.ts';
import { configTable } from '../../apps/server/src/config-table.ts';

it('P-28 the operations page lists every setting of server and worker as the code reads them', () => {
  const page = readFileSync(new URL('../../apps/server/OPERATIONS.md', import.meta.url), 'utf8');
  // To mend it: run `npx tsx apps/server/src/config-table.ts` (or the worker's) and paste.
  expect(page).toContain(configTable());
  expect(page).toContain(workerTable());
});

it('SV-08 the page of storage says of every table how long its rows are kept', () => {
  const page = readFileSync(new URL('../../docs/operations/storage.md', import.meta.url), 'utf8');
  const tables = sourceFiles('packages/product/db/src/schema').flatMap((path) =>
    [...read(path).matchAll(/pgTable\(\s*'([a-z_]+)'/g)].map((match) => match[1]!),
  );
  expect(tables.length).toBeGreaterThan(25);
  const told = page.split('\n').flatMap((line) => {
    const cell = /^\| [a-z-]+ \| ((?:`[a-z_]+` ?)+) \|/.exec(line)?.[1] ?? '';
    return [...cell.matchAll(/`([a-z_]+)`/g)].map((match) => match[1]!);
  });
  expect(told.sort()).toEqual(tables.sort());
  // The page of the admins adds up the same classes.
  const classes = new Map<string, string[]>();
  for (const [, name, cell] of page.matchAll(/^\| ([a-z-]+) \| ((?:`[a-z_]+` ?)+) \|/gm))
    classes.set(name!, [
      ...(classes.get(name!) ?? []),
      ...[...cell!.matchAll(/`([a-z_]+)`/g)].map((match) => match[1]!),
    ]);
  const counted = Object.entries(STORAGE_CLASSES).map(([name, { tables: names }]) => [name, names]);
  expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(classes));
});

it('the slipway command looks for a browser only where a verb opens one', () => {
  const asked = (...argv: string[]) => needsBrowser('apps/cli/src/main.ts', argv);
  for (const verb of verbs.keys()) expect(asked(verb), verb).toBe(verb === 'container');
  expect([asked(), asked('verify', 'https://x.example'), asked('verify', 'x', '--rebuild')]).toEqual([
    false,
    false,
    true,
  ]);
  expect(needsBrowser('test/e2e/smoke.ts', [])).toBe(true);
});
