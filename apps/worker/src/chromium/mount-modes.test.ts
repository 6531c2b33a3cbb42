import type { SandboxFile } from '@slipway/sandboxes';
import { expect, it } from 'vitest';
import { listModeChanges } from './mount-modes.ts';

const file = (path: string, mode: number, text = ''): SandboxFile => ({
  kind: 'file',
  path,
  mode,
  bytes: Buffer.from(text),
});
const folder = (path: string, mode: number): SandboxFile => ({ kind: 'dir', path, mode });

it('only what a mount gives another mode is changed', () => {
  const files = [
    file('plain', 0o644),
    file('script', 0o755, '#!/bin/sh\n'),
    file('run', 0o755, 'echo no interpreter named\n'),
    file('run-too', 0o755, '#'),
    file('read-only-script', 0o644, '#!/bin/sh\n'),
    file('secret', 0o100600),
    folder('folder', 0o755),
    { kind: 'link', path: 'link', target: 'plain' } as const,
  ];
  expect(listModeChanges(files)).toEqual([
    { mode: '755', paths: ['run', 'run-too'] },
    { mode: '644', paths: ['read-only-script'] },
    { mode: '600', paths: ['secret'] },
  ]);
});

it('a folder is closed behind what is in it', () => {
  const files = [folder('a', 0o500), folder('a/b', 0o500), file('a/b/c', 0o500)];
  expect(listModeChanges(files).map(({ paths }) => paths)).toEqual([['a/b/c'], ['a/b'], ['a']]);
});

it('no change is longer than a command line', () => {
  const files = Array.from({ length: 200 }, (_, index) => file(`${index}-${'n'.repeat(4000)}`, 0o600));
  const changes = listModeChanges(files);
  expect(changes.flatMap(({ paths }) => paths)).toEqual(files.map(({ path }) => path));
  expect(Math.max(...changes.map(({ paths }) => paths.join(' ').length))).toBeLessThanOrEqual(256 * 1024);
  expect(changes.length).toBe(4);
});
