import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, isCode, isTest, read, sourceFiles } from './sources.ts';

/**
 * Who may import whom (README, "Architecture"). `types` are rooms from which
 * only types may come. Every room may import itself and packages from npm.
 */
const ROOMS: Record<string, { imports: readonly string[]; types?: readonly string[] }> = {
  'packages/wire': { imports: [] },
  'packages/contracts': { imports: [] },
  'packages/vfs': { imports: [] },
  'packages/node-lib': { imports: [] },
  'packages/kernel': { imports: ['packages/vfs'], types: ['packages/wire'] },
  'packages/node-bindings': { imports: ['packages/kernel', 'packages/vfs', 'packages/node-lib'] },
  'packages/shell': { imports: ['packages/vfs', 'packages/kernel'] },
  'packages/gateway': { imports: ['packages/wire'], types: ['packages/kernel'] },
  'packages/container': { imports: ['packages/wire', 'packages/contracts', 'packages/vfs', 'packages/kernel', 'packages/node-bindings', 'packages/node-lib', 'packages/shell', 'packages/gateway'] },
  'packages/db': { imports: ['packages/contracts'] },
  'packages/setup': { imports: [] },
  'apps/runtime': { imports: ['packages/container', 'packages/gateway', 'packages/wire', 'packages/contracts'] },
  'apps/web': { imports: ['packages/contracts'] },
  'apps/server': { imports: ['packages/contracts', 'packages/db'] },
  'apps/worker': { imports: ['packages/contracts', 'packages/db'] },
};

const roomOf = (path: string): string | undefined => Object.keys(ROOMS).find((room) => path.startsWith(`${room}/`));

const roomOfSpecifier = (file: string, specifier: string): string | undefined => {
  const own = /^@slipway\/([^/]+)/.exec(specifier);
  if (own !== null) return Object.keys(ROOMS).find((room) => room.endsWith(`/${own[1]}`)) ?? `unknown:${specifier}`;
  if (!specifier.startsWith('.')) return undefined;
  return roomOf(normalize(join(dirname(file), specifier)));
};

const files = sourceFiles().filter((path) => isCode(path) && roomOf(path) !== undefined);

describe('the import table', () => {
  it('is kept by every source file', () => {
    const broken: string[] = [];
    for (const file of files.filter((path) => !isTest(path))) {
      const room = roomOf(file) ?? '';
      const rules = ROOMS[room];
      for (const { specifier, typeOnly } of importsOf(file)) {
        const target = roomOfSpecifier(file, specifier);
        if (target === undefined || target === room || rules?.imports.includes(target)) continue;
        if (typeOnly && rules?.types?.includes(target)) continue;
        broken.push(`${file} imports ${specifier}${typeOnly ? ' (types)' : ''}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('has no cycles of value imports', () => {
    const graph = new Map<string, string[]>();
    for (const file of files) {
      const targets = importsOf(file)
        .filter(({ specifier, typeOnly }) => !typeOnly && specifier.startsWith('.'))
        .map(({ specifier }) => normalize(join(dirname(file), specifier)));
      graph.set(file, targets);
    }
    const cycles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      const at = path.indexOf(file);
      if (at !== -1) {
        cycles.push([...path.slice(at), file].join(' -> '));
        return;
      }
      if (done.has(file)) return;
      for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of graph.keys()) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it('says `new Worker` in the container alone', () => {
    // Node's own worker_threads in tests and build code are another thing.
    const others = files.filter((file) => !isTest(file) && !file.startsWith('packages/container/') && /^(packages\/(kernel|vfs|node-bindings|shell|gateway|wire)|apps\/runtime)\//.test(file));
    expect(others.filter((file) => /\bnew (?:globalThis\.|self\.)?(?:Shared)?Worker\(/.test(readCode(file)) && !file.startsWith('apps/runtime/'))).toEqual([]);
  });
});

function readCode(path: string): string {
  return read(path).replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
}
