/**
 * Builds `generated/` from the pinned Node binary.
 *
 *   npx tsx packages/runtime/node-lib/build/main.ts [--force] [--update-checksums]
 *
 * Does nothing when neither the binary's version nor this room's build has
 * changed since the last run.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { extract, type DumpedCurve } from './extract.ts';
import { transformBuiltin, type TransformedBuiltin } from './builtin-source.ts';
import { checksumsOf, sha256, verifyChecksums, type Checksums } from './checksums.ts';
import { renderFiles, sizeTable, writeFiles } from './emit.ts';
import { orphanedPatches } from './patches.ts';
import { BUNDLED_SOURCES, libraryBuiltins } from './library-builtins.ts';
import { mustGetPinnedNode, PINNED_NODE_VERSION } from './pinned-node.ts';
import { placementOf } from './selection.ts';
import { assemblySources, wasmBuiltins } from './wasm-builtins.ts';

const room = join(import.meta.dirname, '..');
const generated = join(room, 'generated');
const stampFile = join(generated, 'stamp.json');
const checksumFile = join(room, 'checksums.json');

/**
 * Builds `generated/`, unless nothing has changed. `updateChecksums`
 * accepts what the binary holds now; without it a difference is an error.
 */
export async function build(options: { readonly force: boolean; readonly updateChecksums: boolean }): Promise<void> {
  const stamp = inputStamp();
  // Also the sources of this build are in the stamp, so that a changed transform builds anew.
  if (!options.force && !options.updateChecksums && readStamp() === stamp) {
    console.log(`node-lib: generated/ is up to date (Node ${PINNED_NODE_VERSION})`);
    return;
  }
  const node = mustGetPinnedNode();
  const { natives, data, shapes, curves } = extract(node);

  const found = checksumsOf(PINNED_NODE_VERSION, natives, data, shapes, curves);
  if (options.updateChecksums) writeFileSync(checksumFile, `${JSON.stringify(found, null, 1)}\n`);
  else verifyChecksums(found, JSON.parse(readFileSync(checksumFile, 'utf8')) as Checksums);

  const extras = await extraBuiltins(curves);
  const sources = { ...natives, ...extras };
  // A patch for a file that Node has dropped would never be missed.
  const orphans = orphanedPatches(Object.keys(sources));
  if (orphans.length > 0)
    throw new Error(`Cannot patch lib: no builtin "${orphans[0]!.file}" for patch "${orphans[0]!.id}"`);

  const privateNames = Object.keys(data.privateSymbols);
  const parts = { lazy: [] as TransformedBuiltin[], ownAssets: [] as TransformedBuiltin[] };
  for (const [id, source] of Object.entries(sources)) {
    const placement = placementOf(id);
    // Not even transformed: requiring one has to fail by name.
    if (placement === 'dropped') continue;
    const builtin = transformBuiltin(id, source, privateNames);
    (placement === 'lazy' ? parts.lazy : parts.ownAssets).push(builtin);
  }

  const builtinIds = [...data.builtinIds, ...Object.keys(extras)];
  const files = renderFiles({ ...parts, data: { ...data, builtinIds }, shapes });
  writeFiles(generated, files);
  writeFileSync(stampFile, JSON.stringify(stamp));

  const total = (pick: (builtin: TransformedBuiltin) => number): number =>
    parts.lazy.reduce((sum, builtin) => sum + pick(builtin), 0);
  console.log(
    `node-lib: Node ${PINNED_NODE_VERSION}, ${parts.lazy.length} builtins, ` +
      `${total((b) => b.privateSlotSites)} private accesses and ${total((b) => b.asyncContextSites)} awaits rewritten`,
  );
  console.log(sizeTable(files, ['data.js', 'lazy.bin', 'extras.bin', 'amaro.bin', 'codecs.bin', 'sqlite.bin']));
}

/** Builtins of our own, in `extra/` by id, the libraries and the WebAssembly modules. */
async function extraBuiltins(curves: readonly DumpedCurve[]): Promise<Record<string, string>> {
  const directory = join(import.meta.dirname, 'extra');
  const files = filesIn(directory).filter((file) => file.endsWith('.js'));
  const written = Object.fromEntries(
    files.map((file) => [file.slice(0, -'.js'.length), readFileSync(join(directory, file), 'utf8')]),
  );
  return { ...written, ...libraryBuiltins(curves), ...(await wasmBuiltins()) };
}

/** Changes whenever the output could. */
function inputStamp(): string {
  const files = ['build', 'src']
    .flatMap((folder) => filesIn(join(room, folder)).map((file) => `${folder}/${file}`))
    .filter((file) => /(?<!\.test)\.c?[jt]s$/.test(file));
  const texts = [
    ...files,
    'checksums.json',
    ...BUNDLED_SOURCES,
    ...assemblySources().map((file) => relative(room, file)),
  ]
    .filter((file) => existsSync(join(room, file)))
    .map((file) => `${file}\n${readFileSync(join(room, file), 'utf8')}`);
  return sha256([PINNED_NODE_VERSION, ...texts].join('\n'));
}

/** Paths relative to `directory`, sorted, folders left out. */
function filesIn(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(
    (entry) => !entry.parentPath.includes('.tsbuild'),
  );
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}

function readStamp(): string | undefined {
  return existsSync(stampFile) ? (JSON.parse(readFileSync(stampFile, 'utf8')) as string) : undefined;
}

if (process.argv[1] === import.meta.filename) {
  await build({
    force: process.argv.includes('--force'),
    updateChecksums: process.argv.includes('--update-checksums'),
  });
}
