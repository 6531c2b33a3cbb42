import { describe, expect, it } from 'vitest';
import { chooseManager } from './package-manager.ts';
import { planRun } from './plan-run.ts';
import { parseManifest, serverArguments, serverTool } from './project-scripts.ts';

const scripts = (named: Record<string, string>) => new Map(Object.entries(named));
const NPM = chooseManager('npm', () => false);
const FLAGS = ['--host', '0.0.0.0', '--port', '5173', '--strictPort', '--base', '/'];

describe('the plan of a run', () => {
  it('RN-06 a preview takes the first script there is of start, preview, dev and server', () => {
    const all = ['server', 'dev', 'preview', 'start'];
    for (let count = 1; count <= all.length; count++) {
      const some = all.slice(0, count);
      expect(planRun('START', NPM, scripts(Object.fromEntries(some.map((name) => [name, 'node x.js']))))).toMatchObject(
        {
          type: 'START',
          script: some.at(-1),
          args: ['run', some.at(-1), '--', ...FLAGS],
        },
      );
    }
    expect(() => planRun('START', NPM, scripts({ test: 'x', lint: 'y' }))).toThrow(
      'Cannot preview: package.json needs one of the scripts start, preview, dev, server; it has test, lint',
    );
    expect(() => planRun('START', NPM, scripts({}))).toThrow('it has none');
  });

  it('RN-05 RN-08 a start runs dev, a build runs build, an install runs npm, and what is missing is named', () => {
    const both = scripts({ dev: 'vite', build: 'vite build' });
    expect(planRun('DEV', NPM, both)).toMatchObject({ command: 'npm', args: ['run', 'dev', '--', ...FLAGS] });
    expect(planRun('BUILD', NPM, both)).toMatchObject({ command: 'npm', args: ['run', 'build'] });
    expect(planRun('INSTALL', NPM, both)).toMatchObject({ command: 'npm', args: expect.arrayContaining(['install']) });
    for (const [type, script] of [
      ['DEV', 'dev'],
      ['BUILD', 'build'],
    ] as const)
      expect(() => planRun(type, NPM, scripts({ other: 'x' }))).toThrow(
        `Cannot run "${script}": package.json has no such script; it has other`,
      );
  });

  it('TC-01 with pnpm and yarn arguments follow the script as they are, and each has its own install', () => {
    for (const name of ['pnpm', 'yarn']) {
      const manager = chooseManager(name, () => false);
      expect(planRun('DEV', manager, scripts({ dev: 'vite' }))).toMatchObject({
        command: name,
        args: ['run', 'dev', ...FLAGS],
      });
      expect(planRun('INSTALL', manager, scripts({}))).toMatchObject({ command: name, script: undefined });
    }
  });

  it('RN-07 every run is told port, host and base path, and who takes them as arguments gets them so', () => {
    expect(planRun('DEV', NPM, scripts({ dev: 'next dev' })).env).toMatchObject({
      PORT: '5173',
      HOST: '0.0.0.0',
      BASE_PATH: '/',
    });
    const table: [string, string | undefined, boolean][] = [
      ['vite', 'vite', true],
      ['vite dev --open', 'vite', true],
      ['vite preview', 'vite', true],
      ['npx vite', 'vite', true],
      ['NODE_ENV=x cross-env A=1 vite', 'vite', true],
      ['tsc -b && vite', 'vite', true],
      ['node server.mjs', 'program', true],
      ['node ./node_modules/vite/bin/vite.js', 'program', true],
      ['tsx watch server.ts', 'program', true],
      ['next dev', 'next', false],
      ['astro dev', 'astro', false],
      ['webpack serve', 'webpack', false],
      ['vite build', undefined, false],
      ['vite build && next start', 'next', false],
      ['vite | cat', undefined, false],
      ['vite &', undefined, false],
      ['(vite)', undefined, false],
      ['', undefined, false],
      ['A=1', undefined, false],
    ];
    for (const [script, tool, takes] of table)
      expect([script, serverTool(script), serverArguments(script)]).toEqual([script, tool, takes ? FLAGS : []]);
  });
});

describe('a manifest', () => {
  it('is read for what it is: scripts that are texts, and everything that npm installs by', () => {
    const manifest = parseManifest(
      JSON.stringify({ scripts: { dev: 'vite', odd: 7 }, dependencies: { a: '1' }, name: 'x' }),
    );
    expect([...(manifest?.scripts ?? [])]).toEqual([['dev', 'vite']]);
    expect(manifest?.installs).toBe(true);
    const renamed = parseManifest(JSON.stringify({ scripts: {}, dependencies: { a: '1' }, name: 'y' }));
    expect(renamed?.dependencies).toBe(manifest?.dependencies);
    const grown = parseManifest(JSON.stringify({ dependencies: { a: '1', b: '1' } }));
    expect(grown?.dependencies).not.toBe(manifest?.dependencies);
  });

  it('without anything to install needs no install, and with a script of the install it does', () => {
    expect(parseManifest('{}')?.installs).toBe(false);
    expect(parseManifest('{"dependencies":{}}')?.installs).toBe(false);
    expect(parseManifest('{"workspaces":["a"]}')?.installs).toBe(true);
    expect(parseManifest('{"scripts":{"postinstall":"x"}}')?.installs).toBe(true);
  });

  it('that is none is undefined, whatever the text holds; a thousand scripts are a hundred', () => {
    for (const text of ['', '{', 'null', '[]', '7', '"x"', '[{"scripts":{}}]'])
      expect(parseManifest(text)).toBeUndefined();
    expect(parseManifest('{"scripts":[1]}')?.scripts.size).toBe(0);
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`s${at}`, 'x']));
    expect(parseManifest(JSON.stringify({ scripts: many }))?.scripts.size).toBe(100);
  });
});
