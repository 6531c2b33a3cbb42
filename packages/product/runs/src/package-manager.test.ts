import { expect, it } from 'vitest';
import { chooseManager } from './package-manager.ts';

it.each([
  [undefined, [], 'npm'],
  [undefined, ['package-lock.json'], 'npm'],
  [undefined, ['pnpm-lock.yaml'], 'pnpm'],
  [undefined, ['yarn.lock'], 'yarn'],
  [undefined, ['package-lock.json', 'pnpm-lock.yaml'], 'pnpm'],
  ['yarn', ['pnpm-lock.yaml'], 'yarn'],
  ['npm', ['yarn.lock'], 'npm'],
  ['bun', ['yarn.lock'], 'npm'],
] as const)('TC-01 a project that names %s and has %j is run with %s', (named, files, name) => {
  expect(chooseManager(named, (lockfile) => (files as readonly string[]).includes(lockfile)).name).toBe(name);
});
