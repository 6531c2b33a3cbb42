import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configTable as workerTable } from '../../worker/src/config-table.ts';
import { configTable } from './config-table.ts';

test('P-28 the operations page lists every setting of server and worker as the code reads them', () => {
  const page = readFileSync(new URL('../OPERATIONS.md', import.meta.url), 'utf8');
  // To mend it: run `npx tsx apps/server/src/config-table.ts` (or the worker's) and paste.
  expect(page).toContain(configTable());
  expect(page).toContain(workerTable());
});
