import type { Cell } from '../cell.ts';

const MAIN = "document.querySelector('#app').textContent = 'matrix';\n";
const PAGE =
  '<!doctype html><title>project</title><div id="app"></div><script type="module" src="/main.js"></script>\n';

/** Generators of sites, documentation and slides. */
export const SITES: readonly Cell[] = [
  {
    name: 'vite',
    kind: 'framework',
    packages: { vite: '^8' },
    files: { 'index.html': PAGE, 'main.js': MAIN },
    commands: ['npx vite build'],
    writes: { 'dist/index.html': 'project' },
    serves: { command: 'npx vite', port: 5173, edits: 'main.js' },
  },
  {
    name: 'eleventy',
    kind: 'framework',
    packages: { '@11ty/eleventy': '^3' },
    files: { 'index.md': '# matrix\n' },
    commands: ['npx eleventy'],
    writes: { '_site/index.html': '<h1>matrix</h1>' },
  },
  {
    name: 'astro',
    kind: 'framework',
    packages: { astro: '^5' },
    files: { 'src/pages/index.astro': "---\nconst name = 'matrix';\n---\n<h1>{name}</h1>\n" },
    commands: ['npx astro build'],
    writes: { 'dist/index.html': '<h1>matrix</h1>' },
    serves: { command: 'npx astro dev', port: 4321, edits: 'src/pages/index.astro' },
  },
  {
    name: 'vitepress',
    kind: 'framework',
    packages: { vitepress: '^1' },
    files: { 'index.md': '# matrix\n' },
    commands: ['npx vitepress build'],
    writes: { '.vitepress/dist/index.html': 'matrix' },
    serves: { command: 'npx vitepress dev', port: 5173, edits: 'index.md' },
  },
  {
    name: 'docusaurus',
    kind: 'framework',
    packages: {
      '@docusaurus/core': '^3',
      '@docusaurus/preset-classic': '^3',
      '@mdx-js/react': '^3',
      react: '^19',
      'react-dom': '^19',
    },
    manifest: { type: 'commonjs' },
    files: {
      'docusaurus.config.js': `module.exports = {
  title: 'project',
  url: 'https://site.example',
  baseUrl: '/',
  presets: [['classic', { blog: false, docs: { routeBasePath: '/' } }]],
};
`,
      'docs/index.md': '# matrix\n',
    },
    commands: ['npx docusaurus build'],
    writes: { 'build/index.html': 'matrix' },
    serves: { command: 'npx docusaurus start --no-open', port: 3000, edits: 'docs/index.md' },
  },
  {
    name: 'storybook',
    kind: 'framework',
    packages: { storybook: '^10', '@storybook/html-vite': '^10', vite: '^8' },
    files: {
      '.storybook/main.js': `export default { framework: '@storybook/html-vite', stories: ['../src/*.stories.js'] };\n`,
      'src/button.stories.js': `export default { title: 'Button', render: () => '<button>matrix</button>' };
export const Plain = {};
`,
    },
    commands: ['npx storybook build'],
    writes: { 'storybook-static/index.json': 'button--plain' },
    serves: {
      command: 'npx storybook dev --port 6006 --ci --no-version-updates',
      port: 6006,
      path: '/iframe.html?id=button--plain&viewMode=story',
      edits: 'src/button.stories.js',
    },
  },
  {
    name: 'slidev',
    kind: 'framework',
    packages: { '@slidev/cli': '^53', '@slidev/theme-default': '*', vue: '^3' },
    files: { 'slides.md': '# matrix\n\n---\n\n# second\n' },
    commands: ['npx slidev build'],
    writes: { 'dist/index.html': 'script' },
    serves: { command: 'npx slidev --port 3030', port: 3030, edits: 'slides.md' },
  },
];
