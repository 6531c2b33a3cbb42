/**
 * Makes the npm package `@slipway/embed` of this room: the drop-in as one module without imports but the client, its
 * types, the command that writes the runtime as a folder, and the runtime.
 *
 *   npm run pack:embed -- [FOLDER]
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type BuildOptions } from 'esbuild';

const room = fileURLToPath(new URL('..', import.meta.url));
const root = join(room, '../../..');
const runtime = join(root, 'apps/runtime/dist');

/** Packs it into `folder`; gives the file. */
export function packPackage(folder: string): string {
  const stage = mkdtempSync(join(tmpdir(), 'slipway-package-'));
  try {
    bundle(join(room, 'src/drop-in/index.ts'), join(stage, 'dist/index.js'), {
      external: ['@webcontainer/api'],
      target: 'es2022',
    });
    bundle(join(room, 'src/node/write-folder-command.ts'), join(stage, 'dist/write-folder.js'), {
      platform: 'node',
      target: 'node20',
      banner: { js: '#!/usr/bin/env node' },
    });
    writeTypes(join(stage, 'dist'));
    cpSync(runtime, join(stage, 'runtime'), { recursive: true, filter: (path) => !path.endsWith('.br') });
    cpSync(join(root, 'LICENSE'), join(stage, 'LICENSE'));
    cpSync(join(root, 'packages/runtime/node-lib/NOTICE.md'), join(stage, 'NOTICE.md'));
    cpSync(join(root, 'docs/embedding.md'), join(stage, 'README.md'));
    writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`);
    mkdirSync(folder, { recursive: true });
    const printed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: stage,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [packed] = Object.values(JSON.parse(printed) as Record<string, { filename: string }>);
    if (packed === undefined) throw new Error(`Cannot pack: npm printed ${printed}`);
    return join(folder, packed.filename);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function manifest(): object {
  const own = JSON.parse(readFileSync(join(room, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license: string;
    dependencies: Record<string, string>;
  };
  const { name, version, license, dependencies } = own;
  return {
    name,
    version,
    license,
    description: 'Runs Node in the browser tab on a runtime of your own, through the unmodified @webcontainer/api',
    type: 'module',
    exports: { '.': { types: './dist/drop-in/index.d.ts', default: './dist/index.js' } },
    bin: { 'slipway-runtime': 'dist/write-folder.js' },
    files: ['dist', 'runtime', 'NOTICE.md'],
    engines: { node: '>=20.19' },
    dependencies: { '@webcontainer/api': dependencies['@webcontainer/api'] },
  };
}

function bundle(entry: string, outfile: string, options: BuildOptions): void {
  buildSync({ entryPoints: [entry], outfile, bundle: true, format: 'esm', logLevel: 'silent', ...options });
}

/** Of the drop-in, which names nothing of the other rooms. */
function writeTypes(folder: string): void {
  const types = join(room, '.tsbuild/browser');
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', room], { stdio: 'inherit' });
  const names = readdirSync(join(types, 'drop-in'))
    .filter((name) => name.endsWith('.d.ts'))
    .map((name) => `drop-in/${name}`);
  for (const name of [...names, 'isolation-headers.d.ts']) {
    const text = readFileSync(join(types, name), 'utf8').replace(/(from '\.[^']*)\.ts'/g, "$1.js'");
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const [target] = process.argv.slice(2);
if (process.argv[1] === fileURLToPath(import.meta.url))
  process.stdout.write(`${packPackage(target ?? process.env['SLIPWAY_CWD'] ?? process.cwd())}\n`);
