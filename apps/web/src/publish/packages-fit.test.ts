import { expect, it } from 'vitest';
import { packagesUnfit } from './packages-fit.ts';

const A = { version: '1.0.0', integrity: 'sha512-a' };
const lock = (packages: Record<string, unknown>): string => JSON.stringify({ lockfileVersion: 3, packages });
const LOCKED = { '': { name: 'p' }, 'node_modules/a': A, 'node_modules/a/node_modules/b': { version: '2.0.0' } };
const { '': _, ...INSTALLED } = LOCKED;

it.each<[string, string | undefined, string | undefined, string | undefined]>([
  ['the same', lock(LOCKED), lock(INSTALLED), undefined],
  ['no lockfile', undefined, lock(INSTALLED), undefined],
  ['a lockfile that npm will complain of', '{', undefined, undefined],
  ['one of the first kind', '{"dependencies":{}}', undefined, undefined],
  [
    'an optional one of another platform',
    lock({ ...LOCKED, 'node_modules/fsevents': { ...A, optional: true } }),
    lock(INSTALLED),
    undefined,
  ],
  [
    'no list of what is installed',
    lock(LOCKED),
    undefined,
    'its packages were not installed by its lockfile in this tab',
  ],
  ['a broken one', lock(LOCKED), 'null', 'its packages were not installed by its lockfile in this tab'],
  [
    'another version',
    lock({ ...LOCKED, 'node_modules/a': { ...A, version: '1.0.1' } }),
    lock(INSTALLED),
    '"a" is installed in this tab in another version than its lockfile says',
  ],
  [
    'other bytes under the same version',
    lock(LOCKED),
    lock({ ...INSTALLED, 'node_modules/a': { ...A, integrity: 'sha512-b' } }),
    '"a" is installed in this tab in another version than its lockfile says',
  ],
  [
    'one that came in by a pull',
    lock({ ...LOCKED, 'node_modules/@s/c': A }),
    lock(INSTALLED),
    '"@s/c" of its lockfile is not installed in this tab',
  ],
  [
    'one too many',
    lock(LOCKED),
    lock({ ...INSTALLED, 'node_modules/c': A }),
    '"c" is installed in this tab, and its lockfile does not say so',
  ],
])('P-33 packages are held against the lockfile before a build in the tab: %s', (_name, locked, installed, why) => {
  expect(packagesUnfit(locked, installed)).toBe(why);
});
