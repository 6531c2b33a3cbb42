/**
 * Packs the npm client into one file for containers.
 *
 *   npx tsx packages/runtime/container/build/base-image.ts <output>
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** Where our programs are; `guest/` names the folder as well, so both must say the same. */
const GUEST_HOME = '/usr/local/lib/slipway';
const NPM_HOME = '/usr/local/lib/node_modules/npm';
const LEFT_OUT =
  /(^|\/)(docs|man|test|tests|\.github)(\/|$)|\.(md|map|html|1|5|7)$|\.d\.[mc]?ts$|(^|\/)(CHANGELOG|AUTHORS)/i;

/** Commands that are fetched when somebody first uses them. */
const PACKAGE_MANAGERS = ['pnpm', 'pnpx', 'yarn', 'yarnpkg', 'corepack'];

/** Programs of the prompt that are bundled, with the names under which each runs. */
export const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  'curl.ts': ['curl'],
  'gzip.ts': ['gzip', 'gunzip', 'zcat'],
  'jq.ts': ['jq'],
  'less.ts': ['less', 'more'],
  'make.ts': ['make'],
  'nano.ts': ['nano', 'pico'],
  'not-here.ts': ['loadenv', 'turbo'],
  'python3.ts': ['python3', 'python'],
  'tar.ts': ['tar'],
  'unzip.ts': ['unzip'],
  'uptime.ts': ['uptime'],
  'wasm.ts': ['wasm'],
  'wget.ts': ['wget'],
  'zip.ts': ['zip'],
};

/** What a module asks for its own address, in a bundle that is none. */
const OWN_ADDRESS = `const ownAddress = require('node:url').pathToFileURL(__filename).href;`;

/** One CommonJS file: a guest has no node_modules. */
export function bundleGuest(name: string): Buffer {
  const result = buildSync({
    entryPoints: [fileURLToPath(new URL(`../guest/${name}`, import.meta.url))],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    write: false,
    define: { 'import.meta.url': 'ownAddress' },
    banner: { js: `#!/usr/bin/env node\n${OWN_ADDRESS}` },
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error(`Cannot bundle "${name}": no output`);
  return Buffer.from(file.contents);
}

/**
 * One file: the length of the index (4 bytes, little-endian), the index as JSON, then the bytes. Modes are 644
 * or 755.
 */
export function packBaseImage(output: string): { files: number; bytes: number } {
  const npm = dirname(fileURLToPath(import.meta.resolve('npm/package.json')));
  const index: unknown[] = [];
  const parts: Buffer[] = [];
  let offset = 0;
  const add = (path: string, bytes: Buffer, mode: number): void => {
    index.push([path, mode, offset, bytes.length]);
    parts.push(bytes);
    offset += bytes.length;
  };
  const walk = (folder: string): void => {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      const inside = relative(npm, path);
      // The licences of what is passed on stay in.
      if (LEFT_OUT.test(inside) && !/licen[cs]e/i.test(name)) continue;
      const stat = statSync(path);
      if (stat.isDirectory()) {
        walk(path);
        continue;
      }
      add(`${NPM_HOME}/${inside}`, readFileSync(path), stat.mode & 0o111 ? 0o755 : 0o644);
    }
  };
  walk(npm);
  add(`${GUEST_HOME}/npm.cjs`, bundleGuest('npm.ts'), 0o755);
  add(`${GUEST_HOME}/native.cjs`, bundleGuest('native.ts'), 0o755);
  add(`${GUEST_HOME}/git.cjs`, bundleGuest('git.ts'), 0o755);
  index.push(['/usr/local/bin/git', '../lib/slipway/git.cjs']);
  add(`${GUEST_HOME}/package-manager.cjs`, bundleGuest('package-manager.ts'), 0o755);
  for (const [source, names] of Object.entries(PROGRAMS)) {
    const file = source.replace(/ts$/, 'cjs');
    add(`${GUEST_HOME}/${file}`, bundleGuest(source), 0o755);
    for (const name of names) index.push([`/usr/local/bin/${name}`, `../lib/slipway/${file}`]);
  }
  for (const name of PACKAGE_MANAGERS) index.push([`/usr/local/bin/${name}`, '../lib/slipway/package-manager.cjs']);
  index.push(['/usr/local/bin/npm', '../lib/slipway/npm.cjs'], ['/usr/local/bin/npx', '../lib/slipway/npm.cjs']);
  const image = encodeImage(index, parts);
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, image);
  return { files: index.length, bytes: image.length };
}

/** The format that `src/base-image.ts` reads. */
export function encodeImage(index: readonly unknown[], parts: readonly Buffer[]): Buffer {
  const head = Buffer.from(JSON.stringify(index));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, ...parts]);
}

const [output] = process.argv.slice(2);
if (output !== undefined) {
  const { files, bytes } = packBaseImage(output);
  process.stdout.write(`base image: ${files} files, ${(bytes / 1e6).toFixed(1)} MB\n`);
}
