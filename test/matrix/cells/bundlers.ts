import type { Cell } from '../cell.ts';

const ENTRY = {
  'src/index.js': "import { word } from './word.js';\nconsole.log(word);\n",
  'src/word.js': "export const word = 'matrix';\n",
};

/** Bundlers: what they write must run and print its word. */
export const BUNDLERS: readonly Cell[] = [
  {
    name: 'webpack',
    kind: 'framework',
    packages: { webpack: '^5', 'webpack-cli': '^7', 'webpack-dev-server': '^6' },
    files: {
      'webpack.config.js': "export default { mode: 'development', devServer: { port: 8080, static: 'public' } };\n",
      'public/index.html': '<!doctype html><title>project</title><body><script src="/main.js"></script>\n',
      'src/index.js': "import { word } from './word.js';\ndocument.body.append(word);\n",
      'src/word.js': "export const word = 'matrix';\n",
    },
    commands: ['npx webpack --mode production'],
    writes: { 'dist/main.js': 'matrix' },
    serves: { command: 'npx webpack serve', port: 8080, edits: 'src/word.js' },
  },
  {
    name: 'rspack',
    kind: 'framework',
    packages: { '@rspack/core': '^2', '@rspack/cli': '^2', '@rspack/dev-server': '^2' },
    files: {
      'rspack.config.js': "export default { mode: 'development', devServer: { port: 8080, static: 'public' } };\n",
      'public/index.html': '<!doctype html><title>project</title><body><script src="/main.js"></script>\n',
      'src/index.js': "import { word } from './word.js';\ndocument.body.append(word);\n",
      'src/word.js': "export const word = 'matrix';\n",
    },
    commands: ['npx rspack build --mode production'],
    writes: { 'dist/main.js': 'matrix' },
    serves: { command: 'npx rspack serve', port: 8080, edits: 'src/word.js' },
  },
  {
    name: 'parcel',
    kind: 'framework',
    packages: { parcel: '^2' },
    files: {
      'src/index.html': '<!doctype html><title>project</title><body><script type="module" src="./index.js"></script>\n',
      'src/index.js': "document.body.append('matrix');\n",
    },
    commands: ['npx parcel build src/index.html'],
    writes: { 'dist/index.html': 'script' },
    serves: { command: 'npx parcel src/index.html', port: 1234, edits: 'src/index.js' },
  },
  {
    name: 'tsup',
    kind: 'framework',
    packages: { tsup: '*', typescript: '^5' },
    files: { 'src/index.ts': "export const word: string = 'matrix';\n" },
    commands: ['npx tsup src/index.ts --format esm,cjs --dts'],
    writes: { 'dist/index.js': 'matrix', 'dist/index.d.ts': 'string' },
  },
  {
    name: 'nx',
    kind: 'framework',
    packages: { nx: '*' },
    manifest: { scripts: { build: 'node build.js' }, nx: {} },
    files: {
      'nx.json': '{ "analytics": false }\n',
      'build.js': "import { writeFileSync } from 'node:fs';\nwriteFileSync('built.txt', 'matrix');\n",
    },
    commands: ['NX_DAEMON=false npx nx run-many -t build'],
    writes: { 'built.txt': 'matrix' },
  },
  {
    name: 'rollup-and-esbuild',
    kind: 'tool',
    packages: { esbuild: '*', rollup: '^4' },
    files: ENTRY,
    commands: ['npx esbuild src/index.js --bundle --log-level=error', 'npx rollup src/index.js --silent'],
  },
];
