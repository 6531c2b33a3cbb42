import { createHash } from 'node:crypto';
import type { PublishTabBody, TabPlan } from '@slipway/contracts';
import type { PathContent } from '@slipway/wire';
import { describe, expect, it } from 'vitest';
import { buildInTab, type TabBuilder, type TabPhase } from './build-in-tab.ts';

const PLAN: TabPlan = { command: 'npm run build', output: 'dist', packages: true, environment: { TZ: 'UTC' } };
const text = (path: string, content: string, mode = 0o644): PathContent => ({
  kind: 'file',
  path,
  mode,
  bytes: new TextEncoder().encode(content),
});
const SITE: readonly PathContent[] = [
  text('dist/index.html', '<h1>hi</h1>'),
  text('dist/assets/a.js', 'go()', 0o755),
  text('dist/.DS_Store', 'x'),
  text('dist/.well-known/id', 'me'),
];

interface Stand {
  plan?: TabPlan | null;
  files?: readonly PathContent[];
  /** What each save gives. */
  saves?: string[];
  says?: string;
  code?: number;
  /** The build goes on until it is killed. */
  endless?: boolean;
  installed?: boolean;
  missing?: (asked: string[]) => string[];
}

function stand(options: Stand = {}) {
  const { plan = PLAN, files = SITE, saves = ['one'], says = '', code = 0, endless, missing, installed } = options;
  const seen = { sent: [] as PublishTabBody[], put: 0, ran: [] as unknown[], phases: [] as TabPhase[] };
  const lines: string[] = [];
  const cancel = new AbortController();
  let kill: () => void = () => undefined;
  let at = 0;
  const packages = { kind: 'dir', path: 'node_modules', mode: 0o755, empty: false } as const;
  const all = installed === false ? files : [...files, packages];
  const builder = {
    projectId: 'p',
    save: async () => saves[Math.min(at++, saves.length - 1)]!,
    api: {
      tabPlan: async () => ({ plan, why: plan === null ? 'its settings say so' : null }),
      missingBlobs: async (asked: string[]) => ({ missing: missing?.(asked) ?? [] }),
      putBlob: async () => void seen.put++,
      publishTab: async (_: string, body: PublishTabBody) => {
        seen.sent.push(body);
        return { build: { id: 'b' } };
      },
    },
    control: {
      signal: async (_pid: number, signal: string, options: { group?: boolean }) => {
        expect([signal, options.group]).toEqual(['SIGKILL', true]);
        kill();
      },
      run: async (
        request: unknown,
        watch: { onStart(pid: number): void; onOutput(s: string, b: Uint8Array): void },
      ) => {
        seen.ran.push(request);
        const killed = new Promise<void>((resolve) => (kill = resolve));
        watch.onStart(7);
        watch.onOutput('stdout', new TextEncoder().encode(says));
        if (endless === true) await killed;
        return endless === true ? { code: null, signal: 'KILL' } : { code, signal: null };
      },
    },
    files: {
      readdir: async (folder: string) => {
        const below = all.filter(({ path }) => path.startsWith(folder)).map(({ path }) => path.slice(folder.length));
        const names = [...new Set(below.map((path) => path.split('/')[0]!))];
        if (names.length === 0) throw new Error('ENOENT');
        return names.map((name) => ({ name, isDirectory: () => below.some((path) => path.startsWith(`${name}/`)) }));
      },
      readPaths: async (paths: string[]) =>
        paths.map((path) => all.find((one) => one.path === path) ?? { kind: 'gone', path }),
    },
  } as unknown as TabBuilder;
  const run = () =>
    buildInTab(builder, {
      onPhase: (phase) => seen.phases.push(phase),
      onLine: (_, line) => lines.push(line),
      signal: cancel.signal,
    });
  return { run, seen, lines, cancel: () => cancel.abort() };
}

describe('a build in the tab', () => {
  it('P-33 runs by the server\u2019s plan, and sends every file with its mode, but for dot files', async () => {
    const { run, seen, lines } = stand({ says: 'one\ntwo', missing: (asked) => asked.slice(0, 2) });
    expect(await run()).toMatchObject({ outcome: 'published', build: { id: 'b' } });
    expect(seen.ran).toEqual([{ command: 'jsh', args: ['-c', 'npm run build'], env: { TZ: 'UTC' } }]);
    expect(seen.phases).toEqual(['saving', 'building', 'sending']);
    expect([seen.put, lines]).toEqual([2, ['$ npm run build', 'one', 'two']]);
    const [{ files, log, snapshotId }] = seen.sent as [PublishTabBody];
    expect([snapshotId, log.map((line) => line.text)]).toEqual(['one', lines]);
    expect(files.map(({ path, mode, size }) => [path, mode, size])).toEqual(
      expect.arrayContaining([
        ['index.html', 0o644, 11],
        ['assets/a.js', 0o755, 4],
        ['.well-known/id', 0o644, 2],
      ]),
    );
    expect(files).toHaveLength(3);
    const sha256 = createHash('sha256').update('go()').digest('hex');
    expect(files.find(({ path }) => path === 'assets/a.js')?.sha256).toBe(sha256);
  });

  it.each<[string, Stand, string]>([
    ['the settings', { plan: null }, 'its settings say so'],
    [
      'packages that do not fit',
      { files: [...SITE, text('package-lock.json', '{"packages":{"node_modules/a":{"version":"1.0.0"}}}')] },
      'its packages were not installed by its lockfile in this tab',
    ],
    ['packages that are not there', { installed: false }, 'its packages are not installed in this tab'],
    ['links', { files: [...SITE, { kind: 'link', path: 'dist/l', target: '/' }] }, 'its output has links'],
    ['an output that is not there', { files: [text('src/a', 'a')] }, 'it wrote no folder "dist" here'],
    ['typing that goes on', { saves: ['1', '2', '3', '4'] }, 'its files changed while it was built here'],
    [
      'too many files',
      { files: Array.from({ length: 5001 }, (_, n) => text(`dist/${n}`, 'x')) },
      'it has more than 5000 files',
    ],
  ])('P-33 is left to the server because of %s', async (_, options, why) => {
    const { run, seen } = stand(options);
    expect(await run()).toMatchObject({ outcome: 'server', why });
    expect(seen.sent).toEqual([]);
  });

  it('P-33 what was changed while it was built is built again', async () => {
    const { run, seen } = stand({ saves: ['one', 'two'] });
    expect(await run()).toMatchObject({ outcome: 'published' });
    expect([seen.ran.length, seen.sent[0]?.snapshotId]).toEqual([2, 'two']);
  });

  it('P-11 a build that fails says the compiler\u2019s error, and nothing is sent', async () => {
    const { run, seen, lines } = stand({ says: 'src/a.ts(1,2): error TS1: no\n', code: 2 });
    expect(await run()).toEqual({ outcome: 'failed', summary: 'runner exited: src/a.ts(1,2): TS1: no' });
    expect([lines.at(-1), seen.sent.length]).toEqual(['npm run build ended with exit code 2', 0]);
  });

  it('P-19 a build that is cancelled is killed with all it started', async () => {
    const { run, cancel, seen } = stand({ endless: true });
    const end = run();
    await new Promise((resolve) => setTimeout(resolve));
    cancel();
    expect(await end).toEqual({ outcome: 'cancelled' });
    expect(seen.sent).toEqual([]);
  });
});
