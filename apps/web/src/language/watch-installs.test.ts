import { expect, it } from 'vitest';
import { isInstall, watchInstalls } from './watch-installs.ts';

const ROOT = '/home/me/project';
const seen = (line: string, cwd = ROOT, state = 'running') => {
  const [command = '', ...args] = line.split(' ');
  return { command, args, cwd, state };
};

it.each([
  ['npm install', true],
  ['node /usr/lib/node_modules/npm/bin/npm-cli.js install --no-audit', true],
  ['node --no-warnings /usr/bin/pnpm i', true],
  ['yarn', true],
  ['yarn add left-pad', true],
  ['npm ci', true],
  ['npm', false],
  ['npm run dev', false],
  ['npm run install-things', false],
  ['node server.js install', false],
  ['echo npm', false],
])('UX-09 "%s" installs: %s', (line, installs) => {
  expect(isInstall(seen(line), ROOT)).toBe(installs);
});

it('UX-09 an install elsewhere is none of the project, and one that ended is over', () => {
  expect(isInstall(seen('npm install', '/home/me/.slipway/x'), ROOT)).toBe(false);
  expect(isInstall(seen('npm install', `${ROOT}-2`), ROOT)).toBe(false);
  expect(isInstall(seen('npm install', `${ROOT}/packages/a`), ROOT)).toBe(true);
  expect(isInstall(seen('npm install', ROOT, 'zombie'), ROOT)).toBe(false);
});

it('UX-09 the beginning and the end of an install are told once', () => {
  let tell: (event: { processes: ReturnType<typeof seen>[] }) => void = () => undefined;
  const told: boolean[] = [];
  const on = ((_: string, listener: typeof tell) => {
    tell = listener;
    return () => undefined;
  }) as unknown as Parameters<typeof watchInstalls>[0]['on'];
  watchInstalls({ on }, ROOT, (installing) => told.push(installing));
  tell({ processes: [seen('sh -c x')] });
  tell({ processes: [seen('sh -c x'), seen('npm install')] });
  tell({ processes: [seen('npm install'), seen('node a.js')] });
  tell({ processes: [] });
  expect(told).toEqual([true, false]);
});
