/**
 * Server, worker and the `slipway` command as one file each. From their sources they are more than a thousand modules,
 * most of them of libraries, and to find and read those takes ten times as long as to run them.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** The programs, and where each lies when it is bundled. */
const PROGRAMS = ['server', 'worker', 'cli'].map((app) => ({
  entry: join(root, 'apps', app, 'src', 'main.ts'),
  file: join(root, 'apps', app, 'dist', 'main.mjs'),
}));

/** These start programs of their own from their own folders. */
const EXTERNAL = ['esbuild', 'playwright-core'];

/** Libraries that are CommonJS ask for Node's modules by `require`, which a module does not have. */
const BANNER =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/** Writes the bundles. Takes about two seconds, so nobody has to ask whether it is necessary. */
export async function bundlePrograms() {
  await Promise.all(PROGRAMS.map(({ entry, file }) => bundleProgram(entry, file)));
}

/**
 * One program as one file.
 * @param {string} entry its module
 * @param {string} file where the bundle goes: inside of the repository, so that it finds what is not bundled
 */
export async function bundleProgram(entry, file) {
  await build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    external: EXTERNAL,
    banner: { js: BANNER },
    keepNames: true,
    sourcemap: 'linked',
    logLevel: 'error',
    plugins: [ownPlaces(dirname(file))],
  });
}

/**
 * A module that asks where it lies gets the place of its source: what it looks for (pages, migrations, workers) lies
 * beside that.
 * @param {string} folder where the bundle lies
 * @returns {import('esbuild').Plugin}
 */
const ownPlaces = (folder) => ({
  name: 'own-places',
  setup(bundler) {
    bundler.onLoad({ filter: /\.m?[jt]s$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes('import.meta.url')) return undefined;
      const place = JSON.stringify(relative(folder, path).split(sep).join('/'));
      return {
        contents: source.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`),
        loader: path.endsWith('ts') ? 'ts' : 'js',
      };
    });
  },
});

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundlePrograms();
