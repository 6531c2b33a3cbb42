import { expect, it } from 'vitest';
import { choosePackageManager, type Command, type Surroundings } from './choose-package-manager.ts';

const choose = (command: Command, project: Partial<Surroundings> = {}): string => {
  const choice = choosePackageManager(command, {
    packageManager: undefined,
    isBerry: false,
    yarnPath: undefined,
    ...project,
  });
  if ('refusal' in choice) return choice.refusal;
  return 'file' in choice ? choice.file : `${choice.name}@${choice.version} ${choice.bin}`;
};

it('TC-01 a project that names nothing gets the usual version', () => {
  expect(choose('pnpm')).toBe('pnpm@10 pnpm');
  expect(choose('pnpx')).toBe('pnpm@10 pnpx');
  expect(choose('yarn')).toBe('yarn@1.22 yarn');
  expect(choose('corepack')).toBe('corepack@0 corepack');
});

it('TC-01 packageManager is honoured, with or without a hash', () => {
  expect(choose('pnpm', { packageManager: 'pnpm@9.15.0' })).toBe('pnpm@9.15.0 pnpm');
  expect(choose('pnpm', { packageManager: 'pnpm@11.0.0-rc.1+sha512.abc123' })).toBe('pnpm@11.0.0-rc.1 pnpm');
  expect(choose('yarn', { packageManager: 'yarn@4.5.0' })).toBe('@yarnpkg/cli-dist@4.5.0 yarn');
  expect(choose('yarnpkg', { packageManager: 'yarn@1.22.19' })).toBe('yarn@1.22.19 yarn');
  expect(choose('pnpm', { packageManager: 'bun@1.2.0' })).toBe('pnpm@10 pnpm');
  // Another one's version says nothing of this one.
  expect(choose('pnpm', { packageManager: 'yarn@4.5.0' })).toBe('pnpm@10 pnpm');
});

it('TC-01 the lockfile of a newer yarn gets a newer yarn, and a yarn in the repository is that one', () => {
  expect(choose('yarn', { isBerry: true })).toBe('@yarnpkg/cli-dist@4 yarn');
  expect(choose('yarn', { isBerry: true, yarnPath: '/p/.yarn/releases/yarn-4.cjs' })).toBe(
    '/p/.yarn/releases/yarn-4.cjs',
  );
});

it.each(['pnpm', 'pnpm@latest', 'pnpm@9.0.0; rm -rf /', `pnpm@${'9'.repeat(40)}.0.0`])(
  'TC-01 a packageManager of "%s" is refused by name',
  (packageManager) => {
    expect(choose('pnpm', { packageManager })).toContain(`"packageManager" of package.json is "${packageManager}"`);
  },
);
