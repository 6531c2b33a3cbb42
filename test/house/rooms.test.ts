import { writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { roomTable, type RoomRules } from './room-table.ts';
import { importsOf, isCode, isTest, read, root, sourceFiles } from './sources.ts';

/**
 * Who may import whom (README, "Architecture"). `types` are rooms from which
 * only types may come. Every room may import itself and packages from npm.
 */
const ROOMS: Record<string, RoomRules> = {
  'packages/runtime/wire': { imports: [] },
  'packages/runtime/vfs': { imports: ['packages/runtime/posix'] },
  'packages/runtime/node-lib': { imports: ['packages/tools/assemblyscript'] },
  'packages/runtime/kernel': {
    imports: ['packages/runtime/posix', 'packages/runtime/vfs'],
    types: ['packages/runtime/wire'],
  },
  'packages/runtime/posix': { imports: [] },
  'packages/runtime/module-transform': { imports: [] },
  'packages/runtime/node-values': { imports: ['packages/runtime/posix'] },
  'packages/runtime/http2': { imports: ['packages/runtime/posix'] },
  'packages/runtime/codecs': {
    imports: ['packages/runtime/posix', 'packages/runtime/node-values'],
    types: ['packages/runtime/kernel'],
  },
  'packages/runtime/node-bindings': {
    imports: [
      'packages/runtime/posix',
      'packages/runtime/vfs',
      'packages/runtime/kernel',
      'packages/runtime/node-lib',
      'packages/runtime/module-transform',
      'packages/runtime/node-values',
      'packages/runtime/http2',
      'packages/runtime/codecs',
    ],
  },
  'packages/runtime/shell': { imports: ['packages/runtime/posix', 'packages/runtime/vfs', 'packages/runtime/kernel'] },
  'packages/runtime/gateway': {
    imports: ['packages/runtime/posix', 'packages/runtime/wire'],
    types: ['packages/runtime/kernel'],
  },
  'packages/runtime/container': {
    imports: [
      'packages/runtime/posix',
      'packages/runtime/wire',
      'packages/runtime/vfs',
      'packages/runtime/kernel',
      'packages/runtime/node-bindings',
      'packages/runtime/node-lib',
      'packages/runtime/shell',
      'packages/runtime/gateway',
    ],
  },
  'packages/runtime/embed': { imports: ['packages/runtime/wire'] },
  'packages/product/contracts': { imports: ['packages/runtime/wire'] },
  'packages/product/git': { imports: [] },
  'packages/product/history': { imports: ['packages/product/contracts', 'packages/product/git'] },
  'packages/product/egress': { imports: [] },
  'packages/product/secrets': { imports: [] },
  'packages/product/sites': { imports: ['packages/product/contracts'] },
  'packages/product/db': {
    imports: [
      'packages/product/contracts',
      'packages/product/git',
      'packages/product/history',
      'packages/product/leases',
    ],
  },
  'packages/product/blobs': {
    imports: ['packages/product/contracts', 'packages/product/git', 'packages/product/history', 'packages/product/db'],
  },
  'packages/product/registry-mirror': { imports: [] },
  'packages/product/plugin-host': { imports: [] },
  'packages/product/agent': { imports: ['packages/product/contracts'] },
  'packages/product/sandboxes': { imports: ['packages/product/contracts'] },
  'packages/product/leases': { imports: [] },
  'packages/product/runs': {
    imports: ['packages/product/contracts', 'packages/runtime/wire', 'packages/runtime/embed'],
  },
  'packages/tools/find-browser': { imports: [] },
  'packages/tools/assemblyscript': { imports: [] },
  'packages/tools/setup': { imports: ['packages/tools/find-browser'] },
  'apps/runtime': {
    imports: [
      'packages/runtime/container',
      'packages/runtime/gateway',
      'packages/runtime/wire',
      'packages/runtime/embed',
    ],
  },
  'apps/web': {
    imports: [
      'packages/product/contracts',
      'packages/product/plugin-host',
      'packages/product/agent',
      'packages/product/history',
      'packages/product/runs',
      'packages/runtime/wire',
      'packages/runtime/embed',
    ],
  },
  'apps/server': {
    imports: [
      'packages/product/contracts',
      'packages/product/db',
      'packages/product/blobs',
      'packages/product/git',
      'packages/product/history',
      'packages/product/egress',
      'packages/product/secrets',
      'packages/product/sites',
      'packages/product/registry-mirror',
      'packages/product/plugin-host',
      'packages/product/agent',
      'packages/product/sandboxes',
      'packages/product/leases',
      'packages/runtime/wire',
      'packages/runtime/embed',
    ],
  },
  'apps/worker': {
    imports: [
      'packages/product/agent',
      'packages/product/contracts',
      'packages/product/db',
      'packages/product/blobs',
      'packages/product/history',
      'packages/product/egress',
      'packages/product/secrets',
      'packages/product/sites',
      'packages/product/sandboxes',
      'packages/product/leases',
      'packages/product/registry-mirror',
      'packages/product/runs',
      'packages/runtime/wire',
      'packages/runtime/embed',
      'packages/tools/find-browser',
    ],
  },
  'apps/cli': {
    imports: [
      'apps/worker',
      'packages/product/blobs',
      'packages/product/contracts',
      'packages/product/plugin-host',
      'packages/product/db',
      'packages/product/secrets',
      'packages/product/sites',
      'packages/product/registry-mirror',
      'packages/runtime/embed',
      'packages/runtime/posix',
      'packages/tools/find-browser',
    ],
  },
};

/** Every file that says `new Worker`, and why. */
const WORKER_MAKERS: Readonly<Record<string, string>> = {
  'packages/runtime/container/src/worker-handle.ts': 'every process, thread and the writer of a container',
  'apps/web/src/api/link/create-link.ts': 'what must go on in a hidden tab: heartbeats, the event stream',
  'apps/runtime/src/connect/main.ts': 'the SharedWorker by which tabs and previews find each other',
  'apps/runtime/src/headless/start-kernel.ts': 'the worker that holds the kernel',
  'apps/server/src/auth/hash-thread.ts': 'a thread for passwords, of worker_threads',
  'apps/web/src/plugins/call-in-tab.ts': 'a plugin tried or replayed in the tab',
  'apps/server/src/plugins/plugin-pool.ts': 'threads in which plugins run, of worker_threads',
  'packages/product/plugin-host/src/engines.browser.test.ts': 'where plugins run in a tab',
  'packages/runtime/kernel/src/memory/ring.test.ts': 'a writer on another thread, of worker_threads',
  'packages/runtime/vfs/src/testing/threads.ts': 'worker_threads',
  'packages/runtime/shell/src/testing/test-container.ts': 'worker_threads as a container in Node',
  'packages/runtime/shell/src/testing/worker-stock.ts': 'the threads of those processes, one after the other',
  'packages/runtime/node-lib/src/late-memory.test.ts': 'a reader on another thread, of worker_threads',
  'packages/runtime/node-bindings/test-support/page.ts': 'a container of its own, without the rest of the product',
  'packages/runtime/node-bindings/src/boot/exit.browser.test.ts': 'the text of programs that run in a container',
  'packages/runtime/node-bindings/src/processes/testing/read-while-listening.js': 'a program that runs in a container',
  'packages/runtime/node-bindings/src/processes/testing/sync-messages.js': 'a program that runs in a container',
  'packages/runtime/node-bindings/src/processes/testing/threads.js': 'a program that runs in a container',
  'packages/runtime/node-bindings/src/system/system.browser.test.ts': 'the text of programs that run in a container',
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
  it('has every room, and is the README\u2019s (`UPDATE_README=1 npm test -- test/house/rooms` writes it there)', () => {
    const packages = sourceFiles().flatMap(
      (path) => /^((?:packages\/[^/]+|apps)\/[^/]+)\/package\.json$/.exec(path)?.[1] ?? [],
    );
    expect(packages.filter((room) => ROOMS[room] === undefined)).toEqual([]);
    const table = roomTable(ROOMS);
    const written = /<!-- rooms -->\n([\s\S]*?)\n<!-- \/rooms -->/;
    if (process.env['UPDATE_README'] === '1') {
      const between = `<!-- rooms -->\n${table}\n<!-- /rooms -->`;
      writeFileSync(
        join(root, 'README.md'),
        read('README.md').replace(written, () => between),
      );
    }
    expect(written.exec(read('README.md'))?.[1]).toBe(table);
  });

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

  it('passes no door of another room: what is imported is an entry or a subpath that the room exports', () => {
    const doors = new Map(Object.keys(ROOMS).map((room) => [room, Object.keys(manifest(room).exports ?? {})]));
    const broken: string[] = [];
    for (const file of files) {
      for (const { specifier } of importsOf(file)) {
        const target = roomOfSpecifier(file, specifier);
        if (target === undefined || target === roomOf(file)) continue;
        const asked = /^@slipway\/[^/]+(.*)$/.exec(specifier);
        const open = doors.get(target) ?? [];
        const isOpen =
          asked === null
            ? isEntryBeforeLinks(file, specifier)
            : open.some(
                (door) =>
                  door === `.${asked[1]}` || (door.endsWith('/*') && `.${asked[1]}`.startsWith(door.slice(0, -1))),
              );
        if (!isOpen) broken.push(`${file} imports ${specifier}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('keeps the runtime free of the product', () => {
    const broken = files
      .filter((file) => /^(packages\/runtime|apps\/runtime)\//.test(file))
      .flatMap((file) =>
        importsOf(file)
          .filter(({ specifier }) => {
            const target = roomOfSpecifier(file, specifier) ?? '';
            // A test asks which browser the machine has; builds and tests compile what is shipped.
            if (isTest(file) && target === 'packages/tools/find-browser') return false;
            if ((isTest(file) || file.includes('/build/')) && target === 'packages/tools/assemblyscript') return false;
            return /^packages\/(product|tools)\//.test(target);
          })
          .map(({ specifier }) => `${file} imports ${specifier}`),
      );
    expect(broken).toEqual([]);
  });

  it('has no two folders of a room that import each other, and so no arrow that runs back up', () => {
    // What helps tests alone may look at everything.
    const sources = files.filter((path) => !isTest(path) && !/\/testing(\/|\.ts$)/.test(path));
    expect(mutualFolders(sources)).toEqual([]);
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

  it('says `new Worker` where a worker of the container or the page is made, and nowhere else', () => {
    const said = sourceFiles()
      .filter((file) => isCode(file) && /^(packages|apps)\//.test(file))
      .filter((file) => /\bnew (?:globalThis\.|self\.|window\.)?(?:Shared)?Worker\(/.test(readCode(file)));
    expect(said).toEqual(Object.keys(WORKER_MAKERS).sort());
  });
});

/** The set-up runs before the rooms are linked, so it names another's entry by its path. */
function isEntryBeforeLinks(file: string, specifier: string): boolean {
  const path = normalize(join(dirname(file), specifier));
  return file.startsWith('packages/tools/setup/') && path === 'packages/tools/find-browser/src/find-browser.mjs';
}

function manifest(room: string): { exports?: Record<string, string> } {
  return JSON.parse(read(`${room}/package.json`)) as { exports?: Record<string, string> };
}

/** Pairs of folders, first level below `src`, that import from each other; types count as well. */
function mutualFolders(paths: readonly string[]): string[] {
  const folderOf = (path: string): string => /^(.*?\/src\/[^/]+)\//.exec(path)?.[1] ?? dirname(path);
  const arrows = new Set<string>();
  for (const file of paths) {
    for (const { specifier } of importsOf(file)) {
      if (!specifier.startsWith('.')) continue;
      const [from, to] = [folderOf(file), folderOf(normalize(join(dirname(file), specifier)))];
      if (from !== to) arrows.add(`${from} ${to}`);
    }
  }
  return [...arrows].filter(
    (arrow) => arrow.split(' ')[0]! < arrow.split(' ')[1]! && arrows.has(arrow.split(' ').reverse().join(' ')),
  );
}

function readCode(path: string): string {
  return read(path)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '');
}
