/**
 * DI-04: a rejection that nobody handles ends a user's program where it happens
 * in a process, and is lost anywhere else. So no promise of the runtime may float.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { read, root } from './sources.ts';

const [command, ...args] =
  (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts['lint:promises']?.split(' ') ?? [];
const options = args.filter((arg, index) => arg.startsWith('-') || args[index - 1] === '-c');
const rooms = args.filter((arg) => !options.includes(arg));

const lint = (what: readonly string[]): { status: number | null; output: string } => {
  const result = spawnSync(process.execPath, ['node_modules/oxlint/bin/oxlint', ...options, '-f', 'unix', ...what], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status: result.status, output: result.stdout + result.stderr };
};

it('DI-04 every promise of the runtime is awaited, returned or caught on purpose', () => {
  const { status, output } = lint(rooms);
  expect(command).toBe('oxlint');
  expect(status, output).toBe(0);
}, 120_000);

it('DI-04 all rooms of which the runtime is made are looked at', () => {
  const found = new Set<string>();
  const visit = (room: string): void => {
    if (found.has(room)) return;
    found.add(room);
    const { dependencies = {} } = JSON.parse(read(`${room}/package.json`)) as { dependencies?: Record<string, string> };
    for (const name of Object.keys(dependencies)) {
      if (name.startsWith('@slipway/')) visit(name.replace('@slipway/', 'packages/runtime/'));
    }
  };
  visit('apps/runtime');
  expect(found.size).toBeGreaterThan(10);
  expect(
    [...found].filter((room) => !rooms.some((linted) => room === linted || room.startsWith(`${linted}/`))),
  ).toEqual([]);
});

it('DI-04 the rule sees what floats: a call, a void one, a chain, an async callback, an arrow that drops it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-promises-'));
  const faults = [
    'work();',
    'void work();',
    'work().then(() => undefined);',
    '[1].forEach(async () => await work());',
    'export const drop = (): void => void work();',
  ];
  const sound = ['await work();', 'work().catch(() => undefined);', 'work().then(() => undefined, () => undefined);'];
  try {
    const file = join(folder, 'faults.ts');
    writeFileSync(file, ['export async function work(): Promise<void> {}', ...faults, ...sound].join('\n'));
    const lines = [...lint([file]).output.matchAll(/faults\.ts:(\d+):/g)].map((match) => Number(match[1]));
    expect([...new Set(lines)].sort()).toEqual(faults.map((_, index) => index + 2));
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
