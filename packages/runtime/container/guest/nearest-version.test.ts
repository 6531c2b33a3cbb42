import { expect, it } from 'vitest';
import { nearestVersion } from './nearest-version.ts';

const PUBLISHED = ['3.9.0', '4.9.0', '4.10.0', '4.10.2', '4.12.0-beta.1', '5.0.0', 'nonsense'];

it.each([
  ['4.10.2', '4.10.2'],
  // As numbers, not as text; the newest that is not newer.
  ['4.10.1', '4.10.0'],
  ['4.99.0', '4.10.2'],
  ['4.0.0', '4.9.0'],
  ['4.12.0-beta.2', '4.12.0-beta.1'],
  ['6.0.0', undefined],
  ['latest', undefined],
])('TC-03 the nearest to %s of a registry that lacks it is %s', (wanted, found) => {
  expect(nearestVersion(wanted, PUBLISHED)).toBe(found);
});
