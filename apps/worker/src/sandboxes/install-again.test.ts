import type { SandboxFile } from '@slipway/sandboxes';
import { expect, it } from 'vitest';
import { installAgain } from './install-again.ts';

const file = (path: string, text = ''): SandboxFile => ({ kind: 'file', path, mode: 0o644, bytes: Buffer.from(text) });
const manifest = file('package.json', '{ "packageManager": "yarn@1.22.22" }');

it.each<[string, SandboxFile[], string | undefined]>([
  ['of npm with its lockfile', [file('package.json', '{}'), file('package-lock.json')], 'npm ci'],
  ['of pnpm', [file('package.json', '{}'), file('pnpm-lock.yaml')], 'pnpm install --frozen-lockfile'],
  ['that the manifest names', [manifest], 'yarn install'],
  ['of a manifest that is none', [file('package.json', '{')], 'npm install'],
  ['without a manifest', [file('web/package.json', '{}')], undefined],
])('SB-06 what ran before a restore gets its packages by the install %s', (_, files, line) => {
  expect(installAgain(files)?.args[1]).toBe(line);
});
