import { expect, it } from 'vitest';
import { importsOf, isCode, sourceFiles } from './sources.ts';

/** The one place that opens a connection, and one that only names the driver's error. */
const IMPORTERS = [
  'packages/product/db/src/connection/database.ts',
  'packages/product/db/src/connection/open-client.ts',
];

it('SV-01 SV-16 one function opens the database’s driver, so that no connection is without its limits', () => {
  const importers = sourceFiles()
    .filter((path) => isCode(path) && /^(apps|packages|test)\//.test(path))
    .filter((path) => importsOf(path).some(({ specifier, typeOnly }) => specifier === 'postgres' && !typeOnly));
  expect(importers).toEqual(IMPORTERS);
});
