/**
 * Builds everything that browsers load from runtime and preview hosts:
 *
 *   dist/{headless,check,connect,authorize,storage,preview}.html, dist/{sw,offline.sw}.js
 *                                                      served under their own names, asked for anew each time
 *   dist/assets/<name>-<hash>.<ext>                    never change, kept for ever
 *
 * Every file has a `.br` beside it.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build, type BuildOptions } from 'esbuild';

const room = join(import.meta.dirname, '..');
const root = join(room, '../..');

/** What of the runtime goes into this `dist`: the server's has it all, a test may leave the compressing out. */
export interface RuntimeParts {
  readonly dist: string;
  /** Workers by the name under which `KernelBoot.assets` has them. */
  readonly workers: Readonly<Record<string, string>>;
  /** What workers fetch, by the same kind of name. */
  readonly data: Readonly<Record<string, Buffer>>;
  /** Whether `.br` files are wanted. */
  readonly compress: boolean;
}

const pages: Readonly<Record<string, string>> = {
  'headless.page': 'apps/runtime/src/headless/main.ts',
  'check.page': 'apps/runtime/src/check/main.ts',
  'connect.page': 'apps/runtime/src/connect/main.ts',
  'authorize.page': 'apps/runtime/src/authorize/main.ts',
  'storage.page': 'apps/runtime/src/storage/main.ts',
  'preview.page': 'apps/runtime/src/preview/bootstrap.ts',
};

/** What is loaded for a container of the IDE, and no more. */
const BOOT_PAGES = ['headless.page', 'connect.page', 'storage.page'];

/** The names of functions are part of what programs see of Node's lib. */
const keepsNames = new Set(['process.worker']);

/** Newer than what the runtime needs anyway (growable shared memory, Atomics.waitAsync). */
const TARGET = 'chrome120';

/** 11 takes five times as long for three percent. */
const BROTLI_QUALITY = 9;
/** Of what few fetch and is large (the database): a fifth of the time for a tenth more bytes. */
const LARGE = { bytes: 16_000_000, quality: 5 } as const;

async function bundle(name: string, entry: string, options: BuildOptions = {}): Promise<Buffer> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: TARGET,
    legalComments: 'eof',
    logLevel: 'warning',
    minifyWhitespace: true,
    minifySyntax: !keepsNames.has(name),
    minifyIdentifiers: !keepsNames.has(name),
    loader: { '.wasm': 'binary' },
    ...options,
  });
  const [file] = result.outputFiles ?? [];
  if (file === undefined) throw new Error(`Cannot bundle "${entry}": no output`);
  return Buffer.from(file.contents);
}

/** A server may be reading: a file is there completely or not at all. */
function writeWhole(path: string, bytes: Buffer): void {
  writeFileSync(`${path}.part`, bytes);
  renameSync(`${path}.part`, path);
}

class Output {
  readonly #dist: string;
  readonly #compress: boolean;
  readonly #kept = new Set<string>();
  readonly sizes: (readonly [name: string, raw: number, packed: number])[] = [];

  constructor(dist: string, compress: boolean) {
    this.#dist = dist;
    this.#compress = compress;
    mkdirSync(join(dist, 'assets'), { recursive: true });
  }

  /** Writes a file that is named after its content; returns its path below `dist`. */
  asset(name: string, extension: string, bytes: Buffer): string {
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
    const file = `${name.replace(/\.(?:worker|page|bin)$/, '')}-${hash}${extension}`;
    const path = join(this.#dist, 'assets', file);
    if (!existsSync(path)) writeWhole(path, bytes);
    this.#pack(name, path, bytes);
    this.#kept.add(file).add(`${file}.br`);
    return `/assets/${file}`;
  }

  /** Writes a file under a name of its own. */
  file(name: string, bytes: Buffer): void {
    const path = join(this.#dist, name);
    if (!existsSync(path) || !readFileSync(path).equals(bytes)) {
      rmSync(`${path}.br`, { force: true });
      writeWhole(path, bytes);
    }
    this.#pack(name, path, bytes);
  }

  sweep(): void {
    const assets = join(this.#dist, 'assets');
    for (const file of readdirSync(assets)) if (!this.#kept.has(file)) rmSync(join(assets, file));
  }

  #pack(name: string, path: string, bytes: Buffer): void {
    const packed = `${path}.br`;
    if (this.#compress && !existsSync(packed)) {
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: bytes.length < LARGE.bytes ? BROTLI_QUALITY : LARGE.quality,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        [constants.BROTLI_PARAM_LGWIN]: 24,
      };
      writeWhole(packed, brotliCompressSync(bytes, { params }));
    }
    this.sizes.push([name, bytes.length, this.#compress ? statSync(packed).size : bytes.length]);
  }
}

/** Returns the sizes of what was made, plain and compressed. */
export async function buildRuntime(parts: RuntimeParts): Promise<Output['sizes']> {
  const output = new Output(parts.dist, parts.compress);
  const manifest: Record<string, string> = {};
  for (const [name, entry] of Object.entries(parts.workers))
    manifest[name] = output.asset(name, '.js', await bundle(name, entry));
  for (const [name, bytes] of Object.entries(parts.data)) manifest[name] = output.asset(name, extname(name), bytes);

  const define = { SLIPWAY_ASSETS: JSON.stringify(manifest) };
  const pagePaths: Record<string, string> = {};
  for (const [name, entry] of Object.entries(pages))
    pagePaths[name] = output.asset(name, '.js', await bundle(name, entry, { define }));

  const inject = await bundle('inject', 'apps/runtime/src/preview/inject.ts', { format: 'iife' });
  output.file(
    'sw.js',
    await bundle('sw', 'apps/runtime/src/workers/sw.ts', {
      format: 'iife',
      define: { SLIPWAY_INJECT: JSON.stringify(inject.toString()) },
    }),
  );
  const files = [...Object.values(manifest), ...BOOT_PAGES.flatMap((name) => pagePaths[name] ?? [])];
  const version = createHash('sha256').update(files.join('\n')).digest('hex').slice(0, 12);
  output.file(
    'offline.sw.js',
    await bundle('offline.sw', 'apps/runtime/src/workers/offline.sw.ts', {
      format: 'iife',
      define: { SLIPWAY_OFFLINE: JSON.stringify({ version, files }) },
    }),
  );
  for (const name of ['headless', 'check', 'connect', 'authorize', 'storage', 'preview']) {
    const html = readFileSync(join(room, 'pages', `${name}.html`), 'utf8').replace(
      /\{\{([\w.]+)\}\}/g,
      (_, page: string) => {
        const path = pagePaths[page];
        if (path === undefined) throw new Error(`Cannot build ${name}.html: there is no page script "${page}"`);
        return path;
      },
    );
    output.file(`${name}.html`, Buffer.from(html));
  }
  output.sweep();
  return output.sizes;
}
