import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { generateManifest } from 'material-icon-theme';
import type { Plugin } from 'vite';

/** The module that the page loads when the first icon of a file is drawn. */
const ID = 'virtual:file-icons';

/** Of the theme's 1,250 icons only those that a project of the web has: the others would be most of the chunk. */
const EXTENSIONS =
  'ts tsx d.ts test.ts test.tsx spec.ts js jsx mjs cjs mts cts json jsonc ' +
  'html htm css scss sass less md mdx vue svelte astro svg png jpg ' +
  'jpeg gif webp avif ico woff woff2 ttf otf txt yml yaml toml xml sh bash py sql ' +
  'graphql gql lock log wasm zip gz pdf ' +
  'mp4 webm mp3 wav csv php go rs rb java c cpp h ejs hbs pug prisma proto';
const NAMES =
  'package.json package-lock.json pnpm-lock.yaml yarn.lock tsconfig.json tsconfig.app.json tsconfig.node.json ' +
  'jsconfig.json vite.config.ts vite.config.js vite.config.mjs vitest.config.ts .gitignore ' +
  '.gitattributes .npmrc .nvmrc ' +
  '.env .env.local .env.example readme.md license license.md changelog.md contributing.md dockerfile ' +
  'eslint.config.js ' +
  'eslint.config.mjs .eslintrc.json .prettierrc prettier.config.js tailwind.config.js tailwind.config.ts ' +
  'postcss.config.js next.config.js next.config.mjs next.config.ts svelte.config.js astro.config.mjs nuxt.config.ts ' +
  'webpack.config.js rollup.config.js .editorconfig favicon.ico robots.txt';
const FOLDERS =
  'src public node_modules dist build components assets images test tests __tests__ lib pages routes styles css api ' +
  'docs config utils hooks .git .github scripts types server client app views store stores services layouts icons';

/** One picture for each name, and which name has which. */
interface IconTables {
  readonly pictures: string[];
  readonly extensions: Record<string, number>;
  readonly names: Record<string, number>;
  readonly folders: Record<string, readonly [closed: number, open: number]>;
  readonly file: number;
  readonly folder: readonly [closed: number, open: number];
}

/**
 * The icons of material-icon-theme (MIT, © Material Extensions) as one module: at build
 * time their table is asked for the names above, and the pictures are put beside it.
 */
export function fileIcons(): Plugin {
  return {
    name: 'slipway-file-icons',
    resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
    async load(id) {
      if (id !== `\0${ID}`) return undefined;
      const tables = await makeTables();
      const licence = '/*! Icons: material-icon-theme, MIT licence, (c) Material Extensions */';
      return `${licence}\nexport default ${JSON.stringify(tables)};`;
    },
  };
}

/** Each picture once, however many names have it: tables hold its number, which is taken before the file is read. */
async function makeTables(): Promise<IconTables> {
  const manifest = generateManifest({});
  const folder = join(dirname(createRequire(import.meta.url).resolve('material-icon-theme/package.json')), 'icons');
  const pictures: string[] = [];
  const known = new Map<string, number>();
  const picture = async (icon: string): Promise<number> => {
    const before = known.get(icon);
    if (before !== undefined) return before;
    known.set(icon, pictures.length);
    const index = pictures.push('') - 1;
    pictures[index] = await readFile(join(folder, `${icon}.svg`), 'utf8');
    return index;
  };
  const pick = async (names: string, table: Record<string, string>): Promise<Record<string, number>> => {
    const picked: Record<string, number> = {};
    for (const name of names.split(' ')) {
      const icon = table[name];
      if (icon !== undefined) picked[name] = await picture(icon);
    }
    return picked;
  };
  const closed = await pick(FOLDERS, manifest.folderNames ?? {});
  const open = await pick(FOLDERS, manifest.folderNamesExpanded ?? {});
  return {
    extensions: await pick(EXTENSIONS, manifest.fileExtensions ?? {}),
    names: await pick(NAMES, manifest.fileNames ?? {}),
    folders: Object.fromEntries(
      Object.entries(closed).map(([name, index]) => [name, [index, open[name] ?? index] as const]),
    ),
    file: await picture(manifest.file ?? 'file'),
    folder: [await picture(manifest.folder ?? 'folder'), await picture(manifest.folderExpanded ?? 'folder-open')],
    pictures,
  };
}
