import { type BuildSettings, defaultBuildSettings } from '@slipway/contracts';
import { describe, expect, it } from 'vitest';
import { detectBuild, packagePaths } from './detect-build.ts';
import { frameworks } from './frameworks.ts';

type Manifest = Record<string, unknown>;

function detect(files: Record<string, Manifest | string>, settings: Partial<BuildSettings> = {}) {
  const paths = Object.keys(files);
  const result = detectBuild(
    {
      paths,
      has: (path) => files[path] !== undefined,
      text: (path) =>
        files[path] === undefined
          ? undefined
          : typeof files[path] === 'string'
            ? files[path]
            : JSON.stringify(files[path]),
    },
    { ...defaultBuildSettings, ...settings },
  );
  return result.outcome === 'detected' ? result.build : result.problem;
}

const vite = { scripts: { build: 'vite build' }, devDependencies: { vite: '8' } };

describe('frameworks', () => {
  it.each<[string, Manifest, string, string | null, boolean]>([
    [
      'Nuxt',
      { dependencies: { nuxt: '4' }, scripts: { build: 'nuxt build', generate: 'nuxt generate' } },
      '.output/public',
      'npm run generate',
      false,
    ],
    ['Next.js', { dependencies: { next: '16' }, scripts: { build: 'next build' } }, 'out', 'npm run build', false],
    ['Astro', { dependencies: { astro: '5' }, scripts: { build: 'astro build' } }, 'dist', 'npm run build', false],
    [
      'SvelteKit',
      { devDependencies: { '@sveltejs/kit': '2', vite: '7' }, scripts: { build: 'vite build' } },
      'build',
      'npm run build',
      false,
    ],
    [
      'SolidStart',
      { dependencies: { '@solidjs/start': '1' }, scripts: { build: 'vinxi build' } },
      '.output/public',
      'npm run build',
      false,
    ],
    [
      'React Router',
      { devDependencies: { '@react-router/dev': '7', vite: '7' }, scripts: { build: 'react-router build' } },
      'build/client',
      'npm run build',
      true,
    ],
    [
      'Remix',
      { devDependencies: { '@remix-run/dev': '2', vite: '5' }, scripts: { build: 'remix vite:build' } },
      'build/client',
      'npm run build',
      true,
    ],
    [
      'VitePress',
      { devDependencies: { vitepress: '1' }, scripts: { 'docs:build': 'vitepress build docs' } },
      'docs/.vitepress/dist',
      'npm run docs:build',
      false,
    ],
    [
      'Docusaurus',
      { dependencies: { '@docusaurus/core': '3' }, scripts: { build: 'docusaurus build' } },
      'build',
      'npm run build',
      false,
    ],
    ['Gatsby', { dependencies: { gatsby: '5' }, scripts: { build: 'gatsby build' } }, 'public', 'npm run build', false],
    ['Eleventy', { devDependencies: { '@11ty/eleventy': '3' } }, '_site', 'npx eleventy', false],
    [
      'Angular',
      { name: 'shop', devDependencies: { '@angular/cli': '20' }, scripts: { build: 'ng build' } },
      'dist/shop/browser',
      'npm run build',
      true,
    ],
    [
      'Create React App',
      { dependencies: { 'react-scripts': '5' }, scripts: { build: 'react-scripts build' } },
      'build',
      'npm run build',
      true,
    ],
    [
      'Vue CLI',
      { devDependencies: { '@vue/cli-service': '5' }, scripts: { build: 'vue-cli-service build' } },
      'dist',
      'npm run build',
      true,
    ],
    [
      'Rsbuild',
      { devDependencies: { '@rsbuild/core': '1' }, scripts: { build: 'rsbuild build' } },
      'dist',
      'npm run build',
      true,
    ],
    ['Parcel', { devDependencies: { parcel: '2' }, scripts: { build: 'parcel build' } }, 'dist', 'npm run build', true],
    ['Hexo', { dependencies: { hexo: '7' }, scripts: { build: 'hexo generate' } }, 'public', 'npm run build', false],
    ['Vite', vite, 'dist', 'npm run build', true],
    ['webpack', { devDependencies: { webpack: '5' }, scripts: { build: 'webpack' } }, 'dist', 'npm run build', true],
  ])(
    'P-29 %s is known by its package, with its output, script and fallback',
    (framework, manifest, output, build, singlePage) => {
      expect(detect({ 'package.json': manifest })).toMatchObject({ framework, output, build, singlePage });
    },
  );

  it('P-29 every preset has its row above', () => {
    expect(frameworks).toHaveLength(19);
  });

  it.each<[string, Record<string, Manifest | string>, object]>([
    [
      'plain files',
      { 'index.html': '' },
      { framework: null, install: null, build: null, output: '', singlePage: false },
    ],
    [
      'a manifest without a build',
      { 'package.json': {}, 'index.html': '' },
      { install: 'npm install', build: null, output: '' },
    ],
    [
      'an unknown build',
      { 'package.json': { scripts: { build: 'make' } } },
      { framework: null, build: 'npm run build', output: 'dist' },
    ],
    [
      'a framework without a script',
      { 'package.json': { devDependencies: { vite: '8' } } },
      { build: 'npx vite build' },
    ],
    ['a manifest that is none', { 'package.json': '{' }, { install: 'npm install', build: null }],
    [
      'VitePress at the top',
      { 'package.json': { devDependencies: { vitepress: '1' }, scripts: { build: 'vitepress build' } } },
      { output: '.vitepress/dist' },
    ],
    [
      'names of an object itself',
      { 'package.json': { scripts: [], dependencies: 'x', constructor: 1 } },
      { framework: null, build: null },
    ],
  ])('P-29 %s', (_, files, expected) => {
    expect(detect(files)).toMatchObject(expected);
  });
});

