/** Files inside npm packages that the packages' `exports` do not name. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The path of `file` (`<package>/<path>`), as seen from the room that uses the packages. */
export function mustFindInPackages(file: string): string {
  const { resolve } = createRequire(join(import.meta.dirname, '../../node-bindings/package.json'));
  const found = (resolve.paths(file) ?? []).map((folder) => join(folder, file)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`Cannot find "${file}": the package is not installed`);
  return found;
}