describe('package managers', () => {
  it.each<[string, Record<string, Manifest | string>, string, string]>([
    ['nothing', {}, 'npm', 'npm install'],
    ['package-lock.json', { 'package-lock.json': '' }, 'npm', 'npm ci'],
    ['npm-shrinkwrap.json', { 'npm-shrinkwrap.json': '' }, 'npm', 'npm ci'],
    ['pnpm-lock.yaml', { 'pnpm-lock.yaml': '' }, 'pnpm', 'pnpm install --frozen-lockfile'],
    ['yarn.lock', { 'yarn.lock': '' }, 'yarn', 'yarn install'],
    ['bun.lock', { 'bun.lock': '' }, 'bun', 'bun install --frozen-lockfile'],
    ['bun.lockb', { 'bun.lockb': '' }, 'bun', 'bun install --frozen-lockfile'],
    [
      'packageManager',
      { 'package.json': { ...vite, packageManager: 'pnpm@10.0.0+sha512.abc' }, 'package-lock.json': '' },
      'pnpm',
      'pnpm install',
    ],
    [
      'a packageManager that nobody knows',
      { 'package.json': { ...vite, packageManager: 'cargo@1' }, 'yarn.lock': '' },
      'yarn',
      'yarn install',
    ],
  ])('P-29 %s', (_, files, packageManager, install) => {
    expect(detect({ 'package.json': vite, ...files })).toMatchObject({
      packageManager,
      install,
      build: `${packageManager} run build`,
    });
  });
});

describe('folders', () => {
  const workspace = {
    'package.json': { workspaces: ['packages/*'] },
    'pnpm-lock.yaml': '',
    'packages/lib/package.json': { scripts: { build: 'tsc' } },
  };

  it('P-29 of a monorepo the one package with a framework is built, by the manager of the whole', () => {
    expect(detect({ ...workspace, 'packages/web/package.json': vite })).toMatchObject({
      root: 'packages/web',
      packageManager: 'pnpm',
      install: 'pnpm install --frozen-lockfile',
      output: 'dist',
    });
  });

  it('P-29 of several packages none is guessed', () => {
    const files = { ...workspace, 'packages/web/package.json': vite, 'packages/docs/package.json': vite };
    expect(detect(files)).toBe(
      'Several packages could be published ("packages/docs", "packages/web"): set the root folder in the build settings',
    );
    expect(detect(files, { root: 'packages/docs' })).toMatchObject({ root: 'packages/docs', framework: 'Vite' });
    expect(detect(files, { root: 'nowhere' })).toContain('"nowhere" is not in the project');
  });

  it('P-29 what is set is taken, and the rest is detected', () => {
    expect(
      detect(
        { 'package.json': vite },
        { packageManager: 'yarn', install: 'make deps', build: 'make', output: 'site', singlePage: false },
      ),
    ).toEqual({
      framework: 'Vite',
      packageManager: 'yarn',
      root: '',
      install: 'make deps',
      build: 'make',
      output: 'site',
      singlePage: false,
    });
  });

  it('P-29 manifests are looked for in bounds, the highest first', () => {
    const paths = [
      'a/node_modules/x/package.json',
      'a/b/c/d/package.json',
      'z/package.json',
      'package.json',
      'a/b/package.json',
      'xpackage.json',
    ];
    expect(packagePaths(paths)).toEqual(['package.json', 'z/package.json', 'a/b/package.json']);
    expect(packagePaths(Array.from({ length: 200 }, (_, at) => `p${at}/package.json`))).toHaveLength(100);
  });
});
